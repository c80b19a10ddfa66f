// Signing in with providers, from an app in a browser to the pretend providers of `cargo dev` and back.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";

import { asked, cancel, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { appUrl, call, inApp, ready, startApp, stopApp } from "./support/app.js";

before(startApp);
after(stopApp);

/** Leaves the app for a provider, whose page then asks for consent. */
async function leave(page, provider, options) {
  await page.evaluate(([provider, options]) => void window.latchkey.signInWith(provider, options), [provider, options]);
  await asked(page, provider);
}

/** Goes to a provider, consents as this person and comes back. */
async function goAndReturn(page, provider, person, options) {
  await leave(page, provider, options);
  await consent(page, person);
  await ready(page);
}

async function signIn(page, provider, person, options) {
  await goAndReturn(page, provider, person, options);
  const finished = await call(page, "finishSignIn");
  assert.equal(finished.refused, undefined, JSON.stringify(finished));
  return finished;
}

function storedSignIn(page) {
  return page.evaluate(() => sessionStorage.getItem("latchkeySignIn"));
}

test("the client names the providers that the service has", () =>
  inApp(async ({ open }) => {
    assert.deepEqual(await call(await open(), "providers"), ["facebook", "github", "google", "x"]);
  }));

for (const transport of ["body", "cookie"]) {
  for (const refresh of [false, true]) {
    const kind = refresh ? "with a session" : "without a session";
    test(`with the transport ${transport} and ${kind} a person signs in and is known after a reload`, () =>
      inApp(
        async ({ open, takePosts }) => {
          const [person, page] = [newPerson(), await open("/shop?item=7#reviews")];
          await goAndReturn(page, "google", person, { returnTo: "/signed-in" });
          assert.deepEqual(await call(page, "finishSignIn"), {
            provider: "google",
            linked: false,
            from: `${appUrl()}/shop?item=7#reviews`,
          });
          assert.equal(page.url(), `${appUrl()}/signed-in`);
          assert.equal(await storedSignIn(page), null);
          assert.deepEqual(takePosts(), ["/auth/oauth/login"]);
          await page.reload();
          await ready(page);
          assert.equal(await call(page, "finishSignIn"), null);
          const { email, identities } = await call(page, "me");
          assert.deepEqual([email, identities], [person.email, ["google"]]);
          assert.equal((await call(page, "sessions")).length, refresh ? 1 : 0);
          assert.deepEqual(takePosts(), []);
        },
        { transport, refresh },
      ));
  }
}

test("a sign-in says for itself whether it begins a session", () =>
  inApp(async ({ open }) => {
    const page = await open();
    await signIn(page, "google", newPerson(), { refresh: true });
    assert.equal((await call(page, "sessions")).length, 1);
  }));

test("what did not begin in this tab is expired, and nothing is sent", () =>
  inApp(async ({ open, takePosts }) => {
    for (const error of ["sign_in_cancelled", "sign_in_expired", "provider_refused"]) {
      const page = await open(`/?keep=1&error=${error}#`);
      const { refused, code, status, message } = await call(page, "finishSignIn");
      assert.deepEqual([refused, code, status], ["LatchkeyError", "sign_in_expired", 0], error);
      assert.equal(message, "That took too long, or began in another window. Start again.");
      assert.equal(page.url(), `${appUrl()}/?keep=1`);
      assert.equal(await page.evaluate(() => history.length), 2, "about:blank and this page");
    }
    assert.deepEqual(takePosts(), []);
  }));

test("a code and an error that are not of a sign-in are left to the page", () =>
  inApp(async ({ open, takePosts }) => {
    for (const query of ["code=SUMMER", "code=", "error=toString", "code=SUMMER&error=access_denied"]) {
      const page = await open(`/?${query}#top`);
      assert.equal(await call(page, "finishSignIn"), null, query);
      assert.equal(page.url(), `${appUrl()}/?${query}#top`);
    }
    assert.deepEqual(takePosts(), []);
  }));

test("a code of somebody else's sign-in logs nobody in", () =>
  inApp(async ({ open }) => {
    const attacker = await open();
    await goAndReturn(attacker, "google", newPerson());
    const victim = await open();
    await leave(victim, "google");
    await victim.goto(attacker.url());
    await ready(victim);
    const { code, status } = await call(victim, "finishSignIn");
    assert.deepEqual([code, status], ["invalid_code", 401]);
    assert.equal((await call(victim, "me")).code, "missing_token");
    assert.equal(await call(victim, "finishSignIn"), null, "it is not tried again");
  }));

test("each way to come back without a code has a code of its own and words for people", () =>
  inApp(async ({ open, takePosts }) => {
    const page = await open();
    for (const [error, code, message] of [
      ["sign_in_cancelled", "sign_in_cancelled", /^You cancelled signing in with GitHub\. Try again/],
      ["sign_in_expired", "sign_in_expired", /Start again\.$/],
      ["provider_refused", "provider_refused", /^Signing in with GitHub does not work at the moment\. Choose another way/],
      ["provider_unavailable", "provider_unavailable", /^GitHub did not respond\. Try again in a moment/],
      ["too_many_attempts", "too_many_attempts", /Try again in a few minutes\.$/],
      ["unavailable", "unavailable", /Try again in a few minutes\.$/],
      ["something_new", "unknown", /^Signing in with GitHub did not work\. Try again\.$/],
      ["constructor", "unknown", /^Signing in with GitHub did not work\. Try again\.$/],
    ]) {
      await leave(page, "github");
      await page.goto(`${appUrl()}/?error=${error}#`);
      await ready(page);
      const refusal = await call(page, "finishSignIn");
      assert.deepEqual([refusal.refused, refusal.code], ["LatchkeyError", code]);
      assert.match(refusal.message, message);
      assert.equal(page.url(), `${appUrl()}/`);
      assert.equal(await storedSignIn(page), null);
    }
    assert.deepEqual(takePosts(), []);
  }));

test("a person who cancels at the provider can try again", () =>
  inApp(async ({ open }) => {
    const [person, page] = [newPerson(), await open()];
    await leave(page, "google");
    await cancel(page);
    await ready(page);
    assert.equal((await call(page, "finishSignIn")).code, "sign_in_cancelled");
    await signIn(page, "google", person);
    assert.equal((await call(page, "me")).email, person.email);
  }));

test("two calls at once, and two clients, finish one sign-in once", () =>
  inApp(async ({ open, takePosts }) => {
    const page = await open();
    await goAndReturn(page, "google", newPerson());
    const providers = await page.evaluate(async () => {
      const other = new window.Latchkey(window.options);
      const all = [window.latchkey, window.latchkey, other].map((client) => client.finishSignIn());
      return (await Promise.all(all)).map(({ provider }) => provider);
    });
    assert.deepEqual(providers, ["google", "google", "google"]);
    assert.deepEqual(takePosts(), ["/auth/oauth/login"]);
  }));

test("a client of another API leaves the code in the address, and sends it nowhere", () =>
  inApp(async ({ open, takePosts }) => {
    const page = await open();
    await goAndReturn(page, "google", newPerson());
    const [others, own, toLink] = await page.evaluate(async () => {
      const other = new window.Latchkey({ ...window.options, baseUrl: location.origin });
      const both = await Promise.all([other, window.latchkey].map((client) => client.finishSignIn()));
      return [...both, other.signInToLink];
    });
    assert.deepEqual([others, own.provider, toLink], [null, "google", null]);
    assert.equal(page.url(), `${appUrl()}/`);
    assert.deepEqual(takePosts(), ["/auth/oauth/login"]);
  }));

test("what waits at one API is linked at no other", () =>
  inApp(async (app) => {
    const { page } = await meetTakenAddress(app);
    app.takePosts();
    const seen = await page.evaluate(async () => {
      const other = new window.Latchkey({ ...window.options, baseUrl: location.origin });
      const code = await other.linkSignIn().catch((error) => error.code);
      return [other.signInToLink, code, window.latchkey.signInToLink];
    });
    assert.deepEqual(seen, [null, "sign_in_expired", "google"]);
    assert.deepEqual(app.takePosts(), []);
  }));

test("a sign-in that gets no answer is finished by another call, or by a reload", () =>
  inApp(async ({ context, open }) => {
    const [person, page] = [newPerson(), await open()];
    await goAndReturn(page, "google", person);
    await context.route("**/auth/oauth/login", (route) => route.abort());
    assert.equal((await call(page, "finishSignIn")).code, "unreachable");
    assert.equal(page.url(), `${appUrl()}/`);
    assert.equal((await call(page, "finishSignIn")).code, "unreachable");
    await context.unroute("**/auth/oauth/login");
    await page.reload();
    await ready(page);
    assert.equal((await call(page, "finishSignIn")).provider, "google");
    assert.equal((await call(page, "me")).email, person.email);
  }));

/** A page on which a sign-in with Google waits, since this person has the address already. */
async function meetTakenAddress({ open }) {
  const [person, page] = [newPerson(), await open()];
  await call(page, "signUp", person);
  await call(page, "logOut");
  await goAndReturn(page, "google", person);
  const { code, status } = await call(page, "finishSignIn");
  assert.deepEqual([code, status], ["email_taken", 409]);
  return { person, page };
}

function waiting(page) {
  return page.evaluate(() => window.latchkey.signInToLink);
}

for (const transport of ["body", "cookie"]) {
  test(`with the transport ${transport} an address that is taken is linked after a log-in`, () =>
    inApp(
      async (app) => {
        const { person, page } = await meetTakenAddress(app);
        await page.reload();
        await ready(page);
        assert.equal(await call(page, "finishSignIn"), null);
        assert.equal(await waiting(page), "google");
        await call(page, "logIn", person);
        assert.deepEqual((await call(page, "me")).identities, [], "only a call links");
        assert.equal(await call(page, "linkSignIn"), null);
        assert.deepEqual((await call(page, "me")).identities, ["google"]);
        assert.deepEqual([await waiting(page), await storedSignIn(page)], [null, null]);
        await call(page, "logOut");
        await signIn(page, "google", person);
        assert.equal((await call(page, "me")).email, person.email);
      },
      { transport },
    ));
}

test("a sign-in waits while the person signs in with another provider", () =>
  inApp(async ({ open }) => {
    const [person, page] = [newPerson(), await open()];
    await signIn(page, "google", person);
    await call(page, "logOut");
    await goAndReturn(page, "github", person);
    assert.equal((await call(page, "finishSignIn")).code, "email_taken");
    await signIn(page, "google", person);
    assert.equal(await waiting(page), "github");
    assert.equal(await call(page, "linkSignIn"), null);
    assert.deepEqual((await call(page, "me")).identities, ["github", "google"]);
  }));

test("a code that got no answer logs nobody in after another log-in", () =>
  inApp(async ({ context, open }) => {
    const [person, other, page] = [newPerson(), newPerson(), await open()];
    await goAndReturn(page, "google", person);
    await context.route("**/auth/oauth/login", (route) => route.abort());
    assert.equal((await call(page, "finishSignIn")).code, "unreachable");
    await context.unroute("**/auth/oauth/login");
    await call(page, "signUp", other);
    assert.equal(await call(page, "finishSignIn"), null);
    assert.equal((await call(page, "me")).email, other.email);
  }));

test("a sign-in that waits is dropped by a call, by a log-out and by ten minutes", () =>
  inApp(async (app) => {
    const { person, page } = await meetTakenAddress(app);
    const drops = {
      call: () => page.evaluate(() => window.latchkey.dropSignIn()),
      logOut: async () => {
        await call(page, "logIn", person);
        await call(page, "logOut");
      },
      time: () =>
        page.evaluate(() => {
          const now = Date.now;
          Date.now = () => now() + 600_000;
        }),
    };
    for (const [name, drop] of Object.entries(drops)) {
      await goAndReturn(page, "google", person);
      assert.equal((await call(page, "finishSignIn")).code, "email_taken");
      assert.equal(await waiting(page), "google");
      await drop();
      assert.equal(await waiting(page), null, name);
      app.takePosts();
      assert.equal((await call(page, "linkSignIn")).code, "sign_in_expired");
      assert.deepEqual(app.takePosts(), [], name);
    }
  }));

for (const transport of ["body", "cookie"]) {
  test(`with the transport ${transport} somebody who is logged in links a provider and unlinks it`, () =>
    inApp(
      async ({ open }) => {
        const [person, page] = [newPerson(), await open()];
        await call(page, "signUp", person);
        const { linked } = await signIn(page, "github", newPerson(), { link: true });
        assert.equal(linked, true);
        const { email, identities } = await call(page, "me");
        assert.deepEqual([email, identities], [person.email, ["github"]]);
        assert.equal(await call(page, "unlink", "github"), null);
        await call(page, "logIn", person);
        assert.deepEqual((await call(page, "me")).identities, []);
      },
      { transport },
    ));
}

test("a provider is not linked to somebody else who has logged in meanwhile", () =>
  inApp(async ({ open, takePosts }) => {
    const [page, other] = [await open(), await open()];
    await call(page, "signUp", newPerson());
    await leave(page, "github", { link: true });
    await call(other, "logOut");
    await call(other, "signUp", newPerson());
    takePosts();
    await consent(page, newPerson());
    await ready(page);
    assert.equal((await call(page, "finishSignIn")).code, "sign_in_expired");
    assert.deepEqual(takePosts(), []);
    assert.deepEqual((await call(page, "me")).identities, []);
  }));

test("somebody who was logged out meanwhile links after a log-in", () =>
  inApp(async ({ open }) => {
    const [person, page, other] = [newPerson(), await open(), await open()];
    await call(page, "signUp", person);
    await leave(page, "github", { link: true });
    await call(other, "logOut");
    await consent(page, newPerson());
    await ready(page);
    assert.equal((await call(page, "finishSignIn")).code, "missing_token");
    assert.equal(await waiting(page), "github");
    await call(page, "logIn", person);
    assert.equal(await call(page, "linkSignIn"), null);
    assert.deepEqual((await call(page, "me")).identities, ["github"]);
  }));

test("nobody links without being logged in, and the page is not left", () =>
  inApp(async ({ open }) => {
    const page = await open();
    assert.equal((await call(page, "signInWith", "google", { link: true })).code, "missing_token");
    assert.equal(page.url(), `${appUrl()}/`);
    assert.equal(await storedSignIn(page), null);
  }));

test("a code that is refused while linking ends no log-in", () =>
  inApp(async ({ open }) => {
    const [person, page] = [newPerson(), await open()];
    await call(page, "signUp", person);
    await goAndReturn(page, "github", newPerson(), { link: true });
    await page.evaluate(() => {
      const signIn = JSON.parse(sessionStorage.getItem("latchkeySignIn"));
      sessionStorage.setItem("latchkeySignIn", JSON.stringify({ ...signIn, verifier: "w".repeat(43) }));
    });
    const { code, status } = await call(page, "finishSignIn");
    assert.deepEqual([code, status], ["invalid_code", 401]);
    assert.equal((await call(page, "me")).email, person.email);
  }));

test("in a browser that keeps no data nobody leaves the page", () =>
  inApp(async ({ context, open }) => {
    await context.addInitScript(() => {
      Object.defineProperty(window, "sessionStorage", {
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      });
    });
    const page = await open();
    const { code, message } = await call(page, "signInWith", "google");
    assert.equal(code, "storage_denied");
    assert.match(message, /^This browser keeps no data for this page/);
    assert.equal(page.url(), `${appUrl()}/`);
    assert.equal(await call(page, "finishSignIn"), null);
  }));
