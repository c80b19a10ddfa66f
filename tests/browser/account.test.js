// Signing up, logging in and logging out.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { choose, logIn, loggedIn, loggedOut, press, sendLogin, sendSignup, signUp } from "./support/actions.js";
import { inProfile, onPage } from "./support/browser.js";

/** What is said below a field, once something is. */
async function saidBelow(page, id) {
  const field = page.locator(`#${id}[aria-invalid=true]`);
  await field.waitFor();
  const described = (await field.getAttribute("aria-describedby")).split(" ");
  assert.ok(described.includes(`${id}-error`), "the field is described by what is wrong with it");
  return await page.locator(`#${id}-error`).textContent();
}

function focused(page) {
  return page.evaluate(() => document.activeElement.id);
}

for (const transport of ["Web Storage", "Cookie"]) {
  test(`with ${transport} a person signs up, is still logged in after a reload, logs out and logs in`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await signUp(page, person);
      assert.equal(await page.locator("#user-name").textContent(), person.name);
      assert.equal(await focused(page), "user-name");
      await page.reload();
      await loggedIn(page, person);
      await press(page, "Log out");
      await loggedOut(page);
      assert.equal(await focused(page), "signed-out-title");
      await page.reload();
      await page.locator("#signed-out").waitFor();
      await logIn(page, person);
      await page.reload();
      await loggedIn(page, person);
      await press(page, "Who am I?");
      await page.locator("#status").filter({ hasText: `You are ${person.name}.` }).waitFor({ state: "attached" });
    }));

  test(`with ${transport} a log-out everywhere ends the log-in of another browser`, () =>
    inProfile(async (here) => {
      const person = newPerson();
      const page = await here.open();
      await choose(page, transport);
      await signUp(page, person);
      await inProfile(async (elsewhere) => {
        const other = await elsewhere.open();
        await choose(other, transport);
        await logIn(other, person);
        await press(other, "Log out everywhere");
        await loggedOut(other);
      });
      await press(page, "Who am I?");
      await loggedOut(page);
      assert.equal(await page.locator("#login [role=alert]").textContent(), "You were logged out. Log in again.");
      assert.equal(await page.evaluate(() => localStorage.getItem("authToken")), null);
    }));
}

test("a plain log-out leaves another browser logged in", () =>
  inProfile(async (here) => {
    const person = newPerson();
    const page = await here.open();
    await signUp(page, person);
    await inProfile(async (elsewhere) => {
      const other = await elsewhere.open();
      await logIn(other, person);
      await press(other, "Log out");
      await loggedOut(other);
    });
    await page.reload();
    await loggedIn(page, person);
  }));

test("a second tab follows when the first one logs out", () =>
  inProfile(async ({ open }) => {
    const person = newPerson();
    const first = await open();
    await signUp(first, person);
    const second = await open();
    await loggedIn(second, person);
    await press(first, "Log out");
    await second.locator("#signed-out").waitFor();
  }));

test("a duplicate email address is told at its field, and waits in the log-in form", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await sendSignup(page, person);
    const said = await saidBelow(page, "signup-email");
    assert.equal(said, "An account with this email address exists. Log in instead.");
    assert.equal(await focused(page), "signup-email");
    await page.getByRole("tab", { name: "Log in" }).click();
    assert.equal(await page.locator("#login-email").inputValue(), person.email);
  }));

test("a weak password is refused in the API's own words", () =>
  onPage(async (page) => {
    const person = { ...newPerson(), password: "password1" };
    const answered = page.waitForResponse((response) => response.url().endsWith("/auth/signup"));
    await sendSignup(page, person);
    const { errors } = await (await answered).json();
    assert.deepEqual(errors.map(({ field, code }) => [field, code]), [["password", "too_weak"]]);
    assert.equal(await saidBelow(page, "signup-password"), errors[0].detail);
    assert.equal(await focused(page), "signup-password");
    // Said once: a good password takes it back.
    await signUp(page, newPerson());
  }));

test("every wrong field is told at once, and the first one has the focus", () =>
  onPage(async (page) => {
    await sendSignup(page, { name: "", email: "nobody", password: "short" });
    assert.equal(await saidBelow(page, "signup-name"), "Enter a name.");
    assert.match(await saidBelow(page, "signup-email"), /^Enter an email address/);
    assert.match(await saidBelow(page, "signup-password"), /at least 8 characters/);
    assert.equal(await focused(page), "signup-name");
  }));

test("a wrong password is told as an alert", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await sendLogin(page, { ...person, password: "wrong" });
    await page.getByRole("alert").filter({ hasText: "The email address or the password is wrong." }).waitFor();
    await logIn(page, person);
  }));

test("two requests at once, the first one slow, are both shown and go wrong for nobody", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    let release;
    const held = new Promise((go) => (release = go));
    await page.route("**/auth/me", async (route) => {
      await held;
      await route.continue();
    });
    const asked = page.waitForRequest("**/auth/me");
    await press(page, "Who am I?");
    await asked;
    await page.getByLabel("Show passwords and tokens").check();
    await press(page, "Log out");
    await loggedOut(page);
    const answered = page.waitForResponse("**/auth/me");
    release();
    await answered;
    assert.equal(await page.locator("#login [role=alert]").textContent(), "");
    assert.equal(await page.evaluate(() => localStorage.getItem("authToken")), null);
    await page.locator("#exchanges li").nth(2).waitFor();
    assert.ok(await page.locator("#signed-out").isVisible(), "an answer from before the log-out logs nobody in");
  }));

test("where the service cannot be reached the page says so", () =>
  onPage(async (page, context) => {
    await context.setOffline(true);
    await sendLogin(page, newPerson());
    await page.getByRole("alert").filter({ hasText: "The service cannot be reached." }).waitFor();
    await page.locator("#exchanges").getByText("no answer", { exact: true }).waitFor();
  }));

test("password managers are told what each field is", () =>
  onPage(async (page) => {
    const fields = await page.locator("form input").evaluateAll((inputs) =>
      inputs.map(({ id, autocomplete, type }) => [id, autocomplete, type]),
    );
    assert.deepEqual(fields, [
      ["signup-name", "name", "text"],
      ["signup-email", "email", "email"],
      ["signup-password", "new-password", "password"],
      ["login-email", "email", "email"],
      ["login-password", "current-password", "password"],
      ["forgot-email", "email", "email"],
      ["reset-email", "username", "email"],
      ["reset-code", "one-time-code", "text"],
      ["reset-password", "new-password", "password"],
      ["confirm-code", "one-time-code", "text"],
      ["verify-code", "one-time-code", "text"],
      ["password-username", "username", "email"],
      ["password-password", "current-password", "password"],
      ["password-new", "new-password", "password"],
      ["address-email", "email", "email"],
      ["address-password", "current-password", "password"],
      ["address-code-code", "one-time-code", "text"],
      ["deletion-password", "current-password", "password"],
    ]);
  }));
