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
  const signedUp = await latchkey.signUp(person);
  const { id, name, email, created_at: since } = await latchkey.me();
  assert.equal(signedUp.id, id);
  assert.deepEqual([name, email], [person.name, person.email]);
  assert.ok(Math.abs(Date.now() - since) < 60_000, String(since));
  await latchkey.logOut();
  assert.equal(latchkey.token, null);
  assert.equal((await refusal(latchkey.me())).code, "missing_token");
  assert.equal((await latchkey.logIn(person)).id, id);
  assert.equal((await latchkey.me()).id, id);
});

test("without a token no request is sent", async () => {
  const { paths, send } = losing(0);
  const latchkey = newClient({ fetch: send });
  for (const work of [() => latchkey.me(), () => latchkey.sessions(), () => latchkey.updateMe({ name: "Ada" }), () => latchkey.logOut({ everywhere: true })]) {
    const { status, code } = await refusal(work());
    assert.deepEqual([status, code], [401, "missing_token"]);
  }
  await latchkey.logOut();
  assert.equal(await latchkey.currentUser(), null);
  assert.deepEqual(paths, []);
});

test("nobody is logged in after a log-out, and while the service has trouble nobody knows", async () => {
  const storage = newStorage();
  const latchkey = newClient({ storage });
  const { id } = await latchkey.signUp(newPerson());
  assert.equal((await latchkey.currentUser()).id, id);
  const inTrouble = newClient({ storage, fetch: async () => new Response("{}", { status: 503 }) });
  assert.equal((await refusal(inTrouble.currentUser())).code, "unavailable");
  assert.equal((await refusal(newClient({ storage, fetch: losing(1).send }).currentUser())).code, "unreachable");
  storage.setItem("authToken", "ended");
  assert.equal(await latchkey.currentUser(), null);
});

test("a listener hears what happened", async () => {
  const [person, latchkey, heard] = [newPerson(), newClient({ refresh: true }), []];
  latchkey.onChange(({ kind, elsewhere }) => heard.push(elsewhere ? "elsewhere" : kind));
  await latchkey.signUp(person);
  await latchkey.renew();
  await latchkey.logOut();
  await latchkey.logIn(person);
  await latchkey.deleteAccount({ password: person.password });
  assert.deepEqual(heard, ["login", "renewal", "logout", "login", "logout"]);
});

test("an error has a sentence for people, and what a developer must know beside it", async () => {
  const latchkey = newClient();
  const forPeople = /header|field|token|body|request|JSON|Content-Type|Retry-After|\d{3}/i;
  const missing = await refusal(latchkey.me());
  assert.equal(missing.message, "You are not logged in. Log in first.");
  const invalid = await refusal(latchkey.signUp({ ...newPerson(), name: "" }));
  assert.match(invalid.detail, /Correct the fields listed in errors\. name: Enter a name\./);
  assert.deepEqual(invalid.fieldCodes, { name: "required" });
  const json = (status, problem) => async () => new Response(JSON.stringify(problem), { status });
  const broken = [
    json(400, { code: "malformed_body", detail: "Send one JSON object." }),
    json(415, { code: "unsupported_media_type", detail: "Send the body as JSON, with Content-Type: application/json." }),
    json(403, { code: "origin_not_allowed", detail: "Pages of this origin may not call this API." }),
    json(429, { code: "too_many_attempts", detail: "Try again after the time in Retry-After." }),
    json(503, { message: "Service Unavailable" }),
    json(500, { message: "Internal Server Error" }),
    async () => Promise.reject(new TypeError("Failed to fetch")),
  ];
  for (const fetch of broken) {
    const error = await refusal(newClient({ fetch }).logIn(newPerson()));
    assert.doesNotMatch(error.message, forPeople);
    assert.ok(error.detail && error.detail !== error.message, error.detail);
  }
});

test("the sentences of errors can be in another language", async () => {
  const messages = { invalid_credentials: "E-Mail-Adresse oder Passwort ist falsch.", too_weak: "Zu leicht zu erraten.", unreachable: "Kein Netz." };
  const latchkey = newClient({ messages });
  const wrong = await refusal(latchkey.logIn(newPerson()));
  assert.equal(wrong.message, messages.invalid_credentials);
  assert.match(wrong.detail, /is wrong/);
  assert.equal((await refusal(latchkey.signUp({ ...newPerson(), password: "password" }))).fields.password, messages.too_weak);
  assert.equal((await refusal(newClient({ messages, fetch: losing(1).send }).logIn(newPerson()))).message, messages.unreachable);
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
  assert.deepEqual(paths, ["/auth/signup", "/auth/signup", "/auth/login", "/auth/me", "/auth/me"]);
});

test("a sign-up of which only the user was lost logs in when it is sent again", async () => {
  const paths = [];
  const send = async (url, options) => {
    paths.push(new URL(url).pathname);
    if (paths.length === 2) throw new TypeError("the connection ended");
    return await fetch(url, options);
  };
  const [person, latchkey] = [newPerson(), newClient({ fetch: send })];
  assert.equal((await refusal(latchkey.signUp(person))).code, "unreachable");
  assert.ok(latchkey.token);
  assert.equal((await latchkey.signUp(person)).email, person.email);
  assert.deepEqual(paths, ["/auth/signup", "/auth/me", "/auth/signup", "/auth/login", "/auth/me"]);
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
  const gateway = await refusal(newClient({ baseUrl: `${baseUrl}/nowhere` }).logIn(newPerson()));
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
      assert.deepEqual([error.status, error.code, error.detail], [status, "unknown", message]);
    } finally {
      proxy.close();
    }
  }
});
