// The sessions of whoever is logged in.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { beginSession, choose, logIn, loggedIn, loggedOut, noticed, open, press, signUp, told } from "./support/actions.js";
import { inProfile, onPage } from "./support/browser.js";

const PHONE = { userAgent: "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36" };

/** The devices that the page lists once there are so many, the own one marked. */
async function listed(page, count) {
  const items = page.locator("#session-list li");
  await page.waitForFunction((count) => document.querySelectorAll("#session-list li").length === count, count);
  return await items.locator(".device").allInnerTexts();
}

/** The same, asked for anew. */
async function listedAgain(page, count) {
  await press(page, "List them again");
  await told(page, "The sessions were listed again.");
  return await listed(page, count);
}

for (const transport of ["Web Storage", "Cookie"]) {
  test(`with ${transport} a person sees their sessions and ends the one of a phone`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await beginSession(page);
      await signUp(page, person);
      assert.deepEqual(await listed(page, 1), ["Linux This one"]);
      await inProfile(async (profile) => {
        const phone = await profile.open();
        await beginSession(phone);
        await logIn(phone, person);
        assert.deepEqual(await listed(phone, 2), ["Android This one", "Linux"]);
        assert.deepEqual(await listedAgain(page, 2), ["Android", "Linux This one"]);
        await page.reload();
        await loggedIn(page, person);
        await open(page, "Devices");
        await page.locator("latchkey-sign-in .sessions .item").filter({ hasNotText: "This device" }).getByRole("button").click();
        await noticed(page, "That device is logged out.");
        assert.deepEqual(await listed(page, 1), ["Linux This one"]);
        await press(phone, "Who am I?");
        await loggedOut(phone);
        await noticed(phone, "You are logged out.");
      }, PHONE);
      await page.reload();
      await loggedIn(page, person);
      assert.deepEqual(await listed(page, 1), ["Linux This one"]);
    }));

  test(`with ${transport} a log-out ends the session, and the next log-in begins another`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await beginSession(page);
      await signUp(page, person);
      assert.deepEqual(await listed(page, 1), ["Linux This one"]);
      await press(page, "Log out");
      await loggedOut(page);
      assert.equal(await page.locator("#session-list li").count(), 0);
      await page.reload();
      assert.ok(await page.getByRole("checkbox", { name: "Begin a session" }).isChecked(), "the choice is kept");
      await logIn(page, person);
      assert.deepEqual(await listed(page, 1), ["Linux This one"]);
    }));

  test(`with ${transport} a second tab follows when the first one logs out and in`, () =>
    inProfile(async (profile) => {
      const person = newPerson();
      const first = await profile.open();
      await choose(first, transport);
      await beginSession(first);
      await signUp(first, person);
      const second = await profile.open();
      await loggedIn(second, person);
      await press(first, "Log out");
      await loggedOut(second);
      await logIn(first, person);
      await loggedIn(second, person);
    }));
}

test("all others end, those without a session too, and the own one stays", () =>
  onPage(async (page) => {
    const person = newPerson();
    await beginSession(page);
    await signUp(page, person);
    await inProfile(async (profile) => {
      const withoutSession = await profile.open();
      await logIn(withoutSession, person);
      await inProfile(async (profile) => {
        const phone = await profile.open();
        await beginSession(phone);
        await logIn(phone, person);
        await page.reload();
        await loggedIn(page, person);
        await open(page, "Devices");
        await press(page, "Log out all other devices");
        await noticed(page, "All other devices are logged out.");
        for (const other of [withoutSession, phone]) {
          await press(other, "Who am I?");
          await loggedOut(other);
        }
      }, PHONE);
    });
    assert.deepEqual(await listed(page, 1), ["Linux This one"]);
    await press(page, "Who am I?");
    await told(page, `You are ${person.name}.`);
  }));

test("without a session there is nothing to renew, and the page says how to begin one", () =>
  onPage(async (page) => {
    await signUp(page, newPerson());
    await page.locator("#sessions-empty").filter({ hasText: "Choose “Begin a session”" }).waitFor();
    assert.ok(!(await page.locator("#renew").isVisible()));
    assert.equal(await page.evaluate(() => localStorage.getItem("latchkeySession")), null);
  }));

test("if a session cannot be renewed the page says so at its place, and nobody is logged out", () =>
  onPage(async (page, context) => {
    const person = newPerson();
    await beginSession(page);
    await signUp(page, person);
    await context.setOffline(true);
    await press(page, "Renew the token");
    const alert = page.locator("#token-alert");
    await alert.filter({ hasText: "The service cannot be reached." }).waitFor();
    await context.setOffline(false);
    await press(page, "Renew the token");
    await told(page, "The token was renewed.");
    assert.equal(await alert.textContent(), "");
    await loggedIn(page, person);
  }));

test("a page whose short cookie has expired is still logged in after a reload", () =>
  onPage(async (page, context) => {
    const person = newPerson();
    await choose(page, "Cookie");
    await beginSession(page);
    await signUp(page, person);
    await context.clearCookies({ name: "__Host-authToken" });
    await page.reload();
    await loggedIn(page, person);
    assert.deepEqual(await listed(page, 1), ["Linux This one"]);
  }));
