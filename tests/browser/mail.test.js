// What takes a code of a mail: a new address, a forgotten password, another address. The mails come from the page's own inbox.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import {
  beginSession,
  choose,
  isFocused,
  loggedIn,
  loggedOut,
  logIn,
  press,
  send,
  sendLogin,
  signUp,
  tabTo,
} from "./support/actions.js";
import { inProfile, onPage, url } from "./support/browser.js";
import { CHANGE, digitsOf, filledIn, forget, linkOf, mailTo, open, openLink, RESET, VERIFY, verify } from "./support/mail.js";

const NEW_PASSWORD = "ten-Amber-teapots";

function said(page, words) {
  return page.locator("#status").filter({ hasText: words }).waitFor({ state: "attached" });
}

function refused(page, form, words) {
  return page.locator(`#${form}`).getByRole("alert").filter({ hasText: words }).waitFor();
}

/** Waits until this person cannot log in. */
async function cannotLogIn(page, person) {
  await sendLogin(page, person);
  await refused(page, "login", "The email address or the password is wrong.");
}

for (const transport of ["Web Storage", "Cookie"]) {
  test(`with ${transport} a person confirms their address with the digits of a mail`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await signUp(page, person);
      await said(page, "Your email address is not confirmed yet.");
      await send(page, "verify", { code: "0000 0000" });
      await refused(page, "verify", "The code is wrong");
      await verify(page, person);
      await said(page, "Your email address is confirmed.");
      assert.equal(await page.locator("#verification").isVisible(), false);
      await page.reload();
      await loggedIn(page, person);
      assert.equal(await page.locator("#user-verified").isVisible(), true);
      // The link is of no more use, and says so.
      await (await mailTo(page, person, VERIFY)).locator("a").click();
      await refused(page, "signed-in", "Your email address is confirmed already.");
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
        assert.equal((await page.locator("#reset-email").inputValue()).toLowerCase(), person.email.toLowerCase());
        assert.ok(await page.locator("#reset-password").evaluate(isFocused));
        await send(page, "reset", { password: NEW_PASSWORD });
        await loggedIn(page, person);
        await said(page, "The new password is set. Logged in");
        assert.equal(await page.locator("#user-verified").isVisible(), true, "the code went to the address");
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
      await open(page, "Change the password");
      await send(page, "password", { password: "wrong-Violet-kettles", new: NEW_PASSWORD });
      await refused(page, "password", "password is wrong");
      await send(page, "password", { password: person.password, new: NEW_PASSWORD });
      await said(page, "The password is changed.");
      assert.ok(await page.locator("#changes-title").evaluate(isFocused));
      await open(page, "Change the email address");
      await send(page, "address", { email, password: NEW_PASSWORD });
      await page.locator("#address-code").waitFor();
      await openLink(page, { email }, CHANGE);
      await send(page, "address-code", {});
      await said(page, "The email address is changed.");
      await loggedIn(page, { email });
      await mailTo(page, person, "Somebody wants to change your email address");
      await mailTo(page, person, "has a new email address");
      await press(page, "Log out");
      await cannotLogIn(page, { ...person, password: NEW_PASSWORD });
      await logIn(page, { email, password: NEW_PASSWORD });
      assert.equal(await page.locator("#user-verified").isVisible(), true);
    }));

  test(`with ${transport} a person deletes their account, and can sign up with the address again`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await signUp(page, person);
      const id = await page.locator("#user-id").innerText();
      await open(page, "Delete the account");
      await send(page, "deletion", { password: "wrong-Violet-kettles" });
      await refused(page, "deletion", "password is wrong");
      await send(page, "deletion", { password: person.password });
      await said(page, "The account is deleted.");
      assert.ok(await page.locator("#signed-out-title").evaluate(isFocused));
      await cannotLogIn(page, person);
      await signUp(page, person);
      assert.notEqual(await page.locator("#user-id").innerText(), id);
    }));
}

test("a change ends a token without a session, and the page asks for the log-in", () =>
  onPage(async (page) => {
    const [person, { email }] = [newPerson(), newPerson()];
    await signUp(page, person);
    await open(page, "Change the password");
    await send(page, "password", { password: person.password, new: NEW_PASSWORD });
    await refused(page, "login", "The password is changed. This ended the token too. Log in again.");
    assert.equal(await page.locator("#login-email").inputValue(), person.email);
    await logIn(page, { ...person, password: NEW_PASSWORD });
    assert.equal(await page.locator("#password-password").inputValue(), "", "what was typed is gone");
    await open(page, "Change the email address");
    await send(page, "address", { email, password: NEW_PASSWORD });
    await page.locator("#address-code").waitFor();
    await send(page, "address-code", { code: await digitsOf(page, { email }, CHANGE) });
    await refused(page, "login", "The email address is changed. This ended the token too. Log in again.");
    assert.equal(await page.locator("#login-email").inputValue(), email);
  }));

test("a new mail holds the same code, and the page says that it is on its way", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    const code = await digitsOf(page, person, VERIFY);
    const mails = page.locator("#mails li").filter({ hasText: `To ${person.email}` });
    await press(page, "Send a new mail");
    await refused(page, "verify", "A mail with a code is on its way.");
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
      await other.locator("#login-next").filter({ hasText: "Log in to confirm your email address." }).waitFor();
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
    await press(page, "Who am I?");
    await said(page, "You are");
    assert.equal(await page.locator("#user-verified").isVisible(), false);
  }));

test("an address without an account is told no less, and gets no mail", () =>
  onPage(async (page) => {
    await forget(page, newPerson());
    await refused(page, "reset", "If this address has an account, a mail with a code is on its way to it.");
    await press(page, "Back");
    await loggedOut(page);
  }));

test("whoever must confirm their address before a log-in is led to the code of the mail", () =>
  onPage(async (page) => {
    const { email } = newPerson();
    const detail = "Your email address is not confirmed yet. We have sent you a mail: set your password anew with its code.";
    // Only a user from before sign-ups waited for codes is refused so.
    await page.route("**/auth/login", (route) => route.fulfill({ status: 403, json: { code: "email_not_verified", detail } }));
    await sendLogin(page, { email, password: NEW_PASSWORD });
    await refused(page, "reset", detail);
    assert.equal(await page.locator("#reset-email").inputValue(), email);
  }));

test("a weak new password is told at its field, and the code is still good", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await forget(page, person);
    const code = await digitsOf(page, person, RESET);
    await send(page, "reset", { code, password: "password1" });
    await page.locator("#reset-password[aria-invalid=true]").waitFor();
    assert.ok(await page.locator("#reset-password").evaluate(isFocused));
    await send(page, "reset", { password: NEW_PASSWORD });
    await loggedIn(page, person);
  }));

test("codes of mails are hidden on the wire until they are asked for, and new passwords too", () =>
  onPage(async (page) => {
    const person = newPerson();
    await beginSession(page);
    await signUp(page, person);
    const code = await digitsOf(page, person, VERIFY);
    await verify(page, person);
    await open(page, "Change the password");
    await send(page, "password", { password: "wrong-Violet-kettles", new: NEW_PASSWORD });
    await refused(page, "password", "password is wrong");
    const wire = page.locator("#exchanges");
    const hidden = await wire.textContent();
    for (const secret of [code, NEW_PASSWORD, "wrong-Violet"]) assert.ok(!hidden.includes(secret), secret);
    assert.ok(hidden.includes('"invalid_credentials"'), "the code of a problem is no secret");
    await page.locator("#secrets").check();
    const shown = await wire.textContent();
    for (const secret of [code, NEW_PASSWORD, "wrong-Violet"]) assert.ok(shown.includes(secret), secret);
  }));

test("a person resets their password and confirms another address by keyboard alone", () =>
  onPage(async (page) => {
    const [person, { email }] = [newPerson(), newPerson()];
    const { keyboard } = page;
    const type = async (field, text) => {
      await tabTo(page, page.locator(field));
      await keyboard.type(text);
    };
    await beginSession(page);
    await signUp(page, person);
    await press(page, "Log out");
    await type("#login-email", person.email);
    await tabTo(page, page.locator("#forgotten"));
    await keyboard.press("Enter");
    await tabTo(page, page.locator("#forgot [type=submit]"));
    await keyboard.press("Enter");
    await tabTo(page, (await mailTo(page, person, RESET)).locator("a"));
    await keyboard.press("Enter");
    await filledIn(page);
    await keyboard.type(NEW_PASSWORD);
    await keyboard.press("Enter");
    await loggedIn(page, person);
    await tabTo(page, page.locator("summary", { hasText: "Change the email address" }));
    await keyboard.press("Enter");
    await type("#address-email", email);
    await type("#address-password", NEW_PASSWORD);
    await keyboard.press("Enter");
    const code = page.locator("#address-code-code");
    await code.waitFor();
    assert.ok(await code.evaluate(isFocused));
    await keyboard.type(await digitsOf(page, { email }, CHANGE));
    await keyboard.press("Enter");
    await loggedIn(page, { email });
  }));

test("the inbox keeps a mail open that is being read while others come", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    const first = await mailTo(page, person, VERIFY);
    await first.locator("summary").click();
    await first.getByText("Enter this code to confirm that this address is yours").waitFor();
    await press(page, "Send a new mail");
    await page.locator("#mails li").filter({ hasText: `To ${person.email}` }).nth(1).waitFor();
    await page.locator("#inbox-status").filter({ hasText: `A mail has come: ${VERIFY}` }).waitFor({ state: "attached" });
    assert.equal(await page.locator("#mails details[open]").count(), 1);
  }));
