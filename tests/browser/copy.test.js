// The buttons that copy.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { press, signUp } from "./support/actions.js";
import { inProfile, onPage, url } from "./support/browser.js";
import { digitsOf, VERIFY } from "./support/mail.js";

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const ALLOWED = { permissions: ["clipboard-read", "clipboard-write"] };

test("what is to paste names this API, and is copied whole", () =>
  onPage(async (page) => {
    await page.getByRole("button", { name: "Copy the commands" }).first().click();
    await page.getByText("Copied", { exact: true }).first().waitFor();
    assert.equal(await clipboard(page), `curl -O ${url}/page/latchkey.js -O ${url}/page/latchkey-sign-in.js`);
    await press(page, "Copy element.html");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("<!doctype html>"));
    assert.ok((await clipboard(page)).includes(`<latchkey-sign-in base-url="${url}"`));
  }, ALLOWED));

test("a code is copied, and a request without its secrets", () =>
  onPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    const code = await digitsOf(page, person, VERIFY);
    await page.locator("#mails li").filter({ hasText: `To ${person.email}` }).getByRole("button", { name: "Copy the code" }).click();
    await page.waitForFunction(async (code) => (await navigator.clipboard.readText()) === code, code);
    await press(page, "Copy the request");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("POST /auth/signup"));
    const copied = await clipboard(page);
    assert.ok(copied.includes(person.email) && !copied.includes(person.password), copied);
  }, ALLOWED));

test("a browser that does not let the page copy says so", () =>
  inProfile(async ({ open }) => {
    const page = await open();
    await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new DOMException("", "NotAllowedError"))));
    await page.getByRole("button", { name: "Copy the commands" }).first().click();
    await page.getByText("Not allowed", { exact: true }).first().waitFor();
  }));
