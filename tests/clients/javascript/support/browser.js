// Debian's Chromium on a page of another origin than the API's.

import { after, before } from "node:test";

import { launchChromium } from "../../../javascript/chromium.js";
import { servePages } from "./pages.js";

let pages;
let browser;

before(async () => {
  pages = await servePages();
  browser = await launchChromium();
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
