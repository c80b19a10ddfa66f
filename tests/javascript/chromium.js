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

/** Starts Debian's Chromium, with these arguments more. */
export function launchChromium(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    chromiumSandbox: false,
    args: [...ARGUMENTS, ...more],
  });
}
