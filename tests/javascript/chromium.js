import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

// What a browser does beside what the tests ask of it is switched off.
const ARGUMENTS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function options(more) {
  return { executablePath: process.env.CHROMIUM, headless: true, chromiumSandbox: false, args: [...ARGUMENTS, ...more] };
}

/** Starts Debian's Chromium, with these arguments more. */
export function launchChromium(more = []) {
  return chromium.launch(options(more));
}

/**
 * Hands a profile of Debian's Chromium to `visit` that sends cookies to other sites if they allow it. Debian's default keeps
 * them back, and with that what other browsers would do.
 */
export async function withThirdPartyCookies(visit) {
  const folder = await mkdtemp(join(tmpdir(), "chromium-"));
  try {
    await mkdir(join(folder, "Default"));
    const profile = { block_third_party_cookies: false, cookie_controls_mode: 0 };
    await writeFile(join(folder, "Default", "Preferences"), JSON.stringify({ profile }));
    const context = await chromium.launchPersistentContext(folder, options([]));
    try {
      await visit(context);
    } finally {
      await context.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
