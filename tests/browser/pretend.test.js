// The page on which the pretend providers of `cargo dev` ask who somebody wants to be.

import assert from "node:assert/strict";
import test from "node:test";

import { asked } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { loggedIn, press } from "./support/actions.js";
import { onPage } from "./support/browser.js";

async function leaveFor(page, provider) {
  await press(page, `Continue with ${provider}`);
  await asked(page, provider);
}

const focused = (page) => page.evaluate(() => document.activeElement.name || document.activeElement.textContent);

test("somebody makes a person up and consents by keyboard alone", () =>
  onPage(async (page) => {
    const { name, email } = newPerson();
    await leaveFor(page, "Google");
    await page.keyboard.press("Tab");
    for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowDown");
    const stops = [];
    for (const text of [name, email, "", "", "", ""]) {
      await page.keyboard.press("Tab");
      stops.push(await focused(page));
      await page.keyboard.type(text);
    }
    assert.deepEqual(stops, ["name", "email", "verified", "id", "Have it go wrong", "answer"]);
    await page.keyboard.press("Enter");
    await loggedIn(page, { email });
  }));

test("what a person is made of is asked for only if one is made up", () =>
  onPage(async (page) => {
    await leaveFor(page, "X");
    const field = page.getByLabel("Email address");
    assert.equal(await field.isVisible(), false);
    await page.getByRole("radio", { name: "Somebody else" }).check();
    await field.fill("nobody");
    await page.getByLabel("Id at X").fill("no id");
    await press(page, "Continue");
    await page.getByRole("alert").waitFor();
    assert.equal(await field.inputValue(), "nobody");
    // A wrong value that is out of sight keeps nobody from being somebody else.
    await page.getByRole("radio", { name: "Katherine Johnson" }).check();
    await press(page, "Continue");
    await page.getByRole("heading", { name: "Katherine Johnson" }).waitFor();
  }));

test("a page of the pretend providers runs no script, and nobody frames it", () =>
  onPage(async (page) => {
    await leaveFor(page, "Facebook");
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'ran'";
      document.head.append(script);
      return document.title;
    });
    assert.equal(ran, "Pretend Facebook");
    const response = await page.reload();
    assert.match(response.headers()["content-security-policy"], /frame-ancestors 'none'/);
  }, { breaksPolicies: true }));
