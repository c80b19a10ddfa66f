// An app in Debian's Chromium, on another origin than the API's, under a policy that lets it load its own scripts and call
// the API, and nothing else.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { launchChromium } from "../../javascript/chromium.js";
import { variable } from "../../javascript/variable.js";
import { baseUrl } from "./client.js";

const POLICY = `default-src 'none'; script-src 'self'; connect-src ${baseUrl}; base-uri 'none'; form-action 'none'`;
const FILES = {
  "/latchkey.js": ["text/javascript", await readFile(variable("LATCHKEY_CLIENT"))],
  "/app.js": [
    "text/javascript",
    'import { Latchkey } from "./latchkey.js"; window.Latchkey = Latchkey; window.latchkey = new Latchkey(window.options);',
  ],
};
const PAGE = ["text/html", '<!doctype html><title>App</title><script type="module" src="/app.js"></script>'];

let server;
let browser;

/** The app's origin. */
export function appUrl() {
  return `http://localhost:${server.address().port}`;
}

export async function startApp() {
  server = createServer(({ url }, answer) => {
    const [type, body] = FILES[new URL(url, baseUrl).pathname] ?? PAGE;
    answer.setHeader("Content-Type", type).setHeader("Content-Security-Policy", POLICY).end(body);
  });
  await once(server.listen(0, "localhost"), "listening");
  browser = await launchChromium();
}

export async function stopApp() {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
}

/** Hands a fresh browser profile to `visit`, whose `open` opens a page of the app with its client as `latchkey`. */
export async function inApp(visit, options = {}) {
  const context = await browser.newContext();
  const complaints = [];
  context.on("console", (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  const posts = [];
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === "POST" && pathname.startsWith("/auth/")) posts.push(pathname);
  });
  await context.addInitScript((given) => (window.options = given), { baseUrl, ...options });
  const open = async (path = "/") => {
    const page = await context.newPage();
    await page.goto(`${appUrl()}${path}`);
    await ready(page);
    return page;
  };
  try {
    await visit({ context, open, takePosts: () => posts.splice(0) });
    if (complaints.length) throw new Error(complaints.join("\n"));
  } finally {
    await context.close();
  }
}

/** Waits until a page of the app has its client. */
export async function ready(page) {
  await page.waitForURL(`${appUrl()}/**`);
  await page.waitForFunction(() => window.latchkey);
}

/** Calls a method of the client in the page. Returns what it gives, or the refusal. */
export function call(page, method, ...args) {
  return page.evaluate(
    ([method, args]) =>
      window.latchkey[method](...args).then(
        (given) => given ?? null,
        ({ name, code, status, message }) => ({ refused: name, code, status, message }),
      ),
    [method, args],
  );
}
