// What the page of `cargo dev` and the README give to paste: served beside the client's files on another origin
// than the API's, in Debian's Chromium. The ones for React are bundled by the run.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";

import { asked, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { serving } from "./support/example.js";

const api = variable("LATCHKEY_URL");
const root = new URL("../../", import.meta.url);
const here = (text) => text.replaceAll("http://localhost:3000", api);
const read = async (path) => here(await readFile(new URL(path, root), "utf8"));
const script = "text/javascript";
const files = {
  "/latchkey.js": [script, await read("clients/typescript/latchkey.js")],
  "/latchkey-sign-in.js": [script, await read("clients/typescript/latchkey-sign-in.js")],
};

const greeted = (page, name) => page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
const greetsNobody = (page) => page.getByRole("heading", { name: "My app" }).waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true });

async function signInWithGoogle(page) {
  const person = newPerson();
  await button(page, "Log out").click();
  await greetsNobody(page);
  await button(page, "Continue with Google").click();
  await asked(page, "Google");
  await consent(page, person);
  await greeted(page, person.name);
}

async function fill(form, { name, email, password }) {
  for (const [label, value] of [["Email address", email], ["Name", name], ["Password", password]]) {
    if (value) await form.getByLabel(label, { exact: true }).fill(value);
  }
}

/** The page of a snippet with the element: sign up, reload, log out, and sign in with a provider. */
function withElement(kind, index) {
  describe(kind, () => {
    const open = serving({ ...files, ...index });

    test(`${kind}, pasted, signs people up and in, with a password and with Google`, async () => {
      const [page, person] = [await open(), newPerson()];
      await greetsNobody(page);
      await button(page, "Sign up").click();
      await fill(page, person);
      await button(page, "Sign up").click();
      await greeted(page, person.name);
      await page.reload();
      await greeted(page, person.name);
      await signInWithGoogle(page);
      assert.deepEqual(page.faults, []);
    });
  });
}

/** The page of a snippet with forms of its own. */
function withForms(kind, index, { hasProviders }) {
  describe(kind, () => {
    const open = serving({ ...files, ...index });

    test(`${kind}, pasted, signs people up and in${hasProviders ? ", with a password and with Google" : ""}`, async () => {
      const [page, person] = [await open(), newPerson()];
      const [signUp, logIn] = ["Sign up", "Log in"].map((name) => page.locator("form", { has: button(page, name) }));
      await greetsNobody(page);
      await fill(signUp, { ...person, password: "password" });
      await button(page, "Sign up").click();
      await page.getByRole("alert").filter({ hasText: /password/ }).waitFor();
      await fill(signUp, person);
      await button(page, "Sign up").click();
      await greeted(page, person.name);
      await page.reload();
      await greeted(page, person.name);
      await button(page, "Log out").click();
      await greetsNobody(page);
      await fill(logIn, { email: person.email, password: "wrong-Violet-kettles" });
      await button(page, "Log in").click();
      await page.getByRole("alert").filter({ hasText: "is wrong" }).waitFor();
      await fill(logIn, { ...person, name: undefined });
      await button(page, "Log in").click();
      await greeted(page, person.name);
      if (hasProviders) await signInWithGoogle(page);
      assert.deepEqual(page.faults, []);
    });
  });
}

/** The page of a snippet with forms of its own, where sign-ups wait for a code, and in a browser without scripts. */
function withoutSurprises(kind, page) {
  describe(`${kind} elsewhere`, () => {
    const index = { "/": ["text/html", page.replaceAll(api, variable("LATCHKEY_REQUIRED_URL"))] };
    const open = serving({ ...files, ...index });

    test(`${kind}, pasted, says that a sign-up waits for its code`, async () => {
      const page = await open();
      await fill(page.locator("form", { has: button(page, "Sign up") }), newPerson());
      await button(page, "Sign up").click();
      await page.getByRole("alert").filter({ hasText: "code" }).waitFor();
      assert.equal(await page.evaluate(() => localStorage.getItem("authToken")), null);
      assert.deepEqual(page.faults, []);
    });

    test(`${kind}, pasted, puts no password into the address if its scripts do not run`, async () => {
      const page = await open({ javaScriptEnabled: false });
      await fill(page.locator("form", { has: button(page, "Log in") }), { ...newPerson(), name: undefined });
      const sent = page.waitForRequest((request) => request.isNavigationRequest());
      await button(page, "Log in").click();
      assert.equal((await sent).method(), "POST");
      assert.ok(!(await sent).url().includes("Violet"), (await sent).url());
    });
  });
}

const html = async (name) => ({ "/": ["text/html", await read(`local/page/snippets/${name}`)] });
const bundle = async (name) => ({
  "/": ["text/html", '<!doctype html><title>My app</title><div id="root"></div><script src="/app.js"></script>'],
  "/app.js": [script, here(await readFile(`${variable("LATCHKEY_EXAMPLES")}/snippets/${name}`, "utf8"))],
});

withElement("element.html", await html("element.html"));
withForms("client.html", await html("client.html"), { hasProviders: true });
withForms("fetch.html", await html("fetch.html"), { hasProviders: false });
for (const name of ["client.html", "fetch.html"]) withoutSurprises(name, await read(`local/page/snippets/${name}`));
withElement("react.jsx", await bundle("react.js"));
withElement("next.jsx", await bundle("next.js"));

test("the README gives the same page to paste", async () => {
  const [, page] = /```html\n([^]*?)```/.exec(await read("README.md"));
  assert.equal(page, await read("local/page/snippets/element.html"));
});

test("next.jsx is rendered by a server", async () => {
  const { page } = await import(`file://${variable("LATCHKEY_EXAMPLES")}/snippets/server.mjs`);
  assert.match(page, /<h1>My app<\/h1><latchkey-sign-in>/);
});
