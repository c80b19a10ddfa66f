// Signing up, logging in and logging out on the page. What the element does by itself is in sign_in.test.js.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { choose, formOf, logIn, loggedIn, loggedOut, noticed, press, refused, sendLogin, sendSignup, signUp, told } from "./support/actions.js";
import { inProfile, onPage } from "./support/browser.js";

for (const transport of ["Web Storage", "Cookie"]) {
  test(`with ${transport} a person signs up, is still logged in after a reload, logs out and logs in`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await signUp(page, person);
      await page.getByRole("heading", { name: person.name }).waitFor();
      await page.reload();
      await loggedIn(page, person);
      await press(page, "Log out");
      await loggedOut(page);
      await page.reload();
      await logIn(page, person);
      await page.reload();
      await loggedIn(page, person);
      await press(page, "Who am I?");
      await told(page, `You are ${person.name}.`);
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
      await noticed(page, "You are logged out.");
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

test("a duplicate email address is told at its field, and waits in the log-in form", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await sendSignup(page, person);
    await refused(page, "sign-up", "An account with this email address exists. Log in instead.");
    await press(page, "Log in");
    assert.equal(await formOf(page, "sign-in").locator("[name=email]").inputValue(), person.email);
  }));

test("a weak password is refused in the API's own words", () =>
  onPage(async (page) => {
    const person = { ...newPerson(), password: "password1" };
    const answered = page.waitForResponse((response) => response.url().endsWith("/auth/signup"));
    await sendSignup(page, person);
    const { errors } = await (await answered).json();
    assert.deepEqual(errors.map(({ field, code }) => [field, code]), [["password", "too_weak"]]);
    await refused(page, "sign-up", errors[0].detail);
    // Said once: a good password takes it back.
    await signUp(page, newPerson());
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
    const before = await page.locator("#exchanges li").count();
    await press(page, "Log out");
    await loggedOut(page);
    const answered = page.waitForResponse("**/auth/me");
    release();
    await answered;
    await page.locator("#exchanges li").nth(before + 1).waitFor();
    assert.equal(await page.evaluate(() => localStorage.getItem("authToken")), null);
    assert.ok(await formOf(page, "sign-in").isVisible(), "a response to what was asked before the log-out logs nobody in");
    assert.equal(await page.getByText("There is none until somebody logs in.").count(), 1);
  }));

test("if the service cannot be reached the page says so", () =>
  onPage(async (page, context) => {
    await context.setOffline(true);
    await sendLogin(page, newPerson());
    await refused(page, "sign-in", "The service cannot be reached.");
    await page.locator("#exchanges").getByText("no response", { exact: true }).waitFor();
  }));

test("a reader chooses the language of the sign-in, and it is kept", () =>
  onPage(async (page) => {
    await page.getByLabel("Language").selectOption("Deutsch");
    await page.getByRole("heading", { name: "Anmelden" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Anmelden" }).waitFor();
  }));
