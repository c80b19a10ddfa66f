// The React example in Debian's Chromium, on another origin than the API's.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import test, { after, before } from "node:test";

import { launchChromium } from "../javascript/chromium.js";
import { asked, cancel, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";

const script = await readFile(variable("LATCHKEY_REACT_EXAMPLE"));
const html = `<!doctype html><title>React</title><div id="root" data-api="${variable("LATCHKEY_URL")}"></div><script src="/react.js"></script>`;

const server = createServer(({ url }, answer) => {
  const isScript = url === "/react.js";
  answer.setHeader("Content-Type", isScript ? "text/javascript" : "text/html").end(isScript ? script : html);
});
let browser;
before(async () => {
  await new Promise((listening) => server.listen(0, "localhost", listening));
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  server.close();
});

test("the React example signs up, knows its user after a reload, logs out and logs in", async () => {
  const person = newPerson();
  const page = await browser.newPage();
  const fillIn = async (password) => {
    for (const [label, value] of [["Name", person.name], ["Email", person.email], ["Password", password]]) {
      await page.getByLabel(label).fill(value);
    }
  };
  const greeting = page.getByText(`Hello, ${person.name}.`);
  await page.goto(`http://localhost:${server.address().port}/`);
  await fillIn("password");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  await fillIn(person.password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await greeting.waitFor();
  await page.reload();
  await greeting.waitFor();
  await page.getByRole("button", { name: "Log out" }).click();
  await fillIn(person.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await greeting.waitFor();
  assert.ok(await page.evaluate(() => localStorage.getItem("authToken")));
});

test("the React example signs in with a provider, and links one to an account only after it has asked", async () => {
  const [person, other] = [newPerson(), newPerson()];
  const page = await (await browser.newContext()).newPage();
  const leaveFor = async (provider) => {
    await page.getByRole("button", { name: `Continue with ${provider}` }).click();
    await asked(page, provider);
  };
  await page.goto(`http://localhost:${server.address().port}/`);
  await leaveFor("X");
  await cancel(page);
  await page.getByRole("alert").filter({ hasText: "You cancelled signing in with X." }).waitFor();
  await leaveFor("Google");
  await consent(page, person);
  await page.getByText(`Hello, ${person.name}.`).waitFor();
  await page.getByRole("button", { name: "Log out" }).click();

  await leaveFor("GitHub");
  await consent(page, person);
  await page.getByRole("alert").filter({ hasText: "An account with this email address exists." }).waitFor();
  for (const [label, value] of [["Name", other.name], ["Email", other.email], ["Password", other.password]]) {
    await page.getByLabel(label).fill(value);
  }
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText(`Link GitHub to ${other.email}?`).waitFor();
  await page.getByRole("button", { name: "Do not link it" }).click();
  await page.getByText("Link GitHub").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Log out" }).click();

  await leaveFor("GitHub");
  await consent(page, person);
  await leaveFor("Google");
  await consent(page, person);
  await page.getByText(`Link GitHub to ${person.email}?`).waitFor();
  await page.getByRole("button", { name: "Link it", exact: true }).click();
  await page.getByText("Link GitHub").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Log out" }).click();
  await leaveFor("GitHub");
  await consent(page, person);
  await page.getByText(`Hello, ${person.name}.`).waitFor();
});
