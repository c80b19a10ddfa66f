// The React example in Debian's Chromium, on another origin than the API's.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { asked, cancel, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { serving } from "./support/example.js";

const open = serving({
  "/react.js": ["text/javascript", await readFile(`${variable("LATCHKEY_EXAMPLES")}/react.js`)],
  "/": ["text/html", `<!doctype html><title>React</title><div id="root" data-api="${variable("LATCHKEY_URL")}"></div><script src="/react.js"></script>`],
});

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** Fills in the form for a sign-up, and presses Enter in its last field. */
async function signUp(page, { name, email, password }) {
  for (const [label, value] of [["Email", email], ["Name", name], ["Password", password]]) await page.getByLabel(label).fill(value);
  await page.keyboard.press("Enter");
}

async function logIn(page, { email, password }) {
  for (const [label, value] of [["Email", email], ["Password", password]]) await page.getByLabel(label).fill(value);
  await page.keyboard.press("Enter");
}

test("the React example signs up, knows its user after a reload, logs out and logs in, each by Enter in its own form", async () => {
  const person = newPerson();
  const page = await open();
  const greeting = page.getByText(`Hello, ${person.name}.`);
  await press(page, "I have no account");
  await signUp(page, { ...person, password: "password" });
  await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  await signUp(page, person);
  await greeting.waitFor();
  await page.reload();
  await greeting.waitFor();
  await press(page, "Log out");
  const sent = page.waitForRequest((request) => request.method() === "POST" && /\/auth\/(login|signup)$/.test(request.url()));
  await logIn(page, person);
  assert.match((await sent).url(), /login$/);
  await greeting.waitFor();
  assert.ok(await page.evaluate(() => localStorage.getItem("authToken")));
  assert.deepEqual(page.faults, []);
});

test("the React example logs out while offline, and leaves nothing unhandled", async () => {
  const person = newPerson();
  const page = await open();
  await press(page, "I have no account");
  await signUp(page, person);
  await page.getByText(`Hello, ${person.name}.`).waitFor();
  await page.context().setOffline(true);
  await press(page, "Log out");
  await page.getByLabel("Email").waitFor();
  assert.deepEqual(page.faults, []);
});

test("the React example takes a 503 for an outage, and not for a log-out", async () => {
  const person = newPerson();
  const page = await open();
  await press(page, "I have no account");
  await signUp(page, person);
  await page.getByText(`Hello, ${person.name}.`).waitFor();
  await page.route("**/auth/me", (route) => route.fulfill({ status: 503, headers: { "Access-Control-Allow-Origin": "*" }, body: "{}" }));
  await page.reload();
  await page.getByRole("alert").filter({ hasText: "The service has trouble at the moment." }).waitFor();
  assert.equal(await page.getByLabel("Password").count(), 0);
  await page.unroute("**/auth/me");
  await press(page, "Try again");
  await page.getByText(`Hello, ${person.name}.`).waitFor();
  assert.deepEqual(page.faults, []);
});

test("the React example signs in with a provider, and links one to an account only after it has asked", async () => {
  const [person, other] = [newPerson(), newPerson()];
  const page = await open();
  const leaveFor = async (provider) => {
    await page.getByRole("button", { name: `Continue with ${provider}` }).click();
    await asked(page, provider);
  };
  await leaveFor("X");
  await cancel(page);
  await page.getByRole("alert").filter({ hasText: "You cancelled signing in with X." }).waitFor();
  await leaveFor("Google");
  await consent(page, person);
  await page.getByText(`Hello, ${person.name}.`).waitFor();
  await press(page, "Log out");

  await leaveFor("GitHub");
  await consent(page, person);
  await page.getByRole("alert").filter({ hasText: "An account with this email address exists." }).waitFor();
  await press(page, "I have no account");
  await signUp(page, other);
  await page.getByText(`Link GitHub to ${other.email}?`).waitFor();
  await press(page, "Do not link it");
  await page.getByText("Link GitHub").waitFor({ state: "hidden" });
  await press(page, "Log out");

  await leaveFor("GitHub");
  await consent(page, person);
  await leaveFor("Google");
  await consent(page, person);
  await page.getByText(`Link GitHub to ${person.email}?`).waitFor();
  await press(page, "Link it");
  await page.getByText("Link GitHub").waitFor({ state: "hidden" });
  await press(page, "Log out");
  await leaveFor("GitHub");
  await consent(page, person);
  await page.getByText(`Hello, ${person.name}.`).waitFor();
  assert.deepEqual(page.faults, []);
});
