// A page of an app with <latchkey-sign-in>, on another origin than the API's, under a policy that lets it load its own files and
// call the API, and nothing else: no inline style, no inline script, no markup from strings.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before } from "node:test";

import { launchChromium } from "../../javascript/chromium.js";
import { url as api } from "./browser.js";

const client = (name) => readFile(new URL(`../../../clients/typescript/${name}`, import.meta.url));
const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; padding: 1rem; background: light-dark(#f5f4f0, #14171a); color: light-dark(#1e2321, #e7e9ea); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1rem; text-align: center; }
latchkey-sign-in { margin-inline: auto; }
/* What many pages say of all their fields and buttons must not reach the element's. */
input { border: 4px dotted red; width: 3rem; }
button { background: red; }
label, p { margin: 3rem; }
`;
const FILES = {
  "/latchkey.js": ["text/javascript", await client("latchkey.js")],
  "/latchkey-sign-in.js": ["text/javascript", await client("latchkey-sign-in.js")],
  "/style.css": ["text/css", STYLE],
};

let server;
let browser;
before(async () => {
  server = createServer(({ url }, answer) => {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const [type, body] = FILES[pathname] ?? ["text/html; charset=utf-8", page(searchParams)];
    answer.setHeader("Content-Type", type).setHeader("Content-Security-Policy", policy(searchParams)).end(body);
  });
  await once(server.listen(0, "localhost"), "listening");
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

function policy(query) {
  const at = new URL(query.get("base-url") || api).origin;
  return (
    `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${at}; base-uri 'none'; form-action 'none'; ` +
    "require-trusted-types-for 'script'; trusted-types 'none'"
  );
}

/** The page. Its query has the attributes of the element, and `lang` and `dir` for the whole page. */
function page(query) {
  const { lang = "en", dir = "ltr", ...attributes } = Object.fromEntries(query);
  const escaped = Object.entries({ "base-url": api, ...attributes }).map(([name, value]) => `${name}="${value.replaceAll('"', "&quot;")}"`);
  return `<!doctype html><html lang="${lang}" dir="${dir}"><head><meta name="viewport" content="width=device-width, initial-scale=1">
<title>App</title><link rel="stylesheet" href="/style.css"></head><body><main><h1>Example app</h1>
<latchkey-sign-in ${escaped.join(" ")}></latchkey-sign-in></main>
<script type="module" src="/latchkey-sign-in.js"></script></body></html>`;
}

/** The address of a page whose element has these attributes. */
export function appUrl(attributes = {}) {
  return `http://localhost:${server.address().port}/?${new URLSearchParams(attributes)}`;
}

/**
 * Hands a fresh browser profile to `visit`, whose `open` opens a page with these attributes of the element in a new tab. No page may
 * break its policy or end in an error of its own, but for `faults`.
 */
export async function inApp(visit, { faults = [], ...options } = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const complaints = [];
  context.on("console", (message) => {
    if (/content security policy|trusted/i.test(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (webError) => complaints.push(String(webError.error())));
  const open = async (attributes = {}, prepare = async () => {}) => {
    const page = await context.newPage();
    await prepare(page);
    await page.addInitScript(() => {
      window.events = [];
      for (const name of ["signed-in", "signed-out", "user-changed", "view-changed", "error"]) {
        addEventListener(`latchkey-${name}`, ({ detail }) => window.events.push([name, detail]));
      }
    });
    await page.goto(appUrl(attributes));
    return page;
  };
  try {
    await visit({ open, context });
    assert.deepEqual(complaints, faults);
  } finally {
    await context.close();
  }
}

/** Waits until the element shows this. */
export async function shown(page, view) {
  await page.waitForFunction((view) => document.querySelector("latchkey-sign-in")?.view === view, view);
}

/** Fills in the fields with these labels, and presses the button. */
export async function send(page, fields, button) {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).filter({ visible: true }).fill(value);
  await page.getByRole("button", { name: button, exact: true }).filter({ visible: true }).click();
}

/** Signs up, and waits for the account. */
export async function signUp(page, { name, email, password }) {
  await shown(page, "sign-up");
  await send(page, { "Email address": email, Name: name, Password: password }, "Sign up");
  await shown(page, "account");
}

/** Opens a part of the account. */
export async function openRow(page, row) {
  await page.locator("latchkey-sign-in summary").filter({ hasText: row }).click();
}

/** Responds to a request of a page on another origin. */
const fulfil = (route, { status = 200, headers = {}, ...response }) => {
  const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*" };
  return route.request().method() === "OPTIONS" ? route.continue() : route.fulfill({ status, headers: { ...cors, ...headers }, ...response });
};

/** Has the API respond to requests of this path like this. */
export function responding(page, path, response) {
  return page.route(`**${path}`, (route) => fulfil(route, response));
}

/**
 * Holds back what the API responds to requests of this path, or this response, until the test releases it. `arrived` says that a
 * request is on its way.
 */
export async function holding(page, path, response) {
  let arrive, release;
  const [arrived, held] = [new Promise((go) => (arrive = go)), new Promise((go) => (release = go))];
  await page.route(`**${path}`, async (route) => {
    arrive();
    const given = response ? null : await route.fetch();
    await held;
    await (given ? route.fulfill({ response: given }) : fulfil(route, response));
  });
  return { arrived, release };
}
