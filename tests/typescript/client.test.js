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
    [502, "<h1>Bad gateway</h1>", "The service responded with 502."],
    [400, `{"errors":{"email":["no"]}}`, "The service responded with 400."],
    [200, "{}", "There is no token."],
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

/** A service of somebody else, which responds to all requests alike. Hands its address and what it was sent to `visit`. */
async function elsewhere(visit, { status = 404, headers = {}, body = "{}" } = {}) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? "without a token"}`);
    response.writeHead(status, headers).end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await visit(`http://127.0.0.1:${server.address().port}`, requests);
  } finally {
    server.close();
  }
}

for (const refresh of [false, true]) {
  const kind = refresh ? "a session" : "a token";
  test(`${kind} goes to no other API, and a log-out there takes nothing from it`, () =>
    elsewhere(async (other, requests) => {
      const storage = newStorage();
      const latchkey = newClient({ storage, refresh });
      const { id } = await latchkey.signUp(newPerson());
      const stranger = newClient({ storage, refresh, baseUrl: other });
      assert.equal(stranger.token, null);
      assert.equal(await stranger.freshToken(), null);
      assert.equal(await stranger.currentUser(), null);
      await stranger.logOut();
      assert.equal((await latchkey.me()).id, id);
      assert.deepEqual(requests, []);
    }));

  test(`what a log-out of ${kind} left to end goes to no other API, and the own one ends it`, () =>
    elsewhere(async (other, requests) => {
      const [storage, person] = [newStorage(), newPerson()];
      await newClient({ storage, refresh }).signUp(person);
      await refusal(newClient({ storage, refresh, fetch: losing(1).send }).logOut());
      const left = storage.getItem("latchkeyLeftToEnd");
      assert.ok(left);
      await newClient({ storage, baseUrl: other }).logOut();
      assert.deepEqual([requests, storage.getItem("latchkeyLeftToEnd")], [[], left]);
      await newClient({ storage }).logOut();
      assert.equal(storage.getItem("latchkeyLeftToEnd"), null);
    }));
}

test("tokens that were stored before their API was noted stay good", async () => {
  const storage = newStorage();
  const { id } = await newClient({ storage, refresh: true }).signUp(newPerson());
  const { api, ...session } = JSON.parse(storage.getItem("latchkeySession"));
  assert.equal(api, `${baseUrl}/`);
  storage.setItem("latchkeySession", JSON.stringify(session));
  storage.removeItem("latchkeyTokenOf");
  const later = newClient({ storage });
  assert.equal((await later.me()).id, id);
  await later.renew();
  assert.equal(JSON.parse(storage.getItem("latchkeySession")).api, api);
});

test("a token of which somebody else's API was noted is used again once an app has stored another", async () => {
  const [storage, person] = [newStorage(), newPerson()];
  await newClient({ storage }).signUp(person);
  const token = storage.getItem("authToken");
  storage.setItem("latchkeyTokenOf", JSON.stringify({ authToken: "another.one", api: "https://api.example.com/" }));
  assert.equal(newClient({ storage }).token, token);
});

test("a 401 of a proxy ends no token, and nobody knows who is logged in", () =>
  elsewhere(
    async (proxy) => {
      const storage = newStorage();
      storage.setItem("authToken", "a.b.c");
      const latchkey = newClient({ storage, baseUrl: proxy });
      const { status, code } = await refusal(latchkey.currentUser());
      assert.deepEqual([status, code], [401, "unknown"]);
      assert.equal((await refusal(latchkey.logOut({ everywhere: true }))).code, "unknown");
      assert.equal(latchkey.token, "a.b.c");
    },
    { status: 401, body: "<h1>Log in to this network</h1>" },
  ));

for (const [said, response, expected] of [
  ["a 500 with the code of a token that has ended", { status: 500, body: '{"code":"invalid_token","detail":"?"}' }, [500, "invalid_token"]],
  ["a 204 for the user", { status: 204 }, [204, "unknown"]],
]) {
  test(`${said} logs nobody out`, () =>
    elsewhere(async (proxy) => {
      const storage = newStorage();
      storage.setItem("authToken", "a.b.c");
      const latchkey = newClient({ storage, baseUrl: proxy });
      const { status, code } = await refusal(latchkey.currentUser());
      assert.deepEqual([status, code, latchkey.token], [...expected, "a.b.c"]);
    }, response));
}

test("a 401 of an authorizer of API Gateway ends the token", () =>
  elsewhere(
    async (gateway) => {
      const storage = newStorage();
      storage.setItem("authToken", "a.b.c");
      const latchkey = newClient({ storage, baseUrl: gateway });
      assert.equal((await refusal(latchkey.me())).code, "invalid_token");
      assert.equal(latchkey.token, null);
    },
    {
      status: 401,
      headers: { "WWW-Authenticate": 'Bearer scope="" error="invalid_token" error_description="the token has expired"' },
      body: '{"message":"Unauthorized"}',
    },
  ));

test("a log-out that a proxy responds to is sent again", () =>
  elsewhere(
    async (proxy) => {
      const storage = newStorage();
      storage.setItem("authToken", "a.b.c");
      assert.equal((await refusal(newClient({ storage, baseUrl: proxy }).logOut())).code, "unknown");
      assert.ok(storage.getItem("latchkeyLeftToEnd"));
    },
    { status: 401, body: "<h1>Log in to this network</h1>" },
  ));

test("a redirect takes no password along", () =>
  elsewhere(async (other, requests) => {
    await elsewhere(
      async (redirecting) => {
        const error = await refusal(newClient({ baseUrl: redirecting }).logIn(newPerson()));
        assert.equal(error.code, "unreachable");
        assert.match(error.detail, /redirect/);
      },
      { status: 307, headers: { Location: `${other}/` } },
    );
    assert.deepEqual(requests, []);
  }));

test("responses that are not the service's own are errors of the client, whatever they say", async () => {
  const saying = (status, body) => newClient({ fetch: async () => new Response(JSON.stringify(body), { status }) });
  for (const providers of [undefined, null, "google", [1], [null]]) {
    assert.equal((await refusal(saying(200, { providers }).providers())).code, "unknown", JSON.stringify(providers));
  }
  const storage = newStorage();
  storage.setItem("authToken", "a.b.c");
  for (const body of [{}, [], "user", 7, { id: 7, identities: [] }, { id: "7" }, { id: "7", identities: [{}] }]) {
    const latchkey = newClient({ storage, fetch: async () => new Response(JSON.stringify(body)) });
    assert.equal((await refusal(latchkey.currentUser())).code, "unknown", JSON.stringify(body));
    assert.equal((await refusal(latchkey.sessions())).code, "unknown", JSON.stringify(body));
  }
  for (const errors of ["x", ["x"], [null], [{}], [{ field: "name", code: "required", detail: 7 }], { name: "no" }]) {
    const { code, fields } = await refusal(saying(422, { code: "validation_failed", detail: "x", errors }).logIn(newPerson()));
    assert.deepEqual([code, fields], ["validation_failed", {}], JSON.stringify(errors));
  }
  for (const code of ["constructor", "__proto__", "toString"]) {
    const { message } = await refusal(saying(401, { code, detail: "Said by the service." }).logIn(newPerson()));
    assert.equal(message, "Said by the service.", code);
    const errors = [{ field: "name", code, detail: "Said of the field." }];
    const { fields } = await refusal(saying(422, { code: "validation_failed", detail: "x", errors }).logIn(newPerson()));
    assert.deepEqual(fields, { name: "Said of the field." }, code);
  }
  for (const code of [7, {}, null]) assert.equal((await refusal(saying(403, { code, detail: {} }).logIn(newPerson()))).code, "unknown");
});

test("sentences that have one for whatever is unknown are not mixed with English", async () => {
  const messages = { unknown: "Das hat nicht geklappt." };
  const saying = (status, body) => newClient({ messages, fetch: async () => new Response(JSON.stringify(body), { status }) });
  assert.equal((await refusal(saying(409, { code: "conflict", detail: "Try again." }).logIn(newPerson()))).message, messages.unknown);
  const errors = [{ field: "name", code: "control_character", detail: "Leave it out." }];
  const { fields } = await refusal(saying(422, { code: "validation_failed", detail: "x", errors }).logIn(newPerson()));
  assert.equal(fields.name, messages.unknown);
});
