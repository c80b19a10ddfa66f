// What Lighthouse says of the page, as a visitor finds it: in accessibility and best practices, on a desk and on a phone.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import test from "node:test";

import lighthouse, { desktopConfig } from "lighthouse";

import { launchChromium } from "../javascript/chromium.js";
import { url } from "./support/browser.js";

const LEAST = 95;
const CATEGORIES = ["accessibility", "best-practices"];

/** Starts Chromium with a port for Lighthouse, and returns it with the port. */
async function withPort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await once(probe.close(), "close");
  return { port, browser: await launchChromium([`--remote-debugging-port=${port}`]) };
}

for (const [name, config] of [["a desk", desktopConfig], ["a phone", undefined]]) {
  test(`Lighthouse gives the page at least ${LEAST} on ${name}`, async () => {
    const { port, browser } = await withPort();
    try {
      const { lhr } = await lighthouse(`${url}/`, { port, logLevel: "error", onlyCategories: CATEGORIES }, config);
      const scores = Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]);
      assert.deepEqual(scores.map(([id]) => id), CATEGORIES);
      const wrong = Object.values(lhr.audits).filter(({ score }) => score !== null && score < 1).map(({ id, title }) => `${id}: ${title}`);
      for (const [id, score] of scores) assert.ok(score >= LEAST, `${id} has ${score}: ${wrong.join("; ")}`);
    } finally {
      await browser.close();
    }
  });
}
