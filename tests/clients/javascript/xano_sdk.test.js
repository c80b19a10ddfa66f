// Xano's official client, as an app that comes from Xano uses it.

import assert from "node:assert/strict";
import test from "node:test";

import { XanoNodeClient } from "@xano/js-sdk";

import { newPerson } from "../../javascript/person.js";
import { groupUrl, integerIdsUrl } from "./support/stack.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function newClient(apiGroupBaseUrl = groupUrl) {
  return new XanoNodeClient({ apiGroupBaseUrl });
}

async function signUp(xano, person) {
  const body = (await xano.post("/auth/signup", person)).getBody();
  xano.setAuthToken(body.authToken);
  return body;
}

async function refuses(call, status, code, message, payload = "") {
  await assert.rejects(call, (error) => {
    const response = error.getResponse();
    assert.deepEqual([response.getStatusCode(), response.getBody()], [status, { code, message, payload }]);
    return true;
  });
}

test("xano's client signs up and reads who it is", async () => {
  const xano = newClient();
  const person = newPerson();
  const { authToken, user_id: id, ...nothingElse } = await signUp(xano, person);
  assert.match(id, UUID);
  assert.ok(authToken);
  assert.deepEqual(nothingElse, {});
  const answer = await xano.get("/auth/me");
  const { created_at: createdAt, ...user } = answer.getBody();
  assert.equal(answer.getStatusCode(), 200);
  assert.deepEqual(user, { id, name: person.name, email: person.email.toLowerCase() });
  assert.ok(Number.isInteger(createdAt));
});

test("xano's client signs up with further columns and reads them beside the others", async () => {
  const xano = newClient(`${integerIdsUrl}/api:test`);
  const columns = { company: "Acme", newsletter: true };
  await signUp(xano, { ...newPerson(), ...columns, role: "admin" });
  const { company, newsletter, ...others } = (await xano.get("/auth/me")).getBody();
  assert.deepEqual({ company, newsletter }, columns);
  assert.deepEqual(Object.keys(others).sort(), ["created_at", "email", "id", "name"]);
});

test("xano's client signs up without a name", async () => {
  const xano = newClient();
  const { email, password } = newPerson();
  await signUp(xano, { email, password });
  assert.equal((await xano.get("/auth/me")).getBody().name, null);
});

test("xano's client cannot sign up twice", async () => {
  const person = newPerson();
  await signUp(newClient(), person);
  const again = newClient().post("/auth/signup", person);
  await refuses(again, 403, "ERROR_CODE_ACCESS_DENIED", "This account is already in use.");
});

test("xano's client is told which param is missing", async () => {
  const { name, password } = newPerson();
  const call = newClient().post("/auth/signup", { name, password });
  await refuses(call, 400, "ERROR_CODE_INPUT_ERROR", "Missing param: email", { param: "email" });
});

test("xano's client is told that a password is too short", async () => {
  const call = newClient().post("/auth/signup", { ...newPerson(), password: "kZ9!vQ4" });
  const message = "Input does not meet minimum length requirement of 8 characters";
  await refuses(call, 400, "ERROR_CODE_INPUT_ERROR", message, { param: "password" });
});

test("xano's client is told why a password is weak", async () => {
  const call = newClient().post("/auth/signup", { ...newPerson(), password: "password" });
  const message =
    "Weak password detected. This is a top-10 common password. Add another word or two. Uncommon words are better.";
  await refuses(call, 400, "ERROR_CODE_INPUT_ERROR", message, { param: "password" });
});

test("xano's client logs in, as the user who signed up", async () => {
  const { name, email, password } = newPerson();
  const { user_id: id } = await signUp(newClient(), { name, email, password });
  const xano = newClient();
  const { authToken, ...rest } = (await xano.post("/auth/login", { email, password })).getBody();
  assert.deepEqual(rest, { user_id: id });
  xano.setAuthToken(authToken);
  assert.equal((await xano.get("/auth/me")).getBody().id, id);
});

test("xano's client fails to log in with a wrong password or an unknown email", async () => {
  const { name, email, password } = newPerson();
  await signUp(newClient(), { name, email, password });
  for (const wrong of [{ email, password: `${password}?` }, { email: newPerson().email, password }]) {
    const call = newClient().post("/auth/login", wrong);
    await refuses(call, 403, "ERROR_CODE_ACCESS_DENIED", "Invalid Credentials.");
  }
});

test("xano's client cannot read who it is with a bad token", async () => {
  const call = newClient().setAuthToken("not.a.token").get("/auth/me");
  await refuses(call, 401, "ERROR_CODE_UNAUTHORIZED", "Invalid token.");
});

test("xano's client cannot read who it is without a token", async () => {
  const call = newClient().get("/auth/me");
  await refuses(call, 401, "ERROR_CODE_UNAUTHORIZED", "Unauthorized - Authentication Required");
});

test("xano's client reaches a branch, and another data source is the same one", async () => {
  const xano = newClient(`${groupUrl}:v2`).setDataSource("test");
  const { authToken, user_id: id } = await signUp(xano, newPerson());
  const elsewhere = newClient().setAuthToken(authToken);
  assert.equal((await elsewhere.get("/auth/me")).getBody().id, id);
});

test("xano's client gets numbers as ids where ids are integers", async () => {
  const xano = newClient(`${integerIdsUrl}/api:test`);
  const { name, email, password } = newPerson();
  const { user_id: id } = await signUp(xano, { name, email, password });
  assert.ok(Number.isSafeInteger(id) && id > 0, `${id}`);
  assert.equal((await xano.post("/auth/login", { email, password })).getBody().user_id, id);
  assert.equal((await xano.get("/auth/me")).getBody().id, id);
});
