// Programs that look at mails open their links before the person does. Whatever they do there, the code stays good, and nothing
// is confirmed or reset.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { formOf, loggedIn, logIn, noticed, open, press, send, sendSignup, signUp, userOf } from "./support/actions.js";
import { inProfile, onPage, requiredUrl, url } from "./support/browser.js";
import { CHANGE, filledIn, forget, linkOf, RESET, VERIFY } from "./support/mail.js";

/** Asks for what a link leads to, as a program does that runs no scripts. */
async function fetchOnly(link) {
  for (const method of ["HEAD", "GET"]) {
    const answer = await fetch(link, { method });
    assert.equal(answer.status, 200);
    await answer.text();
  }
}

/** Opens a link in a whole browser and presses every button there, and those that appear then, but those that lead to other sites. */
async function pressEverything(link) {
  await inProfile(async ({ context }) => {
    const page = await context.newPage();
    await page.goto(link);
    await page.waitForFunction(() => location.hash === "");
    await formOf(page, "sign-in").or(formOf(page, "reset")).waitFor();
    const pressed = await page.evaluate(async () => {
      let pressed = 0;
      for (let round = 0; round < 3; round++) {
        const places = [document, document.querySelector("latchkey-sign-in").shadowRoot];
        const buttons = places.flatMap((place) => [...place.querySelectorAll("button:not(.provider)")]).filter((button) => button.checkVisibility());
        for (const button of buttons) button.click();
        pressed += buttons.length;
        // What was sent before has its response by then.
        await fetch("/auth/oauth");
      }
      return pressed;
    });
    assert.ok(pressed > 10, String(pressed));
    assert.equal(await userOf(page), null);
  });
}

async function scan(link) {
  await fetchOnly(link);
  await pressEverything(link);
}

test("a scanner confirms no address, and the person then does with the same link", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    const link = await linkOf(page, person, VERIFY);
    await scan(link);
    await page.reload();
    await loggedIn(page, person);
    assert.equal((await userOf(page)).email_verified, false);
    await page.goto(link);
    await filledIn(page);
    await send(page, "verify", {});
    await page.getByText("Confirmed", { exact: true }).waitFor();
  }));

test("a scanner resets no password, and the person then does with the same link", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await forget(page, person);
    const link = await linkOf(page, person, RESET);
    await scan(link);
    await press(page, "Back to log-in");
    await logIn(page, person);
    await page.goto(link);
    await filledIn(page);
    await send(page, "reset", { password: "ten-Amber-teapots" });
    await loggedIn(page, person);
  }));

test("a scanner changes no address, and the person then does with the same link", () =>
  onPage(async (page) => {
    const [person, { email }] = [newPerson(), newPerson()];
    await signUp(page, person);
    await open(page, "Email address");
    await send(page, "email", { email, password: person.password });
    const link = await linkOf(page, { email }, CHANGE);
    await scan(link);
    await page.reload();
    await loggedIn(page, person);
    await page.goto(link);
    await filledIn(page);
    await send(page, "change", {});
    await noticed(page, "Your email address is changed.");
    await logIn(page, { ...person, email });
    assert.equal(page.url(), `${url}/`);
  }));

test("a scanner finishes no sign-up, and the person then does with the same link", () =>
  onPage(async (page) => {
    const person = newPerson();
    await sendSignup(page, person);
    const link = await linkOf(page, person, VERIFY);
    await scan(link);
    await page.goto(link);
    await filledIn(page);
    await press(page, "Create account");
    await loggedIn(page, person);
  }, { at: requiredUrl }));
