// The client as npm would publish it, against the API.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { baseUrl, newClient, newStorage, refusal, withCookies } from "./support/client.js";

/** Sends requests, and notes their paths. The answers to the first `lost` of them are lost. */
function losing(lost) {
  const paths = [];
  const send = async (url, options) => {
    paths.push(new URL(url).pathname);
    const answer = await fetch(url, options);
    if (paths.length <= lost) throw new TypeError("the connection ended");
    return answer;
  };
  return { paths, send };
}

test("a person signs up, is known, logs out and logs in", async () => {
  const [person, latchkey] = [newPerson(), newClient()];
  await latchkey.signUp(person);
  const { id, name, email, created_at: since } = await latchkey.me();
  assert.deepEqual([name, email], [person.name, person.email]);
  assert.ok(Math.abs(Date.now() - since) < 60_000, String(since));
  await latchkey.logOut();
  assert.equal(latchkey.token, null);
  assert.equal((await refusal(latchkey.me())).code, "missing_token");
  await latchkey.logIn(person);
  assert.equal((await latchkey.me()).id, id);
});

test("a deployment without a provider has none, and one that fails says so", async () => {
  const answering = (status) => newClient({ fetch: async () => new Response('{"message":"…"}', { status }) });
  assert.deepEqual(await answering(404).providers(), []);
  assert.equal((await refusal(answering(500).providers())).status, 500);
});

test("with a cookie the client never has the token", async () => {
  const { jar, send } = withCookies();
  const latchkey = newClient({ transport: "cookie", fetch: send });
  const person = newPerson();
  await latchkey.signUp(person);
  assert.equal(latchkey.token, null);
  assert.equal((await latchkey.me()).email, person.email);
  const old = [...jar];
  await latchkey.logOut({ everywhere: true });
  assert.equal((await refusal(latchkey.me())).code, "missing_token");
  for (const [name, value] of old) jar.set(name, value);
  assert.equal((await refusal(latchkey.me())).code, "invalid_token");
});

test("a refusal says what is wrong by code, by field and in words", async () => {
  const latchkey = newClient();
  const person = newPerson();
  for (const [wrong, fields] of [
    [{ name: "", password: "short" }, ["name", "password"]],
    [{ password: "password" }, ["password"]],
  ]) {
    const refused = await refusal(latchkey.signUp({ ...person, ...wrong }));
    assert.deepEqual([refused.status, refused.code, Object.keys(refused.fields).sort()], [422, "validation_failed", fields]);
    assert.ok(refused.requestId);
  }
  await latchkey.signUp(person);
  const taken = await refusal(latchkey.signUp(person));
  assert.deepEqual([taken.status, taken.code, taken.fields], [409, "email_taken", {}]);
  const wrong = await refusal(latchkey.logIn({ ...person, password: "wrong-Violet-kettles" }));
  assert.deepEqual([wrong.status, wrong.code], [401, "invalid_credentials"]);
  assert.match(wrong.message, /^[A-Z].*\.$/);
});

test("too many attempts say how long to wait", async () => {
  const latchkey = newClient({ baseUrl: variable("LATCHKEY_LIMITED_URL") });
  const person = newPerson();
  await latchkey.signUp(person);
  // Two log-ins are let through in a window; where the window ends in between, two more.
  const attempts = (async () => {
    for (let attempt = 1; attempt <= 5; attempt++) await latchkey.logIn(person);
  })();
  const refused = await refusal(attempts);
  assert.deepEqual([refused.status, refused.code], [429, "too_many_attempts"]);
  assert.ok(refused.retryAfter > 0 && refused.retryAfter <= 900, String(refused.retryAfter));
});

test("a sign-up whose answer was lost logs in when it is sent again", async () => {
  const { paths, send } = losing(1);
  const [person, latchkey] = [newPerson(), newClient({ fetch: send })];
  assert.equal((await refusal(latchkey.signUp(person))).code, "unreachable");
  await latchkey.signUp(person);
  assert.equal((await latchkey.me()).email, person.email);
  assert.deepEqual(paths, ["/auth/signup", "/auth/signup", "/auth/login", "/auth/me"]);
});

test("an address that somebody else has is taken, also after a lost answer", async () => {
  const person = newPerson();
  await newClient().signUp(person);
  const { send } = losing(1);
  const latchkey = newClient({ fetch: send });
  const other = { ...person, password: "other-Violet-kettles" };
  assert.equal((await refusal(latchkey.signUp(other))).code, "unreachable");
  assert.equal((await refusal(latchkey.signUp(other))).code, "email_taken");
  assert.equal(latchkey.token, null);
});

test("an address that is taken is not logged in to where no answer was lost", async () => {
  const person = newPerson();
  await newClient().signUp(person);
  const { paths, send } = losing(0);
  assert.equal((await refusal(newClient({ fetch: send }).signUp(person))).code, "email_taken");
  assert.deepEqual(paths, ["/auth/signup"]);
});

test("a token that has ended is forgotten, and a newer one of another tab is not", async () => {
  const storage = newStorage();
  const latchkey = newClient({ storage });
  await latchkey.signUp(newPerson());
  const newer = latchkey.token;
  storage.setItem("authToken", "ended");
  assert.equal((await refusal(latchkey.me())).code, "invalid_token");
  assert.equal(latchkey.token, null);
  storage.setItem("authToken", "ended");
  const overtaken = newClient({
    storage,
    fetch: async (...request) => {
      const answer = await fetch(...request);
      storage.setItem("authToken", newer);
      return answer;
    },
  });
  assert.equal((await refusal(overtaken.me())).code, "invalid_token");
  assert.equal(overtaken.token, newer);
});

test("a log-out forgets the token also where no answer comes, and one everywhere keeps it for another try", async () => {
  for (const everywhere of [false, true]) {
    const storage = newStorage();
    await newClient({ storage }).signUp(newPerson());
    const latchkey = newClient({ storage, fetch: losing(1).send });
    const { token } = latchkey;
    assert.equal((await refusal(latchkey.logOut({ everywhere }))).code, "unreachable");
    assert.equal(latchkey.token, everywhere ? token : null);
  }
});

test("an answer of something else than the service is an error without a code", async () => {
  const gateway = await refusal(newClient({ baseUrl: `${baseUrl}/nowhere` }).me());
  assert.deepEqual([gateway.status, gateway.code], [404, "unknown"]);
  const answers = [
    [502, "<h1>Bad gateway</h1>", "The service answered 502."],
    [400, `{"errors":{"email":["no"]}}`, "The service answered 400."],
    [200, "{}", "The service answered without a token."],
  ];
  for (const [status, body, message] of answers) {
    const proxy = createServer((_request, answer) => answer.writeHead(status).end(body));
    await new Promise((listening) => proxy.listen(0, "127.0.0.1", listening));
    try {
      const latchkey = newClient({ baseUrl: `http://127.0.0.1:${proxy.address().port}` });
      const error = await refusal(latchkey.logIn(newPerson()));
      assert.deepEqual([error.status, error.code, error.message], [status, "unknown", message]);
    } finally {
      proxy.close();
    }
  }
});
