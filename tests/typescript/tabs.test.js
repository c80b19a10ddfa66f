// Sessions in Debian's Chromium: several tabs, cookies that scripts cannot read, and storage that is denied.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import test, { after, before } from "node:test";

import { launchChromium } from "../javascript/chromium.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";

const url = variable("LATCHKEY_URL");
const client = await readFile(variable("LATCHKEY_CLIENT"), "utf8");

let browser;
before(async () => (browser = await launchChromium()));
after(() => browser?.close());

/**
 * A browser profile whose tabs hold a client as `latchkey`, and somebody who signed up in the first of them. Its pages are
 * of the API's origin, as behind one host, so that cookies work.
 */
async function inTabs(visit, { transport = "body", refresh = true, prepare = () => {} } = {}) {
  const context = await browser.newContext();
  const refreshes = [];
  try {
    const serve = (path, contentType, body) => context.route(`${url}${path}`, (route) => route.fulfill({ contentType, body }));
    await serve("/app", "text/html", "<!doctype html><title>App</title>");
    await serve("/app.js", "text/javascript", client);
    context.on("request", (request) => {
      if (new URL(request.url()).pathname === "/auth/refresh") refreshes.push(request);
    });
    const load = async (page) => {
      await page.goto(`${url}/app`);
      await page.evaluate(
        async (options) => {
          const { Latchkey } = await import("/app.js");
          window.latchkey = new Latchkey(options);
          window.changes = [];
          window.kinds = [];
          window.stop = window.latchkey.onChange(({ elsewhere, kind }) => {
            window.changes.push(elsewhere);
            window.kinds.push(kind);
          });
        },
        { transport, refresh },
      );
      return page;
    };
    const open = async () => {
      const page = await context.newPage();
      await page.addInitScript(prepare);
      return await load(page);
    };
    const person = newPerson();
    const first = await open();
    await first.evaluate((person) => window.latchkey.signUp(person), person);
    await visit({ context, open, load, first, person, refreshes });
  } finally {
    await context.close();
  }
}

/** Waits until tabs hold the lock, and so many queue for it. A page takes the promise of a condition for its truth. */
function queued(page, waiting) {
  return page.evaluate(async (waiting) => {
    let locks;
    do locks = await navigator.locks.query();
    while (locks.held.length !== 1 || locks.pending.length !== waiting);
  }, waiting);
}

/** Lets the time pass after which a token is renewed, for the scripts of this page. */
function becomeDue(page) {
  return page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 800_000;
  });
}

/** The email address that the API knows this page by, or the code of its refusal. */
function who(page) {
  return page.evaluate(() => window.latchkey.me().then(({ email }) => email, ({ code }) => code));
}

async function changesOf(page, count) {
  await page.waitForFunction((count) => window.changes.length >= count, count);
  return await page.evaluate(() => window.changes.splice(0));
}

for (const transport of ["body", "cookie"]) {
  test(`with the transport ${transport} one tab at a time refreshes, and the others go on with its tokens`, () =>
    inTabs(
      async ({ context, open, first, person, refreshes }) => {
        const tabs = [first, await open(), await open()];
        await Promise.all(tabs.map(becomeDue));
        let arrive, release;
        const [arrived, held] = [new Promise((go) => (arrive = go)), new Promise((go) => (release = go))];
        await context.route("**/auth/refresh", async (route) => {
          arrive();
          await held;
          await route.continue();
        });
        const answers = Promise.all(tabs.map(who));
        await arrived;
        // One holds the lock, and the others queue for it.
        await queued(first, 2);
        assert.equal(refreshes.length, 1);
        release();
        assert.deepEqual(await answers, tabs.map(() => person.email));
        assert.equal(refreshes.length, 1);
        const tokens = await Promise.all(tabs.map((tab) => tab.evaluate(() => window.latchkey.freshToken())));
        assert.equal(new Set(tokens).size, 1);
      },
      { transport },
    ));

  for (const refresh of [true, false]) {
    const kind = refresh ? "with a session" : "without a session";
    test(`with the transport ${transport} and ${kind}, another tab hears of a log-out and a log-in`, () =>
      inTabs(
        async ({ open, first, person }) => {
          assert.ok((await changesOf(first, 1)).every((elsewhere) => !elsewhere));
          const second = await open();
          assert.equal(await who(second), person.email);
          await first.evaluate(() => window.latchkey.logOut());
          assert.deepEqual(await changesOf(second, 1), [true]);
          assert.equal(await who(second), "missing_token");
          await first.evaluate((person) => window.latchkey.logIn(person), person);
          assert.deepEqual(await changesOf(second, 1), [true]);
          assert.equal(await who(second), person.email);
          await second.evaluate(() => window.stop());
          await first.evaluate(() => window.latchkey.logOut());
          assert.match(await who(second), /^(missing|invalid)_token$/);
          assert.equal(await second.evaluate(() => window.changes.length), 0);
        },
        { transport, refresh },
      ));
  }
}

test("by cookie a lock that another tab never gives back holds up no log-in for good", () =>
  inTabs(
    async ({ open, first, person }) => {
      const stuck = await open();
      await stuck.evaluate(() => void navigator.locks.request("latchkey", () => new Promise(() => {})));
      await queued(stuck, 0);
      await first.evaluate(() => (AbortSignal.timeout = () => AbortSignal.abort()));
      await first.evaluate((person) => window.latchkey.logIn(person), person);
      assert.equal(await who(first), person.email);
    },
    { transport: "cookie" },
  ));

test("a lock that another tab never gives back holds nobody up for good", () =>
  inTabs(async ({ open, first, person, refreshes }) => {
    const stuck = await open();
    await stuck.evaluate(() => void navigator.locks.request("latchkey", () => new Promise(() => {})));
    await queued(stuck, 0);
    // The wait for the lock is over at once.
    await first.evaluate(() => {
      const { timeout } = AbortSignal;
      AbortSignal.timeout = (wait) => (wait === 10_000 ? AbortSignal.abort() : timeout.call(AbortSignal, wait));
    });
    await becomeDue(first);
    assert.equal(await who(first), person.email);
    assert.equal(refreshes.length, 1);
  }));

for (const path of ["login", "signup"]) {
  test(`by cookie a ${path} waits for the refresh of another tab, whose cookies would take the place of its own`, () =>
    inTabs(
      async ({ context, open, first, person }) => {
        const [second, other] = [await open(), newPerson()];
        if (path === "login") {
          await second.evaluate((other) => window.latchkey.signUp(other), other);
          await second.evaluate((person) => window.latchkey.logIn(person), person);
        }
        let arrive, release;
        const [arrived, held] = [new Promise((go) => (arrive = go)), new Promise((go) => (release = go))];
        await context.route("**/auth/refresh", async (route) => {
          const answer = await route.fetch();
          arrive();
          await held;
          await route.fulfill({ response: answer });
        });
        const renewed = first.evaluate(() => window.latchkey.renew());
        await arrived;
        // Ten seconds are over at once.
        await second.evaluate(() => {
          const { timeout } = AbortSignal;
          AbortSignal.timeout = (wait) => (wait <= 10_000 ? AbortSignal.abort() : timeout.call(AbortSignal, wait));
        });
        const entered = second.evaluate(
          ([method, other]) => window.latchkey[method](other),
          [path === "login" ? "logIn" : "signUp", other],
        );
        await Promise.race([entered, queued(second, 1)]);
        release();
        await Promise.all([renewed, entered]);
        assert.equal(await who(second), other.email);
      },
      { transport: "cookie" },
    ));
}

test("by cookie no script reads a token, and a dropped cookie is renewed", () =>
  inTabs(
    async ({ context, first, person, refreshes }) => {
      const cookies = await context.cookies();
      const kinds = cookies.map(({ name, httpOnly, secure, sameSite }) => [name, httpOnly, secure, sameSite]);
      assert.deepEqual(kinds.sort(), [
        ["__Host-authToken", true, true, "Lax"],
        ["__Host-refreshToken", true, true, "Strict"],
      ]);
      const reached = await first.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage }), window.latchkey.token]);
      for (const { value } of cookies) {
        for (const part of value.split(".").slice(1)) assert.ok(!reached.join().includes(part), "a part of a token was found");
      }
      await context.clearCookies({ name: "__Host-authToken" });
      assert.equal(await who(first), person.email);
      assert.equal(refreshes.length, 1);
    },
    { transport: "cookie" },
  ));

/** What a browser does that keeps no data of this site. */
function denyStorage() {
  Object.defineProperty(window, "localStorage", {
    get() {
      throw new DOMException("Access is denied for this document.", "SecurityError");
    },
  });
}

test("if the browser denies storage, tokens live as long as the page", () =>
  inTabs(
    async ({ load, first, person, refreshes }) => {
      await becomeDue(first);
      assert.equal(await who(first), person.email);
      assert.equal(refreshes.length, 1);
      assert.equal(await who(await load(first)), "missing_token");
    },
    { prepare: denyStorage },
  ));

test("if the browser denies storage but keeps cookies, a session goes on", () =>
  inTabs(
    async ({ context, load, first, person }) => {
      await load(first);
      await context.clearCookies({ name: "__Host-authToken" });
      assert.equal(await who(first), person.email);
    },
    { transport: "cookie", prepare: denyStorage },
  ));

test("what a frame writes into another storage under the same key is no change", () =>
  inTabs(async ({ first }) => {
    await changesOf(first, 1);
    await first.evaluate(async () => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      frame.src = "/app";
      await new Promise((loaded) => (frame.onload = loaded));
      const heard = new Promise((hear) => addEventListener("storage", ({ key }) => key === "last" && hear()));
      const { sessionStorage } = frame.contentWindow;
      sessionStorage.setItem("authToken", "another");
      sessionStorage.clear();
      sessionStorage.setItem("last", "");
      await heard;
    });
    assert.deepEqual(await first.evaluate(() => window.changes), []);
  }));

test("a page that comes back from the browser's cache is told to look again", () =>
  inTabs(async ({ first }) => {
    await changesOf(first, 1);
    await first.evaluate(() => {
      for (const persisted of [false, true]) window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted }));
    });
    assert.deepEqual(await first.evaluate(() => window.changes), [true]);
  }));

for (const transport of ["body", "cookie"]) {
  test(`with the transport ${transport} another tab hears whether somebody has logged in or out`, () =>
    inTabs(
      async ({ open, first, person }) => {
        const second = await open();
        const heard = (kind) => first.waitForFunction((kind) => window.kinds.at(-1) === kind, kind);
        await heard("login");
        await second.evaluate(() => window.latchkey.renew());
        await heard("unknown");
        await second.evaluate(() => window.latchkey.logOut());
        await heard("logout");
        await second.evaluate((person) => window.latchkey.logIn(person), person);
        await heard("login");
      },
      { transport },
    ));
}

test("a page on 127.0.0.1 that calls localhost with cookies is told in the console, and so is one whose origin is not allowed", async () => {
  const server = createServer(({ url }, answer) => {
    const isScript = url === "/latchkey.js";
    answer.setHeader("Content-Type", isScript ? "text/javascript" : "text/html").end(isScript ? client : "<!doctype html><title>App</title>");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const context = await browser.newContext();
  try {
    const origin = `http://127.0.0.1:${server.address().port}`;
    const page = await context.newPage();
    const said = [];
    page.on("console", (message) => message.type() === "warning" && said.push(message.text()));
    await page.goto(origin);
    const errors = await page.evaluate(async (baseUrl) => {
      const { Latchkey } = await import("/latchkey.js");
      const options = { baseUrl, transport: "cookie" };
      const failed = (work) => work.then(() => null, ({ code, message, detail }) => ({ code, message, detail }));
      new Latchkey({ baseUrl });
      const noCookie = await failed(new Latchkey(options).me());
      // To a script, a response that the browser keeps back is like none.
      const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
      return { noCookie, blocked: await failed(new Latchkey({ ...options, fetch }).me()) };
    }, url);
    assert.equal(said.length, 2, "a client that needs no cookie says nothing");
    assert.match(said[0], /127\.0\.0\.1 and localhost are two sites, .* Open this page at localhost\./);
    assert.equal(errors.noCookie.code, "missing_token");
    assert.match(errors.noCookie.detail, /are two sites/);
    assert.equal(errors.blocked.code, "unreachable");
    assert.ok(errors.blocked.detail.includes(`see that its AllowedOrigins list ${origin} (with cookies, * is not enough).`), errors.blocked.detail);
    assert.doesNotMatch(errors.blocked.message, /origin|cookie/i);
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
  }
});
