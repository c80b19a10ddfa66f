// What <latchkey-sign-in> does: every way in and out, for the keyboard, for password managers, for translators and for the app.

import assert from "node:assert/strict";
import test from "node:test";

import { asked, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { limitedUrl, requiredUrl, url as api } from "./support/browser.js";
import { appUrl, holding, inApp, openRow, responding, send, shown, signUp } from "./support/component.js";

const atSignUp = { view: "sign-up" };
const eventsOf = (page) => page.evaluate(() => window.events.splice(0));
const focused = (page) => page.evaluate(() => document.activeElement.name ?? document.activeElement.shadowRoot?.activeElement?.textContent);
const pressed = (page, name) => page.getByRole("button", { name, exact: true }).click();
const logIn = async (page, { email, password }) => {
  await shown(page, "sign-in");
  await send(page, { "Email address": email, Password: password }, "Log in");
};

/** The newest mail of this kind to this address. */
async function mailTo(email, kind, at = api) {
  const mails = await (await fetch(`${at}/mails`)).json();
  return mails.find((mail) => mail.kind === kind && mail.to.toLowerCase() === email.toLowerCase());
}
const codeOf = async (...mail) => /\d{4} \d{4}/.exec((await mailTo(...mail)).text)[0];

const userWith = (more = {}) => ({ id: "u1", created_at: 1, name: "Grace", email: "grace@example.com", email_verified: true, identities: [], ...more });
const valueOf = (page, form, name) => page.locator(`form[slot="${form}"] [name="${name}"]`).inputValue();
const fieldOf = (page, form, name) => page.locator(`form[slot="${form}"] [name="${name}"]`);
const notice = (page) => page.locator("latchkey-sign-in .said").filter({ visible: true });
const alertOf = (page, form) => page.locator(`form[slot="${form}"] [role=alert]`);
const tokenIn = (page) => page.evaluate(() => localStorage.getItem("authToken"));
/** What the element tells a developer. */
function warningsOf(page) {
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && message.text().startsWith("<latchkey-sign-in>") && warnings.push(message.text()));
  return warnings;
}
/** The browser brings the page back as it was. */
const comeBack = (page) => page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
/** What the page has asked for before this is there by then. */
const roundTrip = (page, at = api) => page.evaluate((at) => fetch(`${at}/auth/oauth`).then((response) => response.text()), at);
/** Somebody is logged in, as far as the API of this test says. */
async function pretend(page, user) {
  await page.addInitScript(() => localStorage.setItem("authToken", "a.b.c"));
  await responding(page, "/auth/me", { json: user });
  await responding(page, "/auth/sessions", { json: { sessions: [] } });
}

test("the element signs up, logs out and logs in, and tells the app", () =>
  inApp(async ({ open }) => {
    const [page, person] = [await open(atSignUp), newPerson()];
    await signUp(page, person);
    const [[, first], [name, { user, how }]] = (await eventsOf(page)).filter(([name]) => name !== "user-changed");
    assert.equal(first.view, "sign-up");
    assert.deepEqual([name, user.email, how], ["signed-in", person.email, "sign-up"]);
    await page.reload();
    await shown(page, "account");
    assert.equal((await eventsOf(page))[0][1].how, "already");
    assert.equal(await page.evaluate(() => document.querySelector("latchkey-sign-in").user.email), person.email);
    await eventsOf(page);
    await pressed(page, "Log out");
    await shown(page, "sign-in");
    assert.deepEqual((await eventsOf(page))[0], ["signed-out", { deleted: false }]);
    await logIn(page, person);
    await shown(page, "account");
    assert.equal((await eventsOf(page)).find(([name]) => name === "signed-in")[1].how, "password");
  }));

test("an app that goes elsewhere after a log-in keeps the account from being shown", () =>
  inApp(async ({ open }) => {
    const page = await open(atSignUp);
    await page.evaluate(() => addEventListener("latchkey-signed-in", (event) => event.preventDefault()));
    const { email, name, password } = newPerson();
    await send(page, { "Email address": email, Name: name, Password: password }, "Sign up");
    await shown(page, "loading");
  }));

test("the element calls the API with a client that the app hands to it", () =>
  inApp(async ({ open }) => {
    const page = await open({ "base-url": "http://localhost:1" });
    await page.evaluate(async (baseUrl) => {
      const { Latchkey } = await import("/latchkey.js");
      window.paths = [];
      const record = (url, options) => (window.paths.push(new URL(url).pathname), fetch(url, options));
      document.querySelector("latchkey-sign-in").client = new Latchkey({ baseUrl, fetch: record });
    }, api).catch(() => {});
    await page.waitForFunction(() => window.paths.includes("/auth/oauth"));
  }, { bypassCSP: true }));

test("Enter sends the form, wrong fields get the focus, and a screen reader is told what is wrong with them", () =>
  inApp(async ({ open }) => {
    const page = await open(atSignUp);
    await page.getByLabel("Email address").fill("nobody");
    await page.getByLabel("Password", { exact: true }).fill("password");
    await page.keyboard.press("Enter");
    const name = page.getByLabel("Name", { exact: true });
    await page.locator("[aria-invalid]").first().waitFor();
    assert.equal(await focused(page), "name");
    assert.match(await name.evaluate((input) => document.getElementById(input.getAttribute("aria-describedby").split(" ")[0]).textContent), /Fill this in/);
    await name.fill("Grace");
    await page.keyboard.press("Enter");
    await page.getByText("Enter an email address such as").waitFor();
    assert.equal(await focused(page), "email");
  }));

test("everything is reached by the keyboard, in the order in which it is seen, and the focus goes where the person goes on", () =>
  inApp(async ({ open }) => {
    const page = await open({ providers: "google" });
    await shown(page, "sign-in");
    const stops = [];
    for (let stop = 0; stop < 7; stop++) {
      await page.keyboard.press("Tab");
      stops.push(await page.evaluate(() => {
        const { activeElement } = document;
        const inside = activeElement.shadowRoot?.activeElement ?? activeElement;
        if (getComputedStyle(inside).outlineStyle === "none") return `${inside.textContent} without a mark`;
        return inside.name || inside.getAttribute("aria-label") || inside.textContent;
      }));
    }
    assert.deepEqual(stops, ["email", "password", "Show password", "Forgot password?", "Log in", "Continue with Google", "Sign up"]);
    await page.keyboard.press("Enter");
    await shown(page, "sign-up");
    assert.equal(await focused(page), "email");
    const { email, name, password } = newPerson();
    await page.keyboard.type(email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(name);
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await shown(page, "account");
    assert.equal(await focused(page), name);
  }));

test("password managers find the fields in the page's own tree, named for them", () =>
  inApp(async ({ open }) => {
    const page = await open({ refresh: "ask" });
    await shown(page, "sign-in");
    const fields = () =>
      page.evaluate(() =>
        [...document.forms].map((form) => [...form.querySelectorAll("input:not([type=checkbox])")].map(({ type, autocomplete }) => `${type} ${autocomplete}`)),
      );
    assert.deepEqual(await fields(), [["email username", "password current-password"]]);
    await pressed(page, "Sign up");
    assert.deepEqual(await fields(), [["email username", "text name", "password new-password", "text off"]]);
    await pressed(page, "Log in");
    await pressed(page, "Forgot password?");
    await send(page, { "Email address": newPerson().email }, "Send code");
    await shown(page, "reset");
    assert.deepEqual(await fields(), [["email username", "text one-time-code", "password new-password"]]);
    await pressed(page, "Back to log-in");
    await pressed(page, "Sign up");
    await signUp(page, newPerson());
    const ofPassword = (await fields()).find((fields) => fields.includes("password new-password"));
    assert.deepEqual(ofPassword, ["email username", "password current-password", "password new-password"]);
  }));

test("a password can be shown, and is hidden again before it is sent", () =>
  inApp(async ({ open }) => {
    const page = await open();
    await shown(page, "sign-in");
    const input = page.getByLabel("Password", { exact: true });
    await page.getByRole("button", { name: "Show password", pressed: false }).click();
    assert.equal(await input.getAttribute("type"), "text");
    await page.getByRole("button", { name: "Show password", pressed: true }).waitFor();
    await logIn(page, newPerson());
    assert.equal(await input.getAttribute("type"), "password");
  }));

test("a forgotten password is set anew with the code of the mail", () =>
  inApp(async ({ open }) => {
    const [page, person] = [await open(atSignUp), newPerson()];
    await signUp(page, person);
    await pressed(page, "Log out");
    await pressed(page, "Forgot password?");
    await send(page, { "Email address": person.email }, "Send code");
    await shown(page, "reset");
    assert.equal(await focused(page), "code");
    await send(page, { "Code from the email": await codeOf(person.email, "reset"), "New password": "ten-Amber-teapots" }, "Save and log in");
    await shown(page, "account");
    await page.getByText("Confirmed", { exact: true }).waitFor();
  }));

test("the link of a mail fills its code in and leaves the address bar, and sends nothing", () =>
  inApp(async ({ open }) => {
    const [page, person] = [await open(atSignUp), newPerson()];
    await signUp(page, person);
    const { hash } = new URL(/http\S+/.exec((await mailTo(person.email, "verify")).text)[0]);
    await page.evaluate((hash) => (location.hash = hash), hash);
    const code = page.getByLabel("Code from the email");
    await page.waitForFunction(() => document.querySelector("input[name=code]")?.value.length > 8);
    assert.equal(new URL(page.url()).hash, "");
    assert.equal(await code.count(), 1);
    await pressed(page, "Confirm");
    await page.getByText("Your email address is confirmed.").first().waitFor();
    const changed = (await eventsOf(page)).filter(([name]) => name === "user-changed");
    assert.equal(changed.at(-1)[1].user.email_verified, true);
  }));

test("a sign-up that waits for its code goes on after a reload", () =>
  inApp(async ({ open }) => {
    const [page, { email, name, password }] = [await open({ ...atSignUp, "base-url": requiredUrl }), newPerson()];
    await send(page, { "Email address": email, Name: name, Password: password }, "Sign up");
    await shown(page, "confirm");
    await page.reload();
    await shown(page, "confirm");
    await send(page, { "Code from the email": await codeOf(email, "signup", requiredUrl) }, "Create account");
    await shown(page, "account");
  }));

test("the account changes its name, its address and its password, and is deleted", () =>
  inApp(async ({ open }) => {
    const [page, person, other] = [await open(atSignUp), newPerson(), newPerson()];
    await signUp(page, person);
    await openRow(page, "Name");
    await send(page, { Name: "Ada" }, "Save");
    await page.getByRole("heading", { name: "Ada" }).waitFor();
    await openRow(page, "Password");
    await send(page, { "Current password": "wrong-Violet-kettles", "New password": "ten-Amber-teapots" }, "Change password");
    await page.getByText("This is not your password.").waitFor();
    await send(page, { "Current password": person.password }, "Change password");
    // Without a session the token has ended. The element logs in again by the new password.
    await page.getByText("Your password is changed.").first().waitFor();
    await openRow(page, "Email address");
    await send(page, { "New email address": other.email, "Current password": "ten-Amber-teapots" }, "Send code");
    await page.getByText(`We sent a code to ${other.email}`).first().waitFor();
    const confirm = page.locator("form[slot=change]");
    await confirm.getByLabel("Code from the email").fill(await codeOf(other.email, "change"));
    await confirm.getByRole("button").click();
    await shown(page, "sign-in");
    await page.getByText("Your email address is changed. Log in again.").first().waitFor();
    await send(page, { Password: "ten-Amber-teapots" }, "Log in");
    await shown(page, "account");
    await openRow(page, "Delete account");
    await eventsOf(page);
    await send(page, { "Current password": "ten-Amber-teapots" }, "Delete my account");
    await shown(page, "sign-in");
    assert.deepEqual((await eventsOf(page)).find(([name]) => name === "signed-out")[1], { deleted: true });
  }));

test("with a provider a person signs in, is asked before it is linked to an account, and unlinks it", () =>
  inApp(async ({ open }) => {
    const [page, person] = [await open(atSignUp), newPerson()];
    await signUp(page, person);
    await pressed(page, "Log out");
    await pressed(page, "Continue with Google");
    await asked(page, "Google");
    await consent(page, person);
    await page.getByText("Log in to it to link Google.").first().waitFor();
    await logIn(page, person);
    await page.getByText("Link Google to").waitFor();
    await page.getByRole("button", { name: "Link", exact: true }).first().click();
    await page.getByText("Google is linked.").first().waitFor();
    await openRow(page, "Other ways to log in");
    await pressed(page, "Google: Unlink");
    // Whoever has no session must log in again.
    await page.getByText("Google is unlinked.").first().waitFor();
    await logIn(page, person);
    await shown(page, "account");
    assert.deepEqual(await page.evaluate(() => document.querySelector("latchkey-sign-in").user.identities), []);
  }));

test("another tab follows a log-out and a log-in", () =>
  inApp(async ({ open }) => {
    const [first, person] = [await open(atSignUp), newPerson()];
    await signUp(first, person);
    const second = await open();
    await shown(second, "account");
    await pressed(first, "Log out");
    await shown(second, "sign-in");
    await logIn(second, person);
    await shown(first, "account");
    assert.equal((await eventsOf(first)).at(-1)[0], "view-changed");
  }));

test("a 503 is an outage and not a log-out, and nobody has to load the page again", () =>
  inApp(async ({ open }) => {
    const [page, person] = [await open(atSignUp), newPerson()];
    await signUp(page, person);
    await page.route("**/auth/me", (route) => route.fulfill({ status: 503, headers: { "Access-Control-Allow-Origin": "*" }, body: "{}" }));
    await page.reload();
    await shown(page, "outage");
    await page.unroute("**/auth/me");
    await pressed(page, "Try again");
    await shown(page, "account");
  }));

test("whoever tries too often sees for how long to wait", () =>
  inApp(async ({ open }) => {
    const [page, person] = [await open({ "base-url": limitedUrl }), newPerson()];
    await shown(page, "sign-in");
    const wait = page.locator("p[aria-hidden]").filter({ hasText: /^Too many attempts\. Try again in \d+ (minutes|seconds)\.$/ });
    for (let attempt = 1; attempt <= 5 && !(await wait.isVisible()); attempt++) {
      await logIn(page, person);
      await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
    }
    await wait.waitFor();
  }));

test("each word can be replaced, and the language follows the page", () =>
  inApp(async ({ open }) => {
    const page = await open({ lang: "de-AT" });
    await send(page, { "E-Mail-Adresse": "grace@example.com", Passwort: "wrong-Violet-kettles" }, "Anmelden");
    await page.getByText("E-Mail-Adresse oder Passwort ist falsch.").waitFor();
    await page.evaluate(() => {
      const element = document.querySelector("latchkey-sign-in");
      element.words = { logIn: "Servus", messages: { invalid_credentials: "Na geh." } };
    });
    await send(page, { "E-Mail-Adresse": "grace@example.com", Passwort: "wrong-Violet-kettles" }, "Servus");
    await page.getByText("Na geh.").waitFor();
    await page.evaluate(() => document.querySelector("latchkey-sign-in").setAttribute("lang", "en"));
    await page.getByLabel("Email address").waitFor();
  }));

test("the German words have what the English ones have", () =>
  inApp(async ({ open }) => {
    const page = await open();
    const [english, german] = await page.evaluate(async () => {
      const { ENGLISH, GERMAN } = await import("/latchkey-sign-in.js");
      const placeholders = (words) => Object.entries(words).map(([key, word]) => [key, String(word).match(/\{\w+\}/g)]);
      return [ENGLISH, GERMAN].map(placeholders);
    });
    assert.deepEqual(german, english);
  }, { bypassCSP: true }));

test("the app sets colours, the shape and the font, and reaches each part", () =>
  inApp(async ({ open }) => {
    const page = await open({ providers: "google" });
    await shown(page, "sign-in");
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`
        latchkey-sign-in { --latchkey-accent: rgb(1, 2, 3); --latchkey-radius: 3px; --latchkey-font: monospace; }
        latchkey-sign-in::part(title) { color: rgb(4, 5, 6); }
        latchkey-sign-in::part(provider) { border-radius: 22px; }`);
      document.adoptedStyleSheets.push(sheet);
    });
    const seen = await page.evaluate(() => {
      const { shadowRoot } = document.querySelector("latchkey-sign-in");
      const style = (node, name) => getComputedStyle(node)[name];
      return [
        style(document.querySelector("form [type=submit]"), "backgroundColor"),
        style(document.querySelector("form input"), "borderRadius"),
        style(document.querySelector("form input"), "fontFamily"),
        style(shadowRoot.querySelector("h2"), "color"),
        style(shadowRoot.querySelector("[part~=google]"), "borderRadius"),
        // The page's own rules for all fields and labels do not reach in.
        style(document.querySelector("form input"), "borderTopWidth"),
        style(document.querySelector("form label"), "marginTop"),
      ];
    });
    assert.deepEqual(seen, ["rgb(1, 2, 3)", "3px", "monospace", "rgb(4, 5, 6)", "22px", "1px", "0px"]);
  }));

test("a log-out while offline leaves nobody shown and nothing unhandled", () =>
  inApp(async ({ open, context }) => {
    const page = await open(atSignUp);
    await signUp(page, newPerson());
    await context.setOffline(true);
    await pressed(page, "Log out");
    await shown(page, "sign-in");
  }));

test("whoever logs out while a new password is on its way stays logged out", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    const { arrived, release } = await holding(page, "/auth/password/change");
    const logIns = [];
    page.on("request", (request) => request.url().endsWith("/auth/login") && logIns.push(request.url()));
    await openRow(page, "Password");
    await send(page, { "Current password": someone.password, "New password": "ten-Amber-teapots" }, "Change password");
    await arrived;
    await pressed(page, "Log out");
    await shown(page, "sign-in");
    const changed = page.waitForResponse("**/auth/password/change");
    release();
    await changed;
    await roundTrip(page);
    assert.deepEqual([logIns, await tokenIn(page)], [[], null]);
  }));

test("whoever logs out while the element logs in by the new password is logged out again", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    const { arrived, release } = await holding(page, "/auth/login");
    await openRow(page, "Password");
    await send(page, { "Current password": someone.password, "New password": "ten-Amber-teapots" }, "Change password");
    await arrived;
    await pressed(page, "Log out");
    await shown(page, "sign-in");
    const ended = page.waitForRequest("**/auth/logout");
    release();
    await ended;
    assert.equal(await tokenIn(page), null);
    await shown(page, "sign-in");
  }));

test("whoever logs out while a new password is on its way stays logged out, also before the log-out has its response", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    const change = await holding(page, "/auth/password/change");
    const logOut = await holding(page, "/auth/logout");
    await openRow(page, "Password");
    await send(page, { "Current password": someone.password, "New password": "ten-Amber-teapots" }, "Change password");
    await change.arrived;
    await pressed(page, "Log out");
    await logOut.arrived;
    const changed = page.waitForResponse("**/auth/password/change");
    change.release();
    await changed;
    await roundTrip(page);
    logOut.release();
    await shown(page, "sign-in");
    assert.equal(await tokenIn(page), null);
  }));

test("a response of before the log-out brings nobody back", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    const { arrived, release } = await holding(page, "/auth/me");
    // Another tab has stored a token: the element asks whose it is.
    await page.evaluate(() => dispatchEvent(new StorageEvent("storage", { key: "authToken", storageArea: localStorage })));
    await arrived;
    await pressed(page, "Log out");
    await shown(page, "sign-in");
    const answered = page.waitForResponse("**/auth/me");
    release();
    await answered;
    await roundTrip(page);
    assert.equal(await page.evaluate(() => document.querySelector("latchkey-sign-in").user), null);
  }));

test("whoever leaves the reset of somebody else's password stays who they are", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    await page.evaluate(() => (location.hash = "kind=reset&code=AAAAAAAAAAAAAAAAAAAAAA&email=attacker%40example.com"));
    await shown(page, "reset");
    await page.locator("form[slot=reset] [name=password]").fill("short");
    await page.keyboard.press("Enter");
    await page.locator("[aria-invalid]").first().waitFor();
    assert.match(await notice(page).textContent(), /sets the password of attacker@example\.com/, "it is still said");
    const { arrived, release } = await holding(page, "/auth/password/reset", { status: 204 });
    const logIns = [];
    page.on("request", (request) => request.url().endsWith("/auth/login") && logIns.push(request.url()));
    await page.locator("form[slot=reset] [name=password]").fill("ten-Amber-teapots");
    await page.keyboard.press("Enter");
    await arrived;
    await page.getByRole("button", { name: "Logged in as Grace Hopper." }).click();
    await shown(page, "account");
    const answered = page.waitForResponse("**/auth/password/reset");
    release();
    await answered;
    await roundTrip(page);
    assert.deepEqual(logIns, []);
  }));

test("the code of a link that nobody followed is not there for whoever logs in next", () =>
  inApp(async ({ open }) => {
    const page = await open();
    await shown(page, "sign-in");
    await page.evaluate(() => (location.hash = "kind=verify&code=AAAAAAAAAAAAAAAAAAAAAA"));
    await page.getByText("You are not logged in.").first().waitFor();
    await pressed(page, "Sign up");
    await signUp(page, newPerson());
    assert.equal(await valueOf(page, "verify", "code"), "");
  }));

test("a button to a provider works again if the browser is still here after a while", () =>
  inApp(async ({ open }) => {
    const page = await open({ providers: "google" });
    let visits = 0;
    await page.route("**/auth/oauth/google?*", (route) => (visits++, route.fulfill({ status: 204 })));
    await page.clock.install();
    await pressed(page, "Continue with Google");
    await page.waitForRequest("**/auth/oauth/google?*").catch(() => {});
    await page.clock.runFor(6000);
    await page.locator("latchkey-sign-in .provider:not([aria-disabled])").waitFor();
    assert.equal(visits, 1);
  }));

test("a page whose lang is none to a browser has a sign-in that works", () =>
  inApp(async ({ open }) => {
    const page = await open({ ...atSignUp, lang: "en_US", refresh: "" });
    await signUp(page, newPerson());
    await openRow(page, "Devices");
    await page.getByText("This device").waitFor();
  }));

test("whoever comes back from a provider by the back button can go there again", () =>
  inApp(async ({ open }) => {
    const page = await open({ providers: "google" });
    let visits = 0;
    // The browser stays on the page.
    await page.route("**/auth/oauth/google?**", (route) => (visits++, route.fulfill({ status: 204 })));
    const google = page.getByRole("button", { name: "Continue with Google" });
    const go = async () => {
      const gone = page.waitForRequest("**/auth/oauth/google?**");
      await google.click();
      await gone;
    };
    await go();
    await page.locator(".provider[aria-disabled]").waitFor();
    await comeBack(page);
    await go();
    assert.equal(visits, 2);
  }));

for (const [kind, wait] of Object.entries({ "comes back": comeBack, "is still there after five seconds": (page) => page.clock.runFor(5000) })) {
  test(`whoever ${kind} after an app has sent them elsewhere sees their account`, () =>
    inApp(async ({ open }) => {
      const page = await open(atSignUp, (page) => page.clock.install());
      await page.evaluate(() => addEventListener("latchkey-signed-in", (event) => event.preventDefault()));
      const { email, name, password } = newPerson();
      await send(page, { "Email address": email, Name: name, Password: password }, "Sign up");
      await shown(page, "loading");
      await wait(page);
      await shown(page, "account");
      assert.equal((await eventsOf(page)).filter(([name]) => name === "signed-in").length, 1);
    }));
}

test("an element that has no API yet sends no token of another API to the page's host", () =>
  inApp(async ({ open, context }) => {
    const first = await open(atSignUp);
    await signUp(first, newPerson());
    const asked = [];
    context.on("request", (request) => request.url().startsWith(new URL(appUrl()).origin) && request.url().includes("/auth/me") && asked.push(request.url()));
    const page = await open({ "base-url": "", providers: "" });
    await shown(page, "sign-in");
    assert.deepEqual(asked, []);
    await page.reload();
    await shown(page, "sign-in");
    await first.reload();
    await shown(first, "account");
  }));

test("a 401 of a proxy is an outage, and logs nobody out", () =>
  inApp(async ({ open }) => {
    const page = await open(atSignUp);
    await signUp(page, newPerson());
    await responding(page, "/auth/me", { status: 401, body: "<h1>Log in to this network</h1>" });
    await page.reload();
    await shown(page, "outage");
    await page.unroute("**/auth/me");
    await pressed(page, "Try again");
    await shown(page, "account");
  }));

test("a log-out in another tab is followed once a request is done", () =>
  inApp(async ({ open }) => {
    const page = await open(atSignUp);
    await signUp(page, newPerson());
    const other = await open();
    await shown(other, "account");
    const { arrived, release } = await holding(page, "/auth/email/verify/send");
    await pressed(page, "Send the code again");
    await arrived;
    await pressed(other, "Log out");
    await shown(other, "sign-in");
    await page.waitForFunction(() => localStorage.getItem("authToken") === null);
    // The page has heard of it.
    await page.evaluate(() => new Promise((next) => setTimeout(next)));
    release();
    await shown(page, "sign-in");
  }));

test("the link of somebody else's reset says whose password it sets, and leads back to the account", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    await page.evaluate(() => (location.hash = "kind=reset&code=AAAAAAAAAAAAAAAAAAAAAA&email=attacker%40example.com"));
    await shown(page, "reset");
    const said = await notice(page).textContent();
    assert.match(said, /sets the password of attacker@example\.com.*You are logged in as Grace Hopper\./);
    await page.getByRole("button", { name: "Logged in as Grace Hopper." }).click();
    await shown(page, "account");
    await page.evaluate((email) => (location.hash = `kind=reset&code=AAAAAAAAAAAAAAAAAAAAAA&email=${encodeURIComponent(email.toUpperCase())}`), someone.email);
    await shown(page, "reset");
    assert.equal(await notice(page).count(), 0);
  }));

test("the code of a link is filled in where it belongs alone, and for nobody else", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    await page.evaluate(() => (location.hash = "kind=reset&code=RESETCODE&email=a%40example.com"));
    await shown(page, "reset");
    assert.equal(await valueOf(page, "reset", "code"), "RESETCODE");
    await page.getByRole("button", { name: "Logged in as" }).click();
    await shown(page, "account");
    assert.equal(await valueOf(page, "verify", "code"), "");
    await page.evaluate(() => (location.hash = "kind=verify&code=VERIFYCODE"));
    await page.waitForFunction(() => document.querySelector("form[slot=verify] [name=code]").value === "VERIFYCODE");
    await pressed(page, "Log out");
    await shown(page, "sign-in");
    await pressed(page, "Sign up");
    await signUp(page, newPerson());
    assert.equal(await valueOf(page, "verify", "code"), "");
  }));

test("a response to a form that was left changes nothing but who is logged in", () =>
  inApp(async ({ open }) => {
    const page = await open();
    const held = await holding(page, "/auth/login", { status: 403, json: { code: "email_not_verified", detail: "x" } });
    await logIn(page, newPerson());
    await held.arrived;
    await pressed(page, "Sign up");
    await page.getByLabel("Name", { exact: true }).fill("Grace");
    const refused = page.waitForResponse("**/auth/login");
    held.release();
    await refused;
    await roundTrip(page);
    await shown(page, "sign-up");
    assert.equal(await valueOf(page, "sign-up", "name"), "Grace");
  }));

test("whoever is logged in by a form that was left sees their account", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    await pressed(page, "Log out");
    const { arrived, release } = await holding(page, "/auth/login");
    await logIn(page, someone);
    await arrived;
    await pressed(page, "Sign up");
    await shown(page, "sign-up");
    release();
    await shown(page, "account");
  }));

test("providers that come late take nothing that was typed, nor the focus", () =>
  inApp(async ({ open }) => {
    let held;
    const page = await open(atSignUp, async (page) => (held = await holding(page, "/auth/oauth")));
    await signUp(page, newPerson());
    await openRow(page, "Password");
    await fieldOf(page, "password", "newPassword").fill("half of it");
    held.release();
    await page.locator(".providers").filter({ visible: true }).waitFor();
    assert.deepEqual([await valueOf(page, "password", "newPassword"), await focused(page)], ["half of it", "newPassword"]);
  }));

test("sending a code again, and a request that fails, leave the forms and the focus alone", () =>
  inApp(async ({ open }) => {
    const page = await open(atSignUp);
    await signUp(page, newPerson());
    await fieldOf(page, "verify", "code").fill("1234");
    const again = page.getByRole("button", { name: "Send the code again" });
    await again.focus();
    await page.keyboard.press("Enter");
    await page.getByText("on its way again").first().waitFor();
    assert.deepEqual([await valueOf(page, "verify", "code"), await focused(page)], ["1234", "Send the code again"]);
    await responding(page, "/auth/logout", { status: 503, json: { code: "unavailable", detail: "x" } });
    const everywhere = page.getByRole("button", { name: "Log out everywhere" });
    await everywhere.focus();
    await page.keyboard.press("Enter");
    await page.getByText("The service has trouble").or(page.getByText("x", { exact: true })).first().waitFor();
    assert.deepEqual([await valueOf(page, "verify", "code"), await focused(page)], ["1234", "Log out everywhere"]);
  }));

test("a provider that cannot be reached leaves what was typed", () =>
  inApp(async ({ open }) => {
    const page = await open({ ...atSignUp, providers: "google" }, (page) =>
      page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
      }),
    );
    await shown(page, "sign-up");
    await page.getByLabel("Name", { exact: true }).fill("Grace");
    await pressed(page, "Continue with Google");
    await page.getByText("This browser keeps no data").first().waitFor();
    assert.deepEqual([await valueOf(page, "sign-up", "name"), await focused(page)], ["Grace", "Continue with Google"]);
  }));

test("other words leave what was typed and the focus, and equal ones draw nothing", () =>
  inApp(async ({ open }) => {
    const page = await open();
    await shown(page, "sign-in");
    await page.getByLabel("Password", { exact: true }).fill("half of it");
    const set = (words) => page.evaluate((words) => (document.querySelector("latchkey-sign-in").words = words), words);
    await set({ logIn: "Sign in" });
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.deepEqual([await valueOf(page, "sign-in", "password"), await focused(page)], ["half of it", "password"]);
    await page.evaluate(() => (window.form = document.forms[0]));
    await set({ logIn: "Sign in" });
    assert.ok(await page.evaluate(() => window.form === document.forms[0]));
  }));

test("a screen reader is told once how long to wait, and once that the wait is over", () =>
  inApp(async ({ open }) => {
    const page = await open({}, async (page) => {
      await page.clock.install();
      await responding(page, "/auth/login", { status: 429, headers: { "Retry-After": "12" }, json: { code: "too_many_attempts", detail: "x" } });
    });
    await shown(page, "sign-in");
    await page.evaluate(() => {
      window.said = [];
      const listen = (node, name) => new MutationObserver(() => window.said.push([name, node.textContent])).observe(node, { childList: true, characterData: true, subtree: true });
      listen(document.querySelector("[role=alert]"), "alert");
      listen(document.querySelector("latchkey-sign-in").shadowRoot.querySelector("[role=status]"), "status");
    });
    await logIn(page, newPerson());
    const shownTime = page.locator("form p[aria-hidden]");
    await shownTime.filter({ hasText: "Try again in 20 seconds." }).waitFor();
    await page.clock.runFor(5000);
    await shownTime.filter({ hasText: "Try again in 7 seconds." }).waitFor();
    await page.clock.runFor(8000);
    await page.locator("[role=status]").filter({ hasText: "You can try again now." }).waitFor({ state: "attached" });
    const said = (await page.evaluate(() => window.said)).filter(([, text]) => text);
    assert.deepEqual(said, [["alert", "Too many attempts. Try again in 20 seconds."], ["status", "You can try again now."]]);
  }));

test("each form counts down for itself", () =>
  inApp(async ({ open }) => {
    const page = await open({}, async (page) => {
      await page.clock.install();
      await pretend(page, userWith());
    });
    await shown(page, "account");
    const tooMany = { status: 429, headers: { "Retry-After": "5" }, json: { code: "too_many_attempts", detail: "x" } };
    await page.route("**/auth/me", (route) =>
      route.request().method() === "PATCH" ? route.fulfill({ ...tooMany, headers: { ...tooMany.headers, "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*" } }) : route.fallback(),
    );
    await openRow(page, "Name");
    await send(page, {}, "Save");
    const ticks = page.locator("form[slot=name] p[aria-hidden]");
    await ticks.filter({ hasText: "5 seconds" }).waitFor();
    await openRow(page, "Password");
    await send(page, {}, "Change password");
    await page.clock.runFor(6000);
    await ticks.filter({ hasText: /^$/ }).waitFor({ state: "attached" });
  }));

test("the app can set no view that there is nothing to show of", () =>
  inApp(async ({ open }) => {
    const page = await open();
    const warnings = warningsOf(page);
    await shown(page, "sign-in");
    const set = (view) => page.evaluate((view) => (document.querySelector("latchkey-sign-in").view = view), view);
    for (const view of ["account", "signin", "constructor", "confirm"]) {
      await set(view);
      assert.equal(warnings.length, 1, view);
      assert.match(warnings.pop(), new RegExp(view));
      await shown(page, "sign-in");
    }
    await set("sign-up");
    await shown(page, "sign-up");
    const other = await open({ view: "signin" });
    await shown(other, "sign-in");
  }));

test("devices have the names that people call them", () =>
  inApp(async ({ open }) => {
    const devices = {
      "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like": "Android",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605": "iPhone",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Fir": "Windows",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (": "Mac",
      "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, li": "Chromebook",
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)": "Linux",
      "curl/8.14.1": "curl",
    };
    const sessions = Object.keys(devices).map((device, id) => ({ id: String(id), device, current: false, created_at: 0, used_at: 0, expires_at: 0 }));
    const page = await open({}, async (page) => {
      await pretend(page, userWith());
      await responding(page, "/auth/sessions", { json: { sessions } });
    });
    await openRow(page, "Devices");
    const names = page.locator(".sessions .key");
    await names.nth(6).waitFor();
    assert.deepEqual(await names.allInnerTexts(), Object.values(devices));
  }));

test("without mail nothing leads to a code", () =>
  inApp(async ({ open }) => {
    const page = await open({ ...atSignUp, "no-mail": "" });
    await signUp(page, newPerson());
    assert.deepEqual(await page.evaluate(() => [...document.forms].map(({ slot }) => slot)), ["name", "password", "deletion"]);
    await pressed(page, "Log out");
    for (const code of ["email_not_verified", "password_reset_required"]) {
      await responding(page, "/auth/login", { status: 403, json: { code, detail: "Ask for help." } });
      await logIn(page, newPerson());
      await alertOf(page, "sign-in").filter({ hasText: "Ask for help." }).waitFor();
      await shown(page, "sign-in");
    }
  }));

test("only whoever was just sent a code is told so", () =>
  inApp(async ({ open }) => {
    const [page, someone] = [await open(atSignUp), newPerson()];
    await signUp(page, someone);
    const sent = page.locator(".verification").getByText("We sent a code to");
    assert.equal(await sent.count(), 1);
    await page.reload();
    await shown(page, "account");
    assert.equal(await sent.count(), 0);
    await pressed(page, "Send code");
    await notice(page).filter({ hasText: `We sent a code to ${someone.email}.` }).waitFor();
    assert.equal(await page.locator(".verification").getByRole("heading", { level: 3 }).count(), 1);
  }));

test("whoever is asked stays logged in by a sign-up and by a provider too", () =>
  inApp(async ({ open }) => {
    const page = await open({ ...atSignUp, refresh: "ask", providers: "google" });
    await shown(page, "sign-up");
    await page.getByLabel("Stay logged in").check();
    await signUp(page, newPerson());
    assert.ok(await page.evaluate(() => localStorage.getItem("latchkeySession")));
    await pressed(page, "Log out");
    assert.ok(!(await page.getByLabel("Stay logged in").isChecked()), "the next person is asked anew");
    await page.getByLabel("Stay logged in").check();
    const chosen = async () => {
      await pressed(page, "Continue with Google");
      await asked(page, "Google");
      await page.goto(appUrl({ refresh: "ask", providers: "google" }));
      await shown(page, "sign-in");
      return await page.evaluate(() => JSON.parse(sessionStorage.getItem("latchkeySignIn")).refresh);
    };
    assert.equal(await chosen(), true);
    assert.equal(await chosen(), false);
  }));

test("a code and an error in the address that are the app's own stay there", () =>
  inApp(async ({ open }) => {
    const page = await open({ code: "SUMMER", error: "none" });
    await shown(page, "sign-in");
    assert.deepEqual([page.url(), await notice(page).count()], [appUrl({ code: "SUMMER", error: "none" }), 0]);
  }));

test("an account without a password takes two steps to be deleted", () =>
  inApp(async ({ open }) => {
    const page = await open({ providers: "google" });
    await pressed(page, "Continue with Google");
    await asked(page, "Google");
    await consent(page, newPerson());
    await shown(page, "account");
    const deletions = [];
    page.on("request", (request) => request.url().endsWith("/auth/account/delete") && deletions.push(request.url()));
    await openRow(page, "Delete account");
    await page.getByRole("button", { name: "Delete my account" }).dblclick();
    await alertOf(page, "deletion").filter({ hasText: "Tick the box" }).waitFor();
    assert.deepEqual(deletions, []);
    await page.getByLabel("Yes, delete my account.").check();
    await pressed(page, "Delete my account");
    await shown(page, "sign-in");
    assert.equal(deletions.length, 1);
  }));

test("responses that do not fit break nothing", () =>
  inApp(async ({ open }) => {
    const page = await open({}, (page) => responding(page, "/auth/oauth", { json: { providers: ["constructor"] } }));
    await page.getByRole("button", { name: "Continue with constructor" }).waitFor();
    for (const body of [{ code: "constructor", detail: "Said by the service." }, { code: "validation_failed", detail: "Said by the service.", errors: ["x"] }]) {
      await responding(page, "/auth/login", { status: 422, json: body });
      await logIn(page, newPerson());
      await alertOf(page, "sign-in").filter({ hasText: /./ }).waitFor();
    }
    const other = await open({}, (page) => responding(page, "/auth/oauth", { json: {} }));
    await shown(other, "sign-in");
  }));

test("values of attributes that are not known are told to the developer, and begin no session", () =>
  inApp(async ({ open }) => {
    let warnings;
    const page = await open({ ...atSignUp, refresh: "false", transport: "session" }, (page) => (warnings = warningsOf(page)));
    await signUp(page, newPerson());
    assert.equal(await page.evaluate(() => localStorage.getItem("latchkeySession")), null);
    assert.deepEqual(warnings.map((text) => /(refresh|transport)="/.exec(text)[1]).sort(), ["refresh", "transport"]);
    let sent;
    await open({ transport: "Cookie" }, async (page) => {
      sent = page.waitForRequest((request) => request.headers()["x-token-transport"] === "cookie");
    });
    await sent;
  }));

test("a fault that nobody explains is told to the person, and to the browser", () =>
  inApp(
    async ({ open }) => {
      const page = await open({ providers: "google" }, (page) => page.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined })));
      await pressed(page, "Continue with Google");
      await page.getByText("Something went wrong. Try again in a moment.").first().waitFor();
    },
    { faults: ["Error: A sign-in with a provider needs a page over https or on localhost."] },
  ));

test("after a log-out nothing of the person is left, and what was said goes with the next log-in", () =>
  inApp(async ({ open }) => {
    const page = await open(atSignUp);
    await signUp(page, newPerson());
    await pressed(page, "Log out");
    await notice(page).filter({ hasText: "You are logged out." }).waitFor();
    assert.equal(await valueOf(page, "sign-in", "email"), "");
    await logIn(page, newPerson());
    await alertOf(page, "sign-in").filter({ hasText: "is wrong" }).waitFor();
    assert.equal(await notice(page).count(), 0);
  }));

test("an element that is gone listens to no client", () =>
  inApp(async ({ open }) => {
    const page = await open();
    await shown(page, "sign-in");
    const listeners = await page.evaluate(async (baseUrl) => {
      const { Latchkey } = await import("/latchkey.js");
      let listeners = 0;
      class Counted extends Latchkey {
        onChange(listener) {
          listeners++;
          const stop = super.onChange(listener);
          return () => (listeners--, stop());
        }
      }
      const client = new Counted({ baseUrl });
      const seen = [];
      for (let turn = 0; turn < 3; turn++) {
        const element = document.createElement("latchkey-sign-in");
        element.client = client;
        document.body.append(element);
        await new Promise((shown) => element.addEventListener("latchkey-view-changed", shown, { once: true }));
        seen.push(listeners);
        element.remove();
        seen.push(listeners);
      }
      return seen;
    }, api);
    assert.deepEqual(listeners, [1, 0, 1, 0, 1, 0]);
  }, { bypassCSP: true }));

test("the element says which language its words are in", () =>
  inApp(async ({ open }) => {
    const languages = async (page) => {
      await shown(page, "sign-in");
      return await page.evaluate(() => [document.forms[0].lang, document.querySelector("latchkey-sign-in").shadowRoot.querySelector(".card").lang]);
    };
    assert.deepEqual(await languages(await open({ lang: "fr" })), ["en", "en"]);
    assert.deepEqual(await languages(await open({ lang: "de-AT" })), ["de", "de"]);
    const page = await open({ lang: "fr" });
    await shown(page, "sign-in");
    await page.evaluate(() => (document.querySelector("latchkey-sign-in").words = { logIn: "Se connecter" }));
    assert.deepEqual(await languages(page), ["fr", "fr"]);
  }));

test("whoever cancelled at a provider is told so, and goes on from there", () =>
  inApp(async ({ open }) => {
    const page = await open({ providers: "google" });
    await pressed(page, "Continue with Google");
    await asked(page, "Google");
    await page.goto(appUrl({ providers: "google", error: "sign_in_cancelled" }));
    await page.locator("[role=status]").filter({ hasText: "You cancelled" }).waitFor({ state: "attached" });
    assert.equal(await focused(page), "email");
  }));

test("a sign-up that waits for its code leads to the log-in, too", () =>
  inApp(async ({ open }) => {
    const [page, { email, name, password }] = [await open({ ...atSignUp, "base-url": requiredUrl }), newPerson()];
    await send(page, { "Email address": email, Name: name, Password: password }, "Sign up");
    await shown(page, "confirm");
    await pressed(page, "Log in");
    await shown(page, "sign-in");
  }));

test("a person without a name and an address sees no id", () =>
  inApp(async ({ open }) => {
    const page = await open({}, (page) => pretend(page, userWith({ name: null, email: null, identities: ["x"] })));
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    assert.equal(await page.locator(".face").innerText(), "•");
  }));

test("a code that a link has brought is not shown, unless it is refused", () =>
  inApp(async ({ open }) => {
    const page = await open();
    await shown(page, "sign-in");
    await page.evaluate(() => (location.hash = "kind=reset&code=AAAAAAAAAAAAAAAAAAAAAA&email=grace%40example.com"));
    await shown(page, "reset");
    const [code, filled] = [fieldOf(page, "reset", "code"), page.getByText("The code of your email is filled in.")];
    assert.deepEqual([await code.isVisible(), await filled.isVisible(), await focused(page)], [false, true, "password"]);
    await send(page, { "New password": "ten-Amber-teapots" }, "Save and log in");
    await page.getByText("The code is wrong").waitFor();
    assert.deepEqual([await code.isVisible(), await filled.isVisible(), await focused(page)], [true, false, "code"]);
  }));

test("an API that cannot be reached is named to the developer, once", () =>
  inApp(async ({ open }) => {
    let warnings;
    const page = await open({}, async (page) => {
      warnings = warningsOf(page);
      await page.addInitScript(() => localStorage.setItem("authToken", "a.b.c"));
      await page.route("**/auth/**", (route) => route.abort());
    });
    await shown(page, "outage");
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0].includes(api), warnings[0]);
  }));
