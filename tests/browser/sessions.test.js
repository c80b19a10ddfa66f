// The sessions of whoever is logged in.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { beginSession, choose, logIn, loggedIn, loggedOut, press, signUp } from "./support/actions.js";
import { inProfile, onPage } from "./support/browser.js";

const PHONE = { userAgent: "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36" };

/** The devices that the page lists once there are so many, the own one marked. */
async function listed(page, count) {
  const items = page.locator("#session-list li");
  await page.waitForFunction((count) => document.querySelectorAll("#session-list li").length === count, count);
  return await items.locator(".device").allInnerTexts();
}

for (const transport of ["Web Storage", "Cookie"]) {
  test(`with ${transport} a person sees their sessions and ends the one of a phone`, () =>
    onPage(async (page) => {
      const person = newPerson();
      await choose(page, transport);
      await beginSession(page);
      await signUp(page, person);
      assert.deepEqual(await listed(page, 1), ["Linux This one"]);
      await inProfile(async ({ open }) => {
        const phone = await open();
        await beginSession(phone);
        await logIn(phone, person);
        assert.deepEqual(await listed(phone, 2), ["Android This one", "Linux"]);
        await press(page, "Who am I?");
        assert.deepEqual(await listed(page, 2), ["Android", "Linux This one"]);
        await page.getByRole("button", { name: /^End the session: Android, began / }).click();
        assert.deepEqual(await listed(page, 1), ["Linux This one"]);
        assert.equal(await page.evaluate(() => document.activeElement.id), "sessions-title");
        await press(phone, "Who am I?");
        await loggedOut(phone);
        assert.equal(await phone.locator("#login [role=alert]").textContent(), "You were logged out. Log in again.");
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
      await press(page, "Log out");
      await loggedOut(page);
      assert.equal(await page.locator("#session-list li").count(), 0);
      await page.reload();
      assert.ok(await page.getByRole("checkbox", { name: "Begin a session" }).isChecked(), "the choice is kept");
      await logIn(page, person);
      assert.deepEqual(await listed(page, 1), ["Linux This one"]);
    }));

  test(`with ${transport} a second tab follows when the first one logs out and in`, () =>
    inProfile(async ({ open }) => {
      const person = newPerson();
      const first = await open();
      await choose(first, transport);
      await beginSession(first);
      await signUp(first, person);
      const second = await open();
      await loggedIn(second, person);
      await press(first, "Log out");
      await second.locator("#signed-out").waitFor();
      await logIn(first, person);
      await second.locator("#signed-in").waitFor();
      await loggedIn(second, person);
    }));
}

test("all others end, those without a session too, and the own one stays", () =>
  onPage(async (page) => {
    const person = newPerson();
    await beginSession(page);
    await signUp(page, person);
    await inProfile(async ({ open }) => {
      const withoutSession = await open();
      await logIn(withoutSession, person);
      await inProfile(async ({ open }) => {
        const phone = await open();
        await beginSession(phone);
        await logIn(phone, person);
        await press(page, "End all others");
        await page.locator("#status").filter({ hasText: "All other sessions have ended." }).waitFor({ state: "attached" });
        for (const other of [withoutSession, phone]) {
          await press(other, "Who am I?");
          await loggedOut(other);
        }
      }, PHONE);
    });
    assert.deepEqual(await listed(page, 1), ["Linux This one"]);
    await press(page, "Who am I?");
    await page.locator("#status").filter({ hasText: `You are ${person.name}.` }).waitFor({ state: "attached" });
  }));

test("without a session there is nothing to renew, and the page says how to begin one", () =>
  onPage(async (page) => {
    await signUp(page, newPerson());
    await page.locator("#sessions-empty").waitFor();
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
    await page.locator("#sessions").getByRole("alert").filter({ hasText: "The service cannot be reached." }).waitFor();
    await context.setOffline(false);
    await press(page, "Renew the token");
    await page.locator("#status").filter({ hasText: "The token was renewed." }).waitFor({ state: "attached" });
    assert.equal(await page.locator("#sessions [role=alert]").textContent(), "");
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
