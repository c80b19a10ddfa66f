// The React example in Debian's Chromium, on another origin than the API's.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import test, { after, before } from "node:test";

import { launchChromium } from "../javascript/chromium.js";
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
