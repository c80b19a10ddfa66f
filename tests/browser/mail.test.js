// What takes a code of a mail: a new address, a forgotten password, another address. The mails come from the page's own inbox.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { beginSession, choose, formOf, loggedIn, loggedOut, logIn, noticed, open, press, refused, send, sendLogin, signUp, tabTo, told, userOf } from "./support/actions.js";
import { inProfile, onPage, url } from "./support/browser.js";
import { CHANGE, digitsOf, filledIn, forget, linkOf, mailTo, openLink, RESET, VERIFY, verify } from "./support/mail.js";

const NEW_PASSWORD = "ten-Amber-teapots";

/** Waits until this person cannot log in. */
async function cannotLogIn(page, person) {
  await sendLogin(page, person);
  await refused(page, "sign-in", "The email address or the password is wrong.");
}

const isVerified = async (page) => (await userOf(page)).email_verified;

for (const transport of ["Web Storage", "Cookie"]) {
  test(`with ${transport} a person confirms their address with the digits of a mail`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await signUp(page, person);
      await send(page, "verify", { code: "0000 0000" });
      await refused(page, "verify", "The code is wrong");
      await verify(page, person);
      await noticed(page, "Your email address is confirmed.");
      assert.equal(await formOf(page, "verify").count(), 0);
      await page.reload();
      await loggedIn(page, person);
      assert.equal(await isVerified(page), true);
    }));

  test(`with ${transport} whoever forgot their password sets a new one by the link of a mail, and all else ends`, () =>
    inProfile(async (here) => {
      const person = newPerson();
      const page = await here.open();
      await choose(page, transport);
      await signUp(page, person);
      await inProfile(async (elsewhere) => {
        const other = await elsewhere.open();
        await choose(other, transport);
        await beginSession(other);
        await logIn(other, person);
        await press(page, "Log out");
        await forget(page, person);
        await openLink(page, person, RESET);
        assert.equal(page.url(), `${url}/`);
        const email = await formOf(page, "reset").locator("[name=email]").inputValue();
        assert.equal(email.toLowerCase(), person.email.toLowerCase());
        await send(page, "reset", { password: NEW_PASSWORD });
        await loggedIn(page, person);
        assert.equal(await isVerified(page), true, "the code went to the address");
        await press(other, "Who am I?");
        await loggedOut(other);
      });
      await press(page, "Log out");
      await cannotLogIn(page, person);
      await logIn(page, { ...person, password: NEW_PASSWORD });
    }));

  test(`with ${transport} a person in a session changes their password and their address, and stays logged in`, () =>
    onPage(async (page) => {
      const [person, { email }] = [newPerson(), newPerson()];
      await choose(page, transport);
      await beginSession(page);
      await signUp(page, person);
      await verify(page, person);
      await open(page, "Password");
      await send(page, "password", { password: "wrong-Violet-kettles", newPassword: NEW_PASSWORD });
      await refused(page, "password", "This is not your password.");
      await send(page, "password", { password: person.password, newPassword: NEW_PASSWORD });
      await noticed(page, "Your password is changed.");
      await open(page, "Email address");
      await send(page, "email", { email, password: NEW_PASSWORD });
      await formOf(page, "change").waitFor();
      await openLink(page, { email }, CHANGE);
      await send(page, "change", {});
      await noticed(page, "Your email address is changed.");
      await loggedIn(page, { email });
      await mailTo(page, person, "Somebody wants to change your email address");
      await mailTo(page, person, "has a new email address");
      await press(page, "Log out");
      await cannotLogIn(page, { ...person, password: NEW_PASSWORD });
      await logIn(page, { email, password: NEW_PASSWORD });
      assert.equal(await isVerified(page), true);
    }));

  test(`with ${transport} a person deletes their account, and can sign up with the address again`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await signUp(page, person);
      const { id } = await userOf(page);
      await open(page, "Delete account");
      await send(page, "deletion", { password: "wrong-Violet-kettles" });
      await refused(page, "deletion", "This is not your password.");
      await send(page, "deletion", { password: person.password });
      await noticed(page, "Your account is deleted.");
      await cannotLogIn(page, person);
      await signUp(page, person);
      assert.notEqual((await userOf(page)).id, id);
    }));
}

test("a new address ends a token without a session, and the page asks for the log-in", () =>
  onPage(async (page) => {
    const [person, { email }] = [newPerson(), newPerson()];
    await signUp(page, person);
    await open(page, "Email address");
    await send(page, "email", { email, password: person.password });
    await send(page, "change", { code: await digitsOf(page, { email }, CHANGE) });
    await noticed(page, "Your email address is changed. Log in again.");
    assert.equal(await formOf(page, "sign-in").locator("[name=email]").inputValue(), email);
  }));

test("a new mail holds the same code, and the page says that it is on its way", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    const code = await digitsOf(page, person, VERIFY);
    const mails = page.locator("#mails li").filter({ hasText: `To ${person.email}` });
    await press(page, "Send the code again");
    await noticed(page, "The email is on its way again.");
    await mails.nth(1).waitFor();
    assert.equal(await digitsOf(page, person, VERIFY), code);
  }));

test("a link of a verification asks whoever is not logged in to log in, and then fills its code in", () =>
  inProfile(async (here) => {
    const person = newPerson();
    const page = await here.open();
    await signUp(page, person);
    const link = await linkOf(page, person, VERIFY);
    await inProfile(async ({ context }) => {
      const other = await context.newPage();
      await other.goto(link);
      await noticed(other, "You are not logged in. Log in first.");
      assert.equal(other.url(), `${url}/`);
      await logIn(other, person);
      await filledIn(other);
      await send(other, "verify", {});
      await other.getByText("Confirmed", { exact: true }).waitFor();
    });
  }));

test("the link of somebody else's verification confirms nothing", () =>
  inProfile(async (here) => {
    const [person, somebodyElse] = [newPerson(), newPerson()];
    const page = await here.open();
    await signUp(page, person);
    const link = await linkOf(page, person, VERIFY);
    await inProfile(async ({ open }) => {
      const other = await open();
      await signUp(other, somebodyElse);
      await other.goto(link);
      await filledIn(other);
      await send(other, "verify", {});
      await refused(other, "verify", "The code is wrong");
      await loggedIn(other, somebodyElse);
    });
    await page.reload();
    await loggedIn(page, person);
    assert.equal(await isVerified(page), false);
  }));

test("an address without an account is told no less, and gets no mail", () =>
  onPage(async (page) => {
    const person = newPerson();
    await forget(page, person);
    await noticed(page, `If ${person.email} has an account, a code is on its way.`);
    await press(page, "Back to log-in");
    await loggedOut(page);
    assert.equal(await page.locator("#mails li").filter({ hasText: `To ${person.email}` }).count(), 0);
  }));

test("whoever must confirm their address before a log-in is led to the code of the mail", () =>
  onPage(async (page) => {
    const { email } = newPerson();
    const detail = "Your email address is not confirmed yet. Set your password anew with the code of our mail.";
    // Only a user from before sign-ups waited for codes is refused so.
    await page.route("**/auth/login", (route) => route.fulfill({ status: 403, json: { code: "email_not_verified", detail } }));
    await sendLogin(page, { email, password: NEW_PASSWORD });
    await noticed(page, detail);
    assert.equal(await formOf(page, "reset").locator("[name=email]").inputValue(), email);
  }));

test("a weak new password is told at its field, and the code is still good", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await forget(page, person);
    const code = await digitsOf(page, person, RESET);
    await send(page, "reset", { code, password: "password1" });
    await formOf(page, "reset").locator("[name=password][aria-invalid=true]").waitFor();
    await send(page, "reset", { password: NEW_PASSWORD });
    await loggedIn(page, person);
  }));

test("codes of mails are hidden among the requests until they are asked for, and new passwords too", () =>
  onPage(async (page) => {
    const person = newPerson();
    await beginSession(page);
    await signUp(page, person);
    const code = await digitsOf(page, person, VERIFY);
    await verify(page, person);
    await open(page, "Password");
    await send(page, "password", { password: "wrong-Violet-kettles", newPassword: NEW_PASSWORD });
    await refused(page, "password", "This is not your password.");
    const requests = page.locator("#exchanges");
    const hidden = await requests.textContent();
    for (const secret of [code, NEW_PASSWORD, "wrong-Violet"]) assert.ok(!hidden.includes(secret), secret);
    assert.ok(hidden.includes('"invalid_credentials"'), "the code of a problem is no secret");
    await page.locator("#secrets").check();
    const shown = await requests.textContent();
    for (const secret of [code, NEW_PASSWORD, "wrong-Violet"]) assert.ok(shown.includes(secret), secret);
  }));

test("a person resets their password by the link in the inbox, by keyboard alone", () =>
  onPage(async (page) => {
    const person = newPerson();
    const { keyboard } = page;
    await signUp(page, person);
    await press(page, "Log out");
    await forget(page, person);
    await tabTo(page, (await mailTo(page, person, RESET)).locator("a"));
    await keyboard.press("Enter");
    await filledIn(page);
    await keyboard.type(NEW_PASSWORD);
    await keyboard.press("Enter");
    await loggedIn(page, person);
  }));

test("the inbox keeps a mail open that is being read while others come", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    const first = await mailTo(page, person, VERIFY);
    await first.locator("summary").click();
    await first.getByText("Enter this code to confirm that this address is yours").waitFor();
    await press(page, "Send the code again");
    await page.locator("#mails li").filter({ hasText: `To ${person.email}` }).nth(1).waitFor();
    await page.locator("#inbox-status").filter({ hasText: `A mail has come: ${VERIFY}` }).waitFor({ state: "attached" });
    assert.equal(await page.locator("#mails details[open]").count(), 1);
  }));
