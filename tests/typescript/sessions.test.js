// Sessions: what the client renews, when, and what ends them.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { baseUrl, Latchkey, LatchkeyError, newClient, newStorage, refusal, withCookies } from "./support/client.js";

const ACCESS_COOKIE = "__Host-authToken";
const REFRESH_COOKIE = "__Host-refreshToken";
/** The access tokens of the stack last this long: they are renewed after four fifths of it. */
const ACCESS_SECONDS = 900;
const RENEWED_AFTER_SECONDS = ACCESS_SECONDS * 0.8;

/** The clock of this process, which the client reads. The service has its own: its tokens stay good. */
function movedClock(t) {
  let moved = 0;
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + moved);
  return (seconds) => (moved += seconds * 1000);
}

/** Sends requests and notes their paths. `answers` may answer some paths in place of the service, or fail. */
function noting(answers = {}, send = fetch) {
  const paths = [];
  const noted = async (url, options) => {
    const { pathname } = new URL(url);
    paths.push(pathname);
    return (await answers[pathname]?.(url, options)) ?? send(url, options);
  };
  const take = () => paths.splice(0);
  return { send: noted, take, answers };
}

function problem(status, code, headers = {}) {
  return new Response(JSON.stringify({ status, code, detail: "A stand-in." }), { status, headers });
}

function unreachable() {
  throw new TypeError("there is no network");
}

/** Answers as the service does once the client's first token has expired. */
function expiring() {
  let first;
  return (_url, { headers }) => {
    first ??= headers.Authorization;
    return headers.Authorization === first ? problem(401, "expired_token") : undefined;
  };
}

/** Somebody with a session. */
async function somebody({ wire = noting(), storage = newStorage(), ...options } = {}) {
  const person = newPerson();
  const latchkey = newClient({ refresh: true, storage, fetch: wire.send, ...options });
  await latchkey.signUp(person);
  wire.take();
  return { person, latchkey, storage, wire };
}

/** The refresh token that is stored, or `null`. */
function refreshTokenIn(storage) {
  return JSON.parse(storage.getItem("latchkeySession"))?.refreshToken ?? null;
}

/** Stores tokens as the client does. */
function store(storage, { authToken, refreshToken }) {
  storage.setItem("authToken", authToken);
  storage.setItem("latchkeySession", JSON.stringify({ authToken, refreshToken, refreshAt: Date.now() + 600_000 }));
}

/** What a client of the transport `body` keeps. */
function keptIn(storage) {
  return ["authToken", "latchkeySession", "latchkeyLeftToEnd"].map((key) => storage.getItem(key));
}

function call(path, { token, body } = {}) {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  return fetch(`${baseUrl}${path}`, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
}

async function refreshed(refreshToken) {
  const answer = await call("/auth/refresh", { body: { refreshToken } });
  assert.equal(answer.status, 200);
  return await answer.json();
}

async function codeOf(answer) {
  return (await answer).json().then(({ code }) => code);
}

test("a token is renewed ahead of its expiry, once for all who ask", async (t) => {
  const pass = movedClock(t);
  const { latchkey, storage, wire, person } = await somebody();
  const [token, refreshToken] = [latchkey.token, refreshTokenIn(storage)];
  pass(RENEWED_AFTER_SECONDS - 5);
  assert.equal(await latchkey.freshToken(), token);
  await latchkey.me();
  assert.deepEqual(wire.take(), ["/auth/me"]);
  pass(10);
  const users = await Promise.all([latchkey.me(), latchkey.me(), latchkey.sessions(), latchkey.freshToken()]);
  assert.equal(users[0].email, person.email);
  assert.deepEqual(wire.take(), ["/auth/refresh", "/auth/me", "/auth/me", "/auth/sessions"]);
  assert.notEqual(latchkey.token, token);
  assert.equal(users[3], latchkey.token);
  assert.notEqual(refreshTokenIn(storage), refreshToken);
  await latchkey.me();
  assert.deepEqual(wire.take(), ["/auth/me"]);
});

test("a log-in without a session is not renewed", async (t) => {
  const pass = movedClock(t);
  let isExpired = false;
  const wire = noting({ "/auth/me": () => (isExpired ? problem(401, "expired_token") : undefined) });
  const { latchkey, storage } = await somebody({ refresh: false, wire });
  isExpired = true;
  assert.equal(refreshTokenIn(storage), null);
  pass(30 * 86_400);
  assert.equal((await refusal(latchkey.me())).code, "expired_token");
  assert.deepEqual(wire.take(), ["/auth/me"]);
  assert.equal(latchkey.token, null);
  assert.equal((await refusal(latchkey.renew())).code, "invalid_refresh_token");
  assert.deepEqual(wire.take(), []);
});

test("a log-in says for itself whether it begins a session", async () => {
  const { latchkey, person, storage } = await somebody({ refresh: false });
  await latchkey.logIn({ ...person, refresh: true });
  assert.match(refreshTokenIn(storage), /^lkr1\./);
  assert.deepEqual((await latchkey.sessions()).map(({ current }) => current), [true]);
  await latchkey.logIn({ ...person, refresh: false });
  assert.equal(refreshTokenIn(storage), null);
});

test("a token that has expired all the same is renewed, and the request sent again", async () => {
  const [expired, wire] = [expiring(), noting({ "/auth/me": (...request) => (isSignedUp ? expired(...request) : undefined) })];
  let isSignedUp = false;
  const { latchkey, person } = await somebody({ wire });
  isSignedUp = true;
  const both = await Promise.all([latchkey.me(), latchkey.me()]);
  assert.deepEqual(both.map(({ email }) => email), [person.email, person.email]);
  assert.deepEqual(wire.take().sort(), ["/auth/me", "/auth/me", "/auth/me", "/auth/me", "/auth/refresh"]);
});

test("by cookie a session is renewed ahead of time, and once the browser has dropped the cookie", async (t) => {
  const pass = movedClock(t);
  const { jar, send } = withCookies();
  const wire = noting({}, send);
  const { latchkey, storage, person } = await somebody({ transport: "cookie", wire });
  assert.deepEqual([...jar.keys()], [ACCESS_COOKIE, REFRESH_COOKIE]);
  assert.deepEqual([latchkey.token, ...keptIn(storage)], [null, null, null, null]);
  pass(RENEWED_AFTER_SECONDS + 5);
  assert.equal(await latchkey.freshToken(), null);
  assert.deepEqual(wire.take(), ["/auth/refresh"]);
  jar.delete(ACCESS_COOKIE);
  assert.equal((await latchkey.me()).email, person.email);
  assert.deepEqual(wire.take(), ["/auth/me", "/auth/refresh", "/auth/me"]);

  // A browser forgets what scripts store sooner than cookies.
  const later = newClient({ refresh: true, transport: "cookie", fetch: wire.send });
  jar.delete(ACCESS_COOKIE);
  assert.equal((await later.me()).email, person.email);
  await later.logOut();
  assert.deepEqual([...jar], []);
  wire.take();
  assert.equal((await refusal(later.me())).code, "missing_token");
  assert.deepEqual(wire.take(), ["/auth/me"]);
});

test("by cookie a visitor who is not logged in is asked about once", async () => {
  const wire = noting({}, withCookies().send);
  const latchkey = newClient({ refresh: true, transport: "cookie", fetch: wire.send });
  for (const paths of [["/auth/me", "/auth/refresh"], ["/auth/me"]]) {
    assert.equal((await refusal(latchkey.me())).code, "missing_token");
    assert.deepEqual(wire.take(), paths);
  }
});

test("offline the tokens are kept, and a refresh is tried again after a wait that doubles", async (t) => {
  const pass = movedClock(t);
  const { latchkey, storage, wire } = await somebody();
  const refreshToken = refreshTokenIn(storage);
  const triesAfter = async (seconds) => {
    pass(seconds);
    await latchkey.me();
    return wire.take().includes("/auth/refresh");
  };
  wire.answers["/auth/refresh"] = unreachable;
  assert.ok(await triesAfter(RENEWED_AFTER_SECONDS + 5));
  for (const wait of [1, 2, 4, 8, 16, 32, 60, 60]) {
    assert.ok(!(await triesAfter(wait - 0.5)), `${wait} s have not passed`);
    assert.ok(await triesAfter(1), `${wait} s have passed`);
  }
  assert.ok(await triesAfter(-100), "a clock that is set back does not make it wait for longer");
  assert.equal(refreshTokenIn(storage), refreshToken);
  delete wire.answers["/auth/refresh"];
  assert.ok(await triesAfter(61));
  assert.notEqual(refreshTokenIn(storage), refreshToken);
  assert.ok(!(await triesAfter(1)));
});

test("without a network nobody is logged out, and with it again the next request goes through", async () => {
  const { latchkey, wire, person } = await somebody();
  const token = latchkey.token;
  wire.answers["/auth/me"] = expiring();
  wire.answers["/auth/refresh"] = unreachable;
  for (let attempt = 0; attempt < 2; attempt++) {
    assert.equal((await refusal(latchkey.me())).code, "unreachable");
    assert.deepEqual(wire.take(), ["/auth/me", "/auth/refresh"]);
  }
  assert.equal(latchkey.token, token);
  delete wire.answers["/auth/refresh"];
  assert.equal((await latchkey.me()).email, person.email);
});

test("a service in trouble is left alone for as long as it asks", async (t) => {
  const pass = movedClock(t);
  const { latchkey, wire, person } = await somebody();
  wire.answers["/auth/me"] = expiring();
  wire.answers["/auth/refresh"] = () => problem(503, "unavailable", { "Retry-After": "20" });
  assert.equal((await refusal(latchkey.me())).code, "unavailable");
  assert.deepEqual(wire.take(), ["/auth/me", "/auth/refresh"]);
  pass(19);
  assert.equal((await refusal(latchkey.me())).code, "unavailable");
  assert.deepEqual(wire.take(), ["/auth/me"]);
  pass(2);
  delete wire.answers["/auth/refresh"];
  assert.equal((await latchkey.me()).email, person.email);
});

test("a refresh whose answer got lost is asked for again, and the session goes on", async (t) => {
  const pass = movedClock(t);
  const { latchkey, wire, storage } = await somebody();
  wire.answers["/auth/refresh"] = async (url, options) => {
    await fetch(url, options);
    unreachable();
  };
  pass(RENEWED_AFTER_SECONDS + 5);
  await latchkey.me();
  delete wire.answers["/auth/refresh"];
  pass(2);
  for (let turn = 0; turn < 3; turn++) {
    await latchkey.me();
    pass(RENEWED_AFTER_SECONDS + 5);
  }
  assert.equal((await call("/auth/me", { token: latchkey.token })).status, 200);
  await refreshed(refreshTokenIn(storage));
});

test("two tabs that refresh at once both go on with what is stored", async (t) => {
  const pass = movedClock(t);
  const { latchkey: one, storage, person } = await somebody();
  const other = newClient({ refresh: true, storage });
  pass(RENEWED_AFTER_SECONDS + 5);
  const users = await Promise.all([one.me(), other.me(), one.me(), other.me()]);
  for (const { email } of users) assert.equal(email, person.email);
  assert.equal(one.token, other.token);
  assert.equal((await one.sessions()).length, 1);
  await refreshed(refreshTokenIn(storage));
});

test("a tab whose token was superseded takes the one that another tab stores", async (t) => {
  const pass = movedClock(t);
  const { latchkey, storage, wire, person } = await somebody();
  const { refreshToken } = await refreshed(refreshTokenIn(storage));
  const newest = await refreshed(refreshToken);
  wire.answers["/auth/refresh"] = async (url, options) => {
    const answer = await fetch(url, options);
    assert.equal(await codeOf(answer.clone()), "refresh_superseded");
    store(storage, newest);
    return answer;
  };
  pass(RENEWED_AFTER_SECONDS + 5);
  assert.equal((await latchkey.me()).email, person.email);
  assert.deepEqual(wire.take(), ["/auth/refresh", "/auth/me"]);
  assert.equal(latchkey.token, newest.authToken);
});

test("a superseded token without a newer one is tried once more and kept", async () => {
  const { latchkey, storage, wire } = await somebody();
  const stale = refreshTokenIn(storage);
  await refreshed((await refreshed(stale)).refreshToken);
  assert.equal((await refusal(latchkey.renew())).code, "refresh_superseded");
  assert.deepEqual(wire.take(), ["/auth/refresh", "/auth/refresh"]);
  assert.equal(refreshTokenIn(storage), stale);
});

test("a session that was ended elsewhere is forgotten", async (t) => {
  const pass = movedClock(t);
  const { latchkey, person, storage } = await somebody();
  const elsewhere = newClient({ refresh: true });
  await elsewhere.logIn(person);
  const [{ id }] = (await elsewhere.sessions()).filter(({ current }) => !current);
  await elsewhere.endSessions({ id });
  let changes = 0;
  latchkey.onChange(() => changes++);
  pass(RENEWED_AFTER_SECONDS + 5);
  const refused = await refusal(latchkey.me());
  assert.deepEqual([refused.status, refused.code], [401, "invalid_refresh_token"]);
  assert.deepEqual(keptIn(storage), [null, null, null]);
  assert.equal(changes, 1);
  assert.equal((await refusal(latchkey.me())).code, "missing_token");
});

test("all other sessions end, and the own one goes on", async () => {
  const { latchkey, person } = await somebody();
  const others = [newClient({ refresh: true }), newClient()];
  for (const other of others) await other.logIn(person);
  await latchkey.endSessions({ others: true });
  for (const other of others) {
    assert.equal((await refusal(other.me())).code, "invalid_token");
    assert.equal(other.token, null);
  }
  await latchkey.renew();
  assert.deepEqual((await latchkey.sessions()).map(({ current }) => current), [true]);
});

test("a second log-in takes the place of the session in this browser", async () => {
  const { latchkey, person, storage } = await somebody();
  const replaced = refreshTokenIn(storage);
  await latchkey.logIn(person);
  assert.equal((await latchkey.sessions()).length, 1);
  assert.equal(await codeOf(call("/auth/refresh", { body: { refreshToken: replaced } })), "invalid_refresh_token");
});

for (const transport of ["body", "cookie"]) {
  test(`a log-out ends the session, with the transport ${transport}`, async () => {
    const { jar, send } = withCookies();
    const wire = noting({}, transport === "cookie" ? send : fetch);
    const { latchkey, storage } = await somebody({ transport, wire });
    const [token, refreshToken] =
      transport === "cookie"
        ? [jar.get(ACCESS_COOKIE), jar.get(REFRESH_COOKIE)]
        : [latchkey.token, refreshTokenIn(storage)];
    await latchkey.logOut();
    assert.deepEqual([...jar.keys()], []);
    assert.equal(await codeOf(call("/auth/refresh", { body: { refreshToken } })), "invalid_refresh_token");
    assert.equal(await codeOf(call("/auth/me", { token })), "invalid_token");
    assert.equal((await refusal(latchkey.me())).code, "missing_token");
  });
}

test("a log-out with an expired token ends the session", async () => {
  const { latchkey, storage } = await somebody();
  const refreshToken = refreshTokenIn(storage);
  storage.setItem("authToken", "expired.and.gone");
  await latchkey.logOut();
  assert.equal(await codeOf(call("/auth/refresh", { body: { refreshToken } })), "invalid_refresh_token");
});

test("by cookie a log-out that does not get through leaves the browser logged in", async () => {
  const wire = noting({}, withCookies().send);
  const { latchkey, person } = await somebody({ transport: "cookie", wire });
  wire.answers["/auth/logout"] = unreachable;
  let changes = 0;
  latchkey.onChange(() => changes++);
  assert.equal((await refusal(latchkey.logOut())).code, "unreachable");
  assert.equal(changes, 0, "other tabs are not told too early");
  assert.equal((await latchkey.me()).email, person.email);
  delete wire.answers["/auth/logout"];
  await latchkey.logOut();
  assert.equal((await refusal(latchkey.me())).code, "missing_token");
});

test("a refresh that comes back after the log-out logs nobody in", async () => {
  const { latchkey, storage, wire } = await somebody();
  let answered, release;
  const [reached, held] = [new Promise((go) => (answered = go)), new Promise((go) => (release = go))];
  wire.answers["/auth/refresh"] = async (url, options) => {
    const answer = await fetch(url, options);
    answered();
    await held;
    return answer;
  };
  const renewal = latchkey.renew();
  await reached;
  await latchkey.logOut();
  release();
  await renewal;
  assert.deepEqual(keptIn(storage), [null, null, null]);
});

test("a refresh that is refused after another log-in takes nothing from it", async () => {
  const { latchkey, storage, wire } = await somebody();
  const other = await somebody({ storage: newStorage() });
  wire.answers["/auth/refresh"] = async () => {
    store(storage, { authToken: other.latchkey.token, refreshToken: refreshTokenIn(other.storage) });
    return problem(401, "invalid_refresh_token");
  };
  await latchkey.renew();
  assert.equal(latchkey.token, other.latchkey.token);
  assert.equal((await latchkey.me()).email, other.person.email);
});

/** Somebody with a session, in whose storage something that knows no sessions then logs `other` in, or out. */
async function strayed(other, options) {
  const { latchkey, ...rest } = await somebody(options);
  const refreshToken = refreshTokenIn(rest.storage);
  if (other) rest.storage.setItem("authToken", other.latchkey.token);
  else rest.storage.removeItem("authToken");
  return { latchkey, refreshToken, ...rest };
}

test("a session never renews the token of somebody else who has logged in without one", async (t) => {
  const pass = movedClock(t);
  const other = await somebody({ refresh: false });
  const { latchkey, storage, wire } = await strayed(other);
  pass(RENEWED_AFTER_SECONDS + 5);
  const users = await Promise.all([latchkey.me(), latchkey.me()]);
  for (const { email } of users) assert.equal(email, other.person.email);
  assert.equal((await refusal(latchkey.renew())).code, "invalid_refresh_token");
  assert.deepEqual(wire.take(), ["/auth/me", "/auth/me"]);
  assert.deepEqual(keptIn(storage), [other.latchkey.token, null, null]);
});

test("a log-out by something that knows no sessions ends the session here too", async (t) => {
  const pass = movedClock(t);
  const { latchkey, storage, wire } = await strayed(null);
  pass(RENEWED_AFTER_SECONDS + 5);
  assert.equal((await refusal(latchkey.me())).code, "missing_token");
  assert.deepEqual(wire.take(), []);
  assert.deepEqual(keptIn(storage), [null, null, null]);
});

test("a log-out ends the token that is there and the session that was left", async () => {
  const other = await somebody({ refresh: false });
  const { latchkey, refreshToken } = await strayed(other);
  const { token } = latchkey;
  await latchkey.logOut();
  assert.equal(await codeOf(call("/auth/me", { token })), "invalid_token");
  assert.equal(await codeOf(call("/auth/refresh", { body: { refreshToken } })), "invalid_refresh_token");
});

test("a log-out everywhere is of the user whose token is there, not of the session that was left", async () => {
  const other = await somebody({ refresh: false });
  const { latchkey, refreshToken } = await strayed(other);
  const elsewhere = newClient();
  await elsewhere.logIn(other.person);
  await latchkey.logOut({ everywhere: true });
  assert.equal((await refusal(elsewhere.me())).code, "invalid_token");
  await refreshed(refreshToken);
});

/** The storage as another tab sees it: each write a while later, when the test says so. Its own writes come through. */
function seenLate(storage) {
  const [seen, waiting] = [newStorage(), []];
  for (const key of ["authToken", "latchkeySession"]) seen.setItem(key, storage.getItem(key));
  const write = { ...storage };
  for (const method of ["setItem", "removeItem"]) {
    storage[method] = (...args) => {
      write[method](...args);
      waiting.push(() => seen[method](...args));
    };
  }
  const both = (method) => (...args) => [write, seen].forEach((place) => place[method](...args));
  return { storage: { ...seen, setItem: both("setItem"), removeItem: both("removeItem") }, next: () => waiting.shift()() };
}

test("a tab that looks while another has stored half of the new tokens forgets none and goes on", async (t) => {
  const pass = movedClock(t);
  for (const isOnItsWay of [false, true]) {
    const { latchkey, storage, person } = await somebody();
    const old = latchkey.token;
    const view = seenLate(storage);
    let arrive, answer;
    const [arrived, held] = [new Promise((go) => (arrive = go)), new Promise((go) => (answer = go))];
    const wire = noting({
      "/auth/me": async (_url, { headers }) => {
        if (headers.Authorization !== `Bearer ${old}`) return undefined;
        arrive();
        await held;
        return problem(401, "expired_token");
      },
    });
    const other = newClient({ refresh: true, storage: view.storage, fetch: wire.send });
    // The other half is seen just before the tab has waited for it.
    const { setTimeout } = globalThis;
    const late = (work, wait) => (wait === 1000 ? setImmediate(() => (view.next(), work())) : setTimeout(work, wait));
    const { mock } = t.mock.method(globalThis, "setTimeout", late);
    let asked = isOnItsWay && other.me();
    if (asked) await arrived;
    pass(RENEWED_AFTER_SECONDS + 5);
    const token = await latchkey.freshToken();
    const kept = keptIn(storage);
    // Whose the new token is, and the token.
    view.next();
    view.next();
    asked ||= other.me();
    answer();
    assert.equal((await asked).email, person.email);
    assert.deepEqual(wire.take().filter((path) => path !== "/auth/me"), []);
    assert.deepEqual([other.token, keptIn(storage)], [token, kept]);
    await other.renew();
    mock.restore();
  }
});

test("an answer to a refresh that comes after a sleep is not kept, and the refresh is sent again", async (t) => {
  const pass = movedClock(t);
  for (const seconds of [36, 3600, -3600]) {
    const { latchkey, storage, wire, person } = await somebody();
    const sent = [];
    let unused;
    wire.answers["/auth/refresh"] = async (url, options) => {
      sent.push(JSON.parse(options.body).refreshToken);
      if (sent.length > 1) return undefined;
      const answer = await fetch(url, options);
      ({ authToken: unused } = await answer.clone().json());
      pass(seconds);
      return answer;
    };
    const before = refreshTokenIn(storage);
    await latchkey.renew();
    assert.deepEqual(sent, [before, before], `${seconds} s`);
    assert.notEqual(latchkey.token, unused);
    assert.equal((await latchkey.me()).email, person.email);
  }
});

test("answers that all come late are no answers, and the tokens stay", async (t) => {
  const pass = movedClock(t);
  const { latchkey, storage, wire } = await somebody();
  const kept = keptIn(storage);
  wire.answers["/auth/refresh"] = async (url, options) => {
    const answer = await fetch(url, options);
    pass(36);
    return answer;
  };
  assert.equal((await refusal(latchkey.renew())).code, "unreachable");
  assert.deepEqual(wire.take(), ["/auth/refresh", "/auth/refresh"]);
  assert.deepEqual(keptIn(storage), kept);
});

/** Somebody who has logged out while the service could not be reached. `isEnded` says whether the service knows by now. */
async function loggedOutOffline(options) {
  const { latchkey, storage, wire, ...rest } = await somebody(options);
  const [{ token }, refreshToken] = [latchkey, refreshTokenIn(storage)];
  wire.answers["/auth/logout"] = unreachable;
  assert.equal((await refusal(latchkey.logOut())).code, "unreachable");
  assert.deepEqual([latchkey.token, storage.getItem("latchkeySession")], [null, null]);
  delete wire.answers["/auth/logout"];
  wire.take();
  const isEnded = async () => (await call("/auth/me", { token })).status === 401;
  assert.ok(!(await isEnded()));
  return { latchkey, storage, wire, refreshToken, isEnded, ...rest };
}

/** Waits until a client has nothing left to end. */
async function nothingLeft(storage) {
  while (storage.getItem("latchkeyLeftToEnd") !== null) await new Promise((go) => setImmediate(go));
}

for (const refresh of [true, false]) {
  const kind = refresh ? "with a session" : "without a session";
  test(`${kind} a log-out that did not get through is made up for by the next, by a log-in and by a page`, async () => {
    for (const next of [
      ({ latchkey }) => latchkey.logOut(),
      ({ latchkey, person }) => latchkey.logIn(person),
      ({ storage }) => newClient({ storage }),
    ]) {
      const gone = await loggedOutOffline({ refresh });
      await next(gone);
      await nothingLeft(gone.storage);
      assert.ok(await gone.isEnded(), String(next));
    }
  });
}

test("what a log-out left is kept while the service is in trouble, and dropped once it has answered", async () => {
  const { latchkey, storage, wire } = await loggedOutOffline();
  const left = storage.getItem("latchkeyLeftToEnd");
  for (const status of [429, 500, 503]) {
    wire.answers["/auth/logout"] = () => problem(status, "unavailable");
    assert.equal((await refusal(latchkey.logOut())).status, status);
    assert.equal(storage.getItem("latchkeyLeftToEnd"), left);
  }
  wire.answers["/auth/logout"] = () => problem(401, "invalid_token");
  assert.equal((await refusal(latchkey.logOut())).status, 401);
  wire.take();
  await latchkey.logOut();
  assert.deepEqual(wire.take(), []);
});

test("of many log-outs that did not get through the last four are kept", async () => {
  const storage = newStorage();
  const wire = noting({ "/auth/logout": unreachable });
  const refreshTokens = [];
  for (let turn = 0; turn < 6; turn++) {
    const { latchkey } = await somebody({ storage, wire });
    refreshTokens.push(refreshTokenIn(storage));
    await refusal(latchkey.logOut());
  }
  const left = JSON.parse(storage.getItem("latchkeyLeftToEnd"));
  assert.deepEqual(left, refreshTokens.slice(-4).map((token) => `${token} ${baseUrl}/`));
});

test("listeners hear of every change in this tab until they stop, and cannot break it", async (t) => {
  const { latchkey, person } = await somebody();
  const heard = [];
  const thrown = [];
  t.mock.method(globalThis, "queueMicrotask", (work) =>
    void Promise.resolve().then(work).catch((error) => thrown.push(error.message)),
  );
  const stop = latchkey.onChange(({ elsewhere }) => heard.push([elsewhere, latchkey.token !== null]));
  const stopBad = latchkey.onChange(() => {
    throw new Error("a bug of the app");
  });
  await latchkey.renew();
  await latchkey.logOut();
  await latchkey.logIn(person);
  stopBad();
  stop();
  await latchkey.logOut();
  assert.deepEqual(heard, [[false, true], [false, false], [false, true]]);
  assert.equal(thrown.length, 3);
});

test("if the storage is full or denied, the tokens live in memory", async (t) => {
  const pass = movedClock(t);
  const full = newStorage();
  full.setItem("authToken", "an old one");
  full.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  for (const storage of [full, { getItem: denied, setItem: denied, removeItem: denied }]) {
    const { latchkey, person } = await somebody({ storage });
    pass(RENEWED_AFTER_SECONDS + 5);
    assert.equal((await latchkey.me()).email, person.email);
    await latchkey.logOut();
    assert.equal(latchkey.token, null);
  }
  assert.equal(full.getItem("authToken"), null);
});

test("on a server no tokens are kept where all users would share them", async () => {
  const wire = noting();
  const latchkey = new Latchkey({ baseUrl, fetch: wire.send });
  const refused = await latchkey.logIn(newPerson()).catch((error) => error);
  assert.ok(!(refused instanceof LatchkeyError), "it is a mistake of the program");
  assert.match(refused.message, /pass the option `storage`/);
  assert.deepEqual(wire.take(), []);
  assert.equal(latchkey.token, null);
  assert.equal((await refusal(latchkey.me())).code, "missing_token");
});
