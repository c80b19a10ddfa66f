// Signing in with the pretend providers, on the page of `cargo dev`.

import assert from "node:assert/strict";
import test from "node:test";

import { asked, cancel, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { beginSession, choose, formOf, loggedIn, loggedOut, logIn, noticed, open, press, signUp, tabTo, told, userOf } from "./support/actions.js";
import { amongOtherSites, inProfile, listedPage, listedUrl, onPage, url } from "./support/browser.js";
import { elsewhere } from "./support/elsewhere.js";

const PROVIDERS = ["Facebook", "GitHub", "Google", "X"];

/** Goes to a provider by its button. */
async function leaveFor(page, provider) {
  await press(page, `Continue with ${provider}`);
  await asked(page, provider);
}

/** Signs in with a provider as this person. */
async function signInWith(page, provider, person) {
  await leaveFor(page, provider);
  await consent(page, person);
  await loggedIn(page, person);
}

/** Waits until the page says this. */
async function refusedAtReturn(page, words) {
  await noticed(page, words);
  assert.equal(page.url(), `${url}/`);
}

/** The providers that are linked to whoever is logged in. */
const linked = async (page) => (await userOf(page)).identities;

async function pressOfProvider(page, name) {
  await open(page, "Other ways to log in");
  await press(page, name);
}

/** The paths to which this tab posts from now on. */
function postsOf(page) {
  const posts = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().startsWith(url)) posts.push(new URL(request.url()).pathname);
  });
  return posts;
}

test("the page has a button for each pretend provider", () =>
  onPage(async (page) => {
    const buttons = page.locator("latchkey-sign-in .provider");
    await buttons.nth(3).waitFor();
    assert.deepEqual(await buttons.allInnerTexts(), PROVIDERS.map((provider) => `Continue with ${provider}`));
  }));

for (const transport of ["Web Storage", "Cookie"]) {
  test(`with ${transport} a person signs in with Google, is still logged in after reloads, logs out and signs in`, () =>
    onPage(async (page, context) => {
      const person = newPerson();
      await choose(page, transport);
      const posts = postsOf(page);
      await signInWith(page, "Google", person);
      assert.equal(page.url(), `${url}/`);
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
      for (let reload = 0; reload < 2; reload++) {
        await page.reload();
        await loggedIn(page, person);
      }
      assert.deepEqual(posts, ["/auth/oauth/login"], "a reload signs in no second time");
      assert.deepEqual(await linked(page), ["google"]);
      const { id } = await userOf(page);
      await press(page, "Log out");
      await loggedOut(page);
      await signInWith(page, "Google", person);
      assert.equal((await userOf(page)).id, id, "the same account");
      const names = (await context.cookies()).map(({ name }) => name);
      assert.deepEqual(names, transport === "Cookie" ? ["__Host-authToken"] : []);
    }));

  test(`with ${transport} a person who cancels at Google is told so, and can sign in then`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await leaveFor(page, "Google");
      await cancel(page);
      await refusedAtReturn(page, "You cancelled signing in with Google.");
      assert.equal(await page.locator("latchkey-sign-in .lk-notice.lk-bad").filter({ visible: true, hasText: /./ }).count(), 0, "it does not look like an error");
      await page.reload();
      await loggedOut(page);
      assert.equal(await page.getByText("You cancelled").count(), 0);
      await signInWith(page, "Google", person);
    }));

  test(`with ${transport} a session begins at Google if it is asked for`, () =>
    onPage(async (page) => {
      await choose(page, transport);
      await beginSession(page);
      await signInWith(page, "Google", newPerson());
      await page.locator("#session-list li").waitFor();
      await press(page, "Renew the token");
      await told(page, "The token was renewed.");
    }));

  test(`with ${transport} the back button leads from Google to a page that still works`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await leaveFor(page, "Google");
      await page.goBack();
      await loggedOut(page);
      await signInWith(page, "Google", person);
    }));

  test(`with ${transport} whoever goes back to Google after a sign-in and consents again stays logged in`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await signInWith(page, "Google", person);
      const posts = postsOf(page);
      await page.goBack();
      await asked(page, "Google");
      await consent(page, person);
      await loggedIn(page, person);
      await noticed(page, "Start again.");
      assert.equal(page.url(), `${url}/`);
      assert.deepEqual(posts, []);
    }));

  test(`with ${transport} two tabs at Google at once: the one that began last signs in, and the other one is told`, () =>
    inProfile(async ({ open }) => {
      const person = newPerson();
      const [first, second] = [await open(), await open()];
      await choose(first, transport);
      await second.reload();
      await leaveFor(first, "Google");
      await leaveFor(second, "Google");
      await consent(first, person);
      await refusedAtReturn(first, "Start again.");
      await consent(second, person);
      await loggedIn(second, person);
      // The first one follows.
      await loggedIn(first, person);
    }));

  test(`with ${transport} two tabs at two providers do not meet`, () =>
    inProfile(async ({ open }) => {
      const [one, other] = [newPerson(), newPerson()];
      const [first, second] = [await open(), await open()];
      await choose(first, transport);
      await second.reload();
      await leaveFor(first, "Google");
      await leaveFor(second, "GitHub");
      await consent(first, one);
      await loggedIn(first, one);
      await consent(second, other);
      await loggedIn(second, other);
    }));

  test(`with ${transport} an address that is taken is linked after a log-in and a question, and signs in from then on`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await signUp(page, person);
      const { id } = await userOf(page);
      await press(page, "Log out");
      await leaveFor(page, "Google");
      await consent(page, person);
      await noticed(page, "An account with this email address exists.");
      await page.reload();
      await noticed(page, "Log in to link Google to your account.");
      await logIn(page, person);
      await noticed(page, `Link Google to ${person.email}?`);
      assert.deepEqual(await linked(page), [], "nothing is linked unasked");
      await press(page, "Link");
      await noticed(page, "Google is linked.");
      assert.deepEqual(await linked(page), ["google"]);
      assert.equal(await page.getByText(`Link Google to ${person.email}?`).count(), 0);
      await press(page, "Log out");
      await signInWith(page, "Google", person);
      assert.equal((await userOf(page)).id, id);
    }));
}

for (const provider of PROVIDERS.filter((name) => name !== "Google")) {
  test(`a person signs in with ${provider}`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await leaveFor(page, provider);
      await consent(page, person);
      await page.getByRole("button", { name: "Log out", exact: true }).waitFor();
      assert.equal(page.url(), `${url}/`, "nothing is left behind the address");
      assert.deepEqual(await linked(page), [provider.toLowerCase()]);
    }));

  test(`a person cancels at ${provider}`, () =>
    onPage(async (page) => {
      await leaveFor(page, provider);
      await cancel(page);
      await refusedAtReturn(page, `You cancelled signing in with ${provider}.`);
    }));
}

test("whoever does not want to link logs in without it", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await leaveFor(page, "Google");
    await consent(page, person);
    await press(page, "Do not link");
    await logIn(page, person);
    assert.deepEqual(await linked(page), []);
    await page.reload();
    await loggedIn(page, person);
  }));

test("whoever else logs in where a sign-in waits is asked about their own account, and can say no", () =>
  onPage(async (page) => {
    const [left, next] = [newPerson(), newPerson()];
    await signUp(page, left);
    await press(page, "Log out");
    await leaveFor(page, "Google");
    await consent(page, left);
    await noticed(page, "Log in to it to link Google.");
    const posts = postsOf(page);
    await signUp(page, next);
    await noticed(page, `Link Google to ${next.email}?`);
    await press(page, "Do not link");
    await page.reload();
    await loggedIn(page, next);
    assert.equal(await page.getByText("Link Google to").count(), 0);
    assert.deepEqual([await linked(page), posts], [[], ["/auth/signup"]]);
  }));

test("an address that is taken by an account of another provider is linked after a sign-in with that", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signInWith(page, "Google", person);
    await press(page, "Log out");
    await leaveFor(page, "GitHub");
    await consent(page, person);
    await noticed(page, "Log in to it to link GitHub.");
    await signInWith(page, "Google", person);
    assert.deepEqual(await linked(page), ["google"], "nothing is linked unasked");
    await noticed(page, `Link GitHub to ${person.email}?`);
    await press(page, "Link");
    await noticed(page, "GitHub is linked.");
    assert.equal(page.url(), `${url}/`, "it is not asked for at GitHub again");
    assert.deepEqual(await linked(page), ["github", "google"]);
  }));

test("somebody who is logged in links a provider, signs in with it, and unlinks it", () =>
  onPage(async (page) => {
    const person = newPerson();
    const atGitHub = newPerson();
    await signUp(page, person);
    await pressOfProvider(page, "GitHub: Link");
    await asked(page, "GitHub");
    await consent(page, atGitHub);
    await noticed(page, "GitHub is linked.");
    assert.deepEqual(await linked(page), ["github"]);
    await press(page, "Log out");
    await leaveFor(page, "GitHub");
    await consent(page, atGitHub);
    await loggedIn(page, person);
    // The account has a password, and this log-in did not take it.
    await pressOfProvider(page, "GitHub: Unlink");
    await noticed(page, "log in again");
    await logIn(page, person);
    await press(page, "GitHub: Unlink");
    await noticed(page, "GitHub is unlinked.");
    await logIn(page, person);
    assert.deepEqual(await linked(page), []);
  }));

for (const withSession of [true, false]) {
  test(`unlinking ${withSession ? "leaves the own session" : "ends a token without a session, and the page says so"}`, () =>
    onPage(async (page) => {
      const person = newPerson();
      if (withSession) await beginSession(page);
      await signUp(page, person);
      await pressOfProvider(page, "Facebook: Link");
      await asked(page, "Facebook");
      await consent(page, newPerson());
      await noticed(page, "Facebook is linked.");
      await pressOfProvider(page, "Facebook: Unlink");
      await noticed(page, withSession ? "Facebook is unlinked." : "Facebook is unlinked. Log in again.");
      if (!withSession) await logIn(page, person);
      assert.deepEqual(await linked(page), []);
    }));
}

test("the only way to sign in is not unlinked", () =>
  onPage(async (page) => {
    await signInWith(page, "Google", newPerson());
    await pressOfProvider(page, "Google: Unlink");
    await noticed(page, "only way");
    assert.deepEqual(await linked(page), ["google"]);
  }));

test("somebody who cancels while linking stays logged in and is told", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await pressOfProvider(page, "X: Link");
    await asked(page, "X");
    await cancel(page);
    await loggedIn(page, person);
    await noticed(page, "You cancelled signing in with X.");
    assert.deepEqual(await linked(page), []);
  }));

test("codes and verifiers among the requests are hidden until they are asked for", () =>
  onPage(async (page) => {
    const sent = page.waitForRequest("**/auth/oauth/login");
    await signInWith(page, "Google", newPerson());
    const { code, code_verifier: verifier } = (await sent).postDataJSON();
    const wire = page.locator("#exchanges");
    const hidden = await wire.textContent();
    assert.ok(hidden.includes("/auth/oauth/login"), hidden);
    for (const secret of [code, verifier]) assert.ok(!hidden.includes(secret), "a secret is shown");
    await page.locator("#secrets").check();
    const shown = await wire.textContent();
    for (const secret of [code, verifier]) assert.ok(shown.includes(secret));
  }));

test("a person signs in and links by keyboard alone", () =>
  onPage(async (page) => {
    const person = newPerson();
    await tabTo(page, page.getByRole("button", { name: "Continue with Google" }));
    await page.keyboard.press("Enter");
    await asked(page, "Google");
    await consent(page, person);
    await loggedIn(page, person);
    await tabTo(page, page.locator("latchkey-sign-in summary").filter({ hasText: "Other ways to log in" }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("button", { name: "GitHub: Link" }));
    await page.keyboard.press("Space");
    await asked(page, "GitHub");
  }));

/** Everything that a browser sends and is told of addresses on the whole visit. */
function addressesOf(context) {
  const [requested, referers, locations, shown] = [[], [], [], []];
  const pending = [];
  context.on("request", (request) => {
    requested.push(request.url());
    pending.push(request.allHeaders().then(({ referer }) => referer && referers.push(referer)));
  });
  context.on("response", (response) => {
    const { location } = response.headers();
    if (location) locations.push(location);
  });
  context.on("page", (page) => page.on("framenavigated", (frame) => shown.push(frame.url())));
  return { requested, referers, locations, shown, settled: () => Promise.all(pending) };
}

for (const transport of ["Web Storage", "Cookie"]) {
  for (const provider of PROVIDERS) {
    test(`with ${transport} and ${provider} no token and no verifier is in any address or Referer, and codes only where they belong`, () =>
      inProfile(async ({ open, context }) => {
        const addresses = addressesOf(context);
        const page = await open();
        await choose(page, transport);
        await beginSession(page);
        await leaveFor(page, provider);
        const sent = page.waitForRequest("**/auth/oauth/login");
        await consent(page, newPerson());
        const { code, code_verifier: verifier } = (await sent).postDataJSON();
        await page.locator("#session-list li").waitFor();
        const kept = await page.evaluate(() => {
          const session = JSON.parse(localStorage.getItem("latchkeySession"));
          return [localStorage.getItem("authToken"), session?.refreshToken];
        });
        const cookies = (await context.cookies()).map(({ value }) => value);
        const tokens = transport === "Cookie" ? cookies : kept;
        assert.equal(tokens.filter((token) => token?.length > 20).length, 2, "there are tokens to look for");
        await press(page, "Renew the token");
        await told(page, "The token was renewed.");
        await press(page, "Log out");
        await loggedOut(page);
        await addresses.settled();

        const { requested, referers, locations, shown } = addresses;
        const all = [...requested, ...referers, ...locations, ...shown].map((address) => decodeURIComponent(address));
        assert.ok(requested.length > 10 && locations.length >= 3, "the visit was recorded");
        for (const secret of [...tokens, verifier]) {
          assert.ok(all.every((address) => !address.includes(secret)), "a secret is in an address");
        }
        const withCode = (list) => list.filter((address) => decodeURIComponent(address).includes(code));
        assert.deepEqual(withCode(requested), [`${url}/?code=${code}`], "the return page has it, once");
        assert.deepEqual(withCode(locations), [`${url}/?code=${code}#`]);
        assert.deepEqual(withCode(referers), []);
        // The code of the provider goes to the callback, and nowhere else.
        const codes = requested.map((address) => new URL(address)).filter(({ searchParams }) => searchParams.has("code"));
        const callback = `/auth/oauth/${provider.toLowerCase()}/callback`;
        assert.deepEqual(codes.map(({ origin, pathname }) => [origin, pathname]), [[url, callback], [url, "/"]]);
        assert.equal(shown.at(-1), `${url}/`);
        const ofProvider = codes[0].searchParams.get("code");
        assert.ok(referers.every((address) => !address.includes(ofProvider)));
      }));
  }
}

/** The cookies of flows that have begun. */
async function flows(context) {
  return (await context.cookies()).map(({ name }) => name).filter((name) => name.includes("oauth"));
}

/** Goes to Google from a page elsewhere, by the client in it. */
async function beginElsewhere(page, baseUrl) {
  await page.evaluate(async (baseUrl) => {
    const { Latchkey } = await import("/latchkey.js");
    void new Latchkey({ baseUrl }).signInWith("google");
  }, baseUrl);
  await asked(page, "Google");
}

/** Finishes a sign-in on a page elsewhere. Returns who is logged in then, and why it failed, if it did. */
function finishElsewhere(page, baseUrl) {
  return page.evaluate(async (baseUrl) => {
    const { Latchkey } = await import("/latchkey.js");
    const latchkey = new Latchkey({ baseUrl });
    const failure = await latchkey.finishSignIn().then(() => null, ({ code }) => code);
    return { email: (await latchkey.me()).email, failure };
  }, baseUrl);
}

test("an app on another site than the API's signs in with Google", () =>
  elsewhere("127.0.0.1", (origin) =>
    inProfile(async ({ context }) => {
      const person = newPerson();
      const page = await context.newPage();
      await page.goto(`${origin}/`);
      await beginElsewhere(page, url);
      await consent(page, person);
      await page.waitForURL(`${origin}/**`);
      assert.deepEqual(await finishElsewhere(page, url), { email: person.email, failure: null });
      assert.equal(page.url(), `${origin}/`);
    })));

test("whoever goes back and consents again is sent to the deployment's return URL, and stays logged in", () => {
  const { port, origin } = new URL(listedPage);
  const visit = () =>
    inProfile(async ({ context }) => {
      const person = newPerson();
      const page = await context.newPage();
      await page.goto(listedPage);
      await beginElsewhere(page, listedUrl);
      await consent(page, person);
      await page.waitForURL(`${origin}/**`);
      assert.deepEqual(await finishElsewhere(page, listedUrl), { email: person.email, failure: null });
      await page.goBack();
      await asked(page, "Google");
      await consent(page, person);
      await page.waitForURL(`${origin}/**`);
      assert.deepEqual(await finishElsewhere(page, listedUrl), { email: person.email, failure: "sign_in_expired" });
      assert.equal(page.url(), listedPage);
    });
  return elsewhere("localhost", visit, Number(port));
});

test("a page of another site begins no flow unseen, and redeems no code that it has not begun", () =>
  elsewhere("127.0.0.1", (origin) =>
    amongOtherSites(async ({ context, open }) => {
      const hostile = await context.newPage();
      await hostile.goto(`${origin}/`);
      const start = `${url}/auth/oauth/google?return_to=${encodeURIComponent(`${origin}/`)}&code_challenge=${"c".repeat(43)}`;
      for (const tag of ["img", "iframe"]) {
        const answered = hostile.waitForResponse(start);
        await hostile.evaluate(
          ([tag, src]) => void document.body.append(Object.assign(document.createElement(tag), { src })),
          [tag, start],
        );
        assert.equal((await answered).status(), 302, "the start was reached");
        assert.deepEqual(await flows(context), [], tag);
      }
      const page = await open();
      await leaveFor(page, "Google");
      assert.equal((await flows(context)).length, 1, "a flow that a person begins leaves a cookie");
      let stolen;
      await context.route("**/auth/oauth/login", async (route) => {
        stolen = route.request().postDataJSON().code;
        await route.abort();
      });
      await consent(page, newPerson());
      await noticed(page, "cannot be reached");
      await context.unroute("**/auth/oauth/login");
      const redeem = async ([address, code]) => {
        const body = JSON.stringify({ code, code_verifier: "v".repeat(43) });
        const headers = { "Content-Type": "application/json" };
        return (await fetch(address, { method: "POST", headers, body })).status;
      };
      assert.equal(await hostile.evaluate(redeem, [`${url}/auth/oauth/login`, stolen]), 401);
    })));
