// An example in Debian's Chromium, on another origin than the API's.

import { createServer } from "node:http";
import { after, before } from "node:test";

import { launchChromium } from "../../javascript/chromium.js";

/**
 * Serves these files, each a type and a body by its path, with the one of "/" for every other path. Returns what opens the page in a
 * fresh browser profile with these options.
 */
export function serving(files) {
  let server, browser;
  before(async () => {
    server = createServer(({ url }, answer) => {
      const [type, body] = files[new URL(url, "http://localhost").pathname] ?? files["/"];
      answer.setHeader("Content-Type", type).end(body);
    });
    await new Promise((listening) => server.listen(0, "localhost", listening));
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
  });
  return async (options) => {
    const page = await (await browser.newContext(options)).newPage();
    // What nobody has caught is a fault of the example.
    page.faults = [];
    page.on("pageerror", (error) => page.faults.push(String(error)));
    await page.goto(`http://localhost:${server.address().port}/`);
    return page;
  };
}
