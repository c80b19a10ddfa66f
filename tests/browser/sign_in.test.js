// What <latchkey-sign-in> does: every way in and out, for the keyboard, for password managers, for translators and for the app.

import assert from "node:assert/strict";
import test from "node:test";

import { asked, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { limitedUrl, requiredUrl, url as api } from "./support/browser.js";
import { inApp, openRow, send, shown, signUp } from "./support/component.js";

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
    const wait = page.getByText(/Too many attempts\. Try again in \d+ (minutes|seconds)\./);
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
