// Latchkey's page in Debian's Chromium.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { launchChromium, withThirdPartyCookies } from "../../javascript/chromium.js";
import { variable } from "../../javascript/variable.js";
import { settled } from "./actions.js";

export const url = variable("LATCHKEY_URL");
/** A stack that allows two log-ins of one account from one address in 15 minutes. */
export const limitedUrl = variable("LATCHKEY_LIMITED_URL");
/** A stack that sends sign-ins back to one page alone, and that page. */
export const listedUrl = variable("LATCHKEY_LISTED_URL");
export const listedPage = variable("LATCHKEY_LISTED_PAGE");
/** A stack that makes accounts for confirmed addresses alone. */
export const requiredUrl = variable("LATCHKEY_REQUIRED_URL");

let browser;
before(async () => (browser = await launchChromium()));
after(() => browser?.close());

/**
 * Hands a fresh browser profile to `visit`: its `open` opens the page in a new tab. No tab may break the page's policy
 * or end in an error of its own, unless the visit is about what `breaksPolicies`.
 */
export async function inProfile(visit, { at = url, breaksPolicies = false, ...options } = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const complaints = [];
  context.on("console", (message) => {
    if (!breaksPolicies && /content security policy/i.test(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (webError) => complaints.push(String(webError.error())));
  try {
    await visit({ open: () => openPage(context, at), context });
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/** The same in a profile that sends cookies to other sites too, whose pages may do what they should not. */
export function amongOtherSites(visit) {
  return withThirdPartyCookies((context) => visit({ open: () => openPage(context, url), context }));
}

async function openPage(context, at) {
  const page = await context.newPage();
  await page.goto(`${at}/`);
  await settled(page);
  return page;
}

/** Hands the page in a fresh profile to `visit`. */
export function onPage(visit, options) {
  return inProfile(async ({ open, context }) => visit(await open(), context), options);
}
