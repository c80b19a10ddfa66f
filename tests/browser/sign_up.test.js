// Signing up where no account exists before its code has come back.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { beginSession, choose, formOf, loggedIn, logIn, noticed, press, refused, send, sendLogin, sendSignup, userOf } from "./support/actions.js";
import { inProfile, onPage, requiredUrl } from "./support/browser.js";
import { digitsOf, filledIn, linkOf, mailTo, openLink, VERIFY } from "./support/mail.js";

const there = { at: requiredUrl };

/** Signs up, and waits until the page asks for the code. */
async function begin(page, person) {
  await sendSignup(page, person);
  await formOf(page, "confirm").waitFor();
}

for (const transport of ["Web Storage", "Cookie"]) {
  test(`with ${transport} a person signs up with the digits of a mail, in a session`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await beginSession(page);
      await begin(page, person);
      await page.getByText(`We sent a code to ${person.email}.`).waitFor();
      await send(page, "confirm", { code: "0000 0000" });
      await refused(page, "confirm", "The code is wrong");
      await send(page, "confirm", { code: await digitsOf(page, person, VERIFY) });
      await loggedIn(page, person);
      assert.equal((await userOf(page)).email_verified, true);
      await page.locator("#session-list li").waitFor();
      await page.reload();
      await loggedIn(page, person);
    }, there));

  test(`with ${transport} the link of the mail ends a sign-up in a tab of its own, and the first tab follows`, () =>
    inProfile(async ({ open, context }) => {
      const person = newPerson();
      const page = await open();
      await choose(page, transport);
      await begin(page, person);
      const tab = await context.newPage();
      await tab.goto(await linkOf(page, person, VERIFY));
      await filledIn(tab);
      await press(tab, "Create account");
      await loggedIn(tab, person);
      await loggedIn(page, person);
    }, there));
}

test("a sign-up waits through a reload, its mail comes again with the same code, and nobody can log in before", () =>
  onPage(async (page) => {
    const person = newPerson();
    await begin(page, person);
    const code = await digitsOf(page, person, VERIFY);
    await page.reload();
    await page.getByText(`We sent a code to ${person.email}.`).waitFor();
    const mails = page.locator("#mails li").filter({ hasText: `To ${person.email}` });
    await press(page, "Send the code again");
    await mails.nth(1).waitFor();
    assert.equal(await digitsOf(page, person, VERIFY), code);
    await inProfile(async ({ open }) => {
      const other = await open();
      await sendLogin(other, person);
      await refused(other, "sign-in", "is wrong");
    }, there);
    await openLink(page, person, VERIFY);
    await press(page, "Create account");
    await loggedIn(page, person);
  }, there));

test("whoever starts over can sign up with another address", () =>
  onPage(async (page) => {
    const [mistyped, person] = [newPerson(), newPerson()];
    await begin(page, mistyped);
    await press(page, "Start over");
    await begin(page, person);
    await send(page, "confirm", { code: await digitsOf(page, person, VERIFY) });
    await loggedIn(page, person);
  }, there));

test("whoever has an account sees what everybody sees, and their mail tells them", () =>
  onPage(async (page) => {
    const person = newPerson();
    await begin(page, person);
    await send(page, "confirm", { code: await digitsOf(page, person, VERIFY) });
    await loggedIn(page, person);
    await press(page, "Log out");
    await begin(page, person);
    await mailTo(page, person, "You already have an account");
    await press(page, "Start over");
    await logIn(page, person);
  }, there));

test("whoever made an account meanwhile is asked to log in", () =>
  inProfile(async (here) => {
    const person = newPerson();
    const page = await here.open();
    await begin(page, person);
    const code = await digitsOf(page, person, VERIFY);
    await inProfile(async ({ open }) => {
      const other = await open();
      await begin(other, person);
      const mails = other.locator("#mails li").filter({ hasText: `To ${person.email}` });
      await mails.nth(1).waitFor();
      await send(other, "confirm", { code: await digitsOf(other, person, VERIFY) });
      await loggedIn(other, person);
    }, there);
    await send(page, "confirm", { code });
    await noticed(page, "An account with this email address exists.");
    assert.equal(await formOf(page, "sign-in").locator("[name=email]").inputValue(), person.email);
    await page.reload();
    await formOf(page, "sign-in").waitFor();
  }, there));

test("the link of a sign-up that began elsewhere makes no account, and the page says where to go", () =>
  inProfile(async ({ open }) => {
    const person = newPerson();
    const page = await open();
    await begin(page, person);
    const link = await linkOf(page, person, VERIFY);
    await inProfile(async ({ context }) => {
      const other = await context.newPage();
      await other.goto(link);
      await noticed(other, "began in another browser");
      assert.equal(other.url(), `${requiredUrl}/`);
    }, there);
    await send(page, "confirm", { code: await digitsOf(page, person, VERIFY) });
    await loggedIn(page, person);
  }, there));
