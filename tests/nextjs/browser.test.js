// The Next.js example in Debian's Chromium.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";

import { launchChromium } from "../javascript/chromium.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { appUrl, newAddress } from "./support/app.js";

let browser;
before(async () => (browser = await launchChromium()));
after(() => browser?.close());

/** Hands a page of the app in a fresh profile, at a new address, to `visit`. */
async function inProfile(visit, path = "/") {
  const context = await browser.newContext({ extraHTTPHeaders: { "x-forwarded-for": newAddress() } });
  const faults = [];
  context.on("weberror", (webError) => faults.push(String(webError.error())));
  try {
    const page = await context.newPage();
    await page.goto(appUrl + path);
    await visit(page, context);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

async function fillIn(page, fields) {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value);
  await page.keyboard.press("Enter");
}

async function signUp(page, { name, email, password }) {
  await press(page, "I have no account");
  await fillIn(page, { Name: name, Email: email, Password: password });
}

const greeting = (page, { name }) => page.getByRole("heading", { name: `Hello, ${name}.` });

test("Next.js: signs up, shows pages for users, logs out, sends away whoever is not logged in, and logs in", async () => {
  const person = newPerson();
  await inProfile(async (page) => {
    await signUp(page, { ...person, password: "password" });
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
    await page.getByLabel("Password").fill(person.password);
    await page.keyboard.press("Enter");
    await greeting(page, person).waitFor();
    await page.reload();
    await greeting(page, person).waitFor();
    assert.equal(await page.evaluate(() => document.cookie), "");
    await page.getByRole("link", { name: "Notes" }).click();
    await page.getByText("Water the violets.").waitFor();

    await press(page, "Log out");
    await page.getByLabel("Email").waitFor();
    for (const path of ["/notes", "/account"]) {
      await page.goto(appUrl + path);
      await page.getByLabel("Email").waitFor();
      assert.equal(new URL(page.url()).pathname, "/");
    }
    await fillIn(page, { Email: person.email, Password: "nine-Yellow-kettles" });
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
    await fillIn(page, { Password: person.password });
    await greeting(page, person).waitFor();
  });
});

test("Next.js: whoever has a session and an expired token is back at the page they wanted, with a new token", async () => {
  const person = newPerson();
  await inProfile(async (page, context) => {
    await signUp(page, person);
    await greeting(page, person).waitFor();
    await context.clearCookies({ name: "__Host-authToken" });
    await page.goto(`${appUrl}/notes`);
    await page.getByText("Water the violets.").waitFor();
    assert.equal(page.url(), `${appUrl}/notes`);
  });
});

test("Next.js: a link from elsewhere leads to no other site after the log-in", async () => {
  const person = newPerson();
  await inProfile(async (page) => {
    await signUp(page, person);
    await greeting(page, person).waitFor();
    assert.equal(page.url(), `${appUrl}/account`);
  }, "/?to=https://evil.example");
});

test("an app with a wrong issuer sends nobody round in circles", () =>
  inProfile(async (page) => {
    let loads = 0;
    page.on("framenavigated", () => loads++);
    await page.goto(`${variable("NEXTJS_WITH_WRONG_ISSUER_URL")}/?to=/notes`);
    await signUp(page, newPerson());
    await page.getByRole("alert").filter({ hasText: "not accepted here" }).waitFor();
    assert.ok(loads < 8, String(loads));
  }));

test("without scripts, no password gets into the address", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(appUrl);
  await fillIn(page, { Email: "grace@example.com", Password: "nine-Violet-kettles" });
  await page.waitForLoadState();
  assert.ok(!page.url().includes("Violet"), page.url());
  await context.close();
});
