// Debian's Chromium on a page of another origin than the API's.

import { after, before } from "node:test";

import { chromium } from "playwright-core";

import { servePages } from "./pages.js";

// What a browser does beside what the tests ask of it is switched off.
const ARGUMENTS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let pages;
let browser;

before(async () => {
  pages = await servePages();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    chromiumSandbox: false,
    args: ARGUMENTS,
  });
});

after(async () => {
  await browser?.close();
  await pages?.stop();
});

/** Hands a fresh page, with its own cookies, to `visit`. */
export async function onPage(visit) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(pages.url);
    await visit(page, context);
  } finally {
    await context.close();
  }
}
