// The examples with <latchkey-sign-in> in Debian's Chromium: in plain HTML, without a build step, and in React.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";

import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { serving } from "./support/example.js";

const api = variable("LATCHKEY_URL");
const client = (name) => readFile(new URL(name, `file://${variable("LATCHKEY_CLIENT")}`), "utf8");
const example = (name) => readFile(new URL(`../../clients/typescript/examples/sign-in-html/${name}`, import.meta.url), "utf8");
const script = "text/javascript";

/** Signs up in the element, and waits until the page around it greets. */
async function signUp(page, { name, email, password }) {
  await page.getByRole("button", { name: "Sign up" }).click();
  for (const [label, value] of [["Email address", email], ["Name", name], ["Password", password]]) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  await page.keyboard.press("Enter");
  await page.getByText(`Hello, ${name}.`).waitFor();
}

for (const file of ["latchkey-sign-in.js", "latchkey.min.js"]) {
  describe(`with ${file}`, async () => {
    const open = serving({
      "/": ["text/html", (await example("index.html")).replace("http://localhost:3000", api)],
      "/style.css": ["text/css", await example("style.css")],
      "/app.js": [script, await example("app.js")],
      "/latchkey-sign-in.js": [script, await client(file)],
      "/latchkey.js": [script, await client("latchkey.js")],
    });

    test(`the HTML example greets whoever signs up, with ${file}`, async () => {
      const page = await open();
      await signUp(page, newPerson());
      await page.reload();
      await page.getByText("Hello, Grace Hopper.").waitFor();
      await page.getByRole("button", { name: "Log out", exact: true }).click();
      await page.getByText("Hello").waitFor({ state: "hidden" });
      assert.deepEqual(page.faults, []);
    });
  });
}

describe("in React", async () => {
  const open = serving({
    "/": ["text/html", `<!doctype html><title>React</title><div id="root" data-api="${api}"></div><script src="/app.js"></script>`],
    "/app.js": [script, await readFile(`${variable("LATCHKEY_EXAMPLES")}/sign-in-react.js`)],
  });

  test("the React example with the element shares its client, and greets whoever signs up", async () => {
    const page = await open();
    await signUp(page, newPerson());
    await page.getByRole("button", { name: "Hide my account" }).click();
    await page.getByRole("button", { name: "Show my account" }).click();
    await page.getByRole("heading", { name: "Grace Hopper" }).waitFor();
    // The app's client begins sessions, and so does the element.
    assert.ok(await page.evaluate(() => localStorage.getItem("latchkeySession")));
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await page.getByText("Hello").waitFor({ state: "hidden" });
    assert.deepEqual(page.faults, []);
  });
});
