// axe-core in the states of the page and of the pretend providers' pages, in both themes and at the widths of a desk and of a phone.
// Each state leaves a picture. states.test.js has those of the sign-in alone.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import test from "node:test";

import axe from "axe-core";

import { asked } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { beginSession, choose, logIn, press, signUp } from "./support/actions.js";
import { inProfile, onPage } from "./support/browser.js";
import { openLink, VERIFY } from "./support/mail.js";

const pictures = variable("LATCHKEY_PICTURES");

/** Each state, and how it is reached. */
const STATES = {
  "signed-out": async () => {},
  "web-storage": async (page) => {
    await signUp(page, newPerson());
  },
  "everything-shown": async (page) => {
    await signUp(page, newPerson());
    await page.locator("#secrets").check();
    for (const details of await page.locator("#token details, #exchanges details, #mails details").all()) {
      await details.evaluate((details) => (details.open = true));
    }
  },
  cookie: async (page) => {
    await choose(page, "Cookie");
    await signUp(page, newPerson());
  },
  sessions: async (page) => {
    const person = newPerson();
    await beginSession(page);
    await signUp(page, person);
    await inProfile(async ({ open }) => {
      const phone = await open();
      await beginSession(phone);
      await logIn(phone, person);
    }, { userAgent: "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36" });
    await press(page, "List them again");
    await page.locator("#session-list li").nth(1).waitFor();
  },
  "a-mail-opened": async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await openLink(page, person, VERIFY);
    await page.locator("#mails summary").first().click();
  },
  unreachable: async (page, context) => {
    await signUp(page, newPerson());
    await context.setOffline(true);
    await press(page, "Who am I?");
    await page.locator("#token-alert").filter({ hasText: "cannot be reached" }).waitFor();
  },
  snippets: async (page) => {
    await page.getByRole("tab", { name: "Next.js" }).click();
    await page.getByText("use client").waitFor();
  },
  "asked-by-x": async (page) => {
    await press(page, "Continue with X");
    await asked(page, "X");
    await page.getByRole("radio", { name: "Somebody else" }).check();
    await page.getByText("Have it go wrong").click();
  },
  "asked-again": async (page) => {
    await press(page, "Continue with Google");
    await asked(page, "Google");
    await page.getByRole("radio", { name: "Somebody else" }).check();
    await page.getByLabel("Id at Google").fill("none");
    await press(page, "Continue");
    await page.getByRole("alert").filter({ hasText: "An id has 1 to 15 digits" }).waitFor();
  },
  "refused-by-github": async (page) => {
    await press(page, "Continue with GitHub");
    await asked(page, "GitHub");
    await page.goto(page.url().replace("redirect_uri=", "redirect_uri=https%3A%2F%2Fevil.example%2F"));
    await page.getByRole("alert").filter({ hasText: "Its redirect_uri is not one of the app" }).waitFor();
  },
};

const VIEWS = [
  ["light", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
  ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
  ["light-phone", { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ["dark-phone", { colorScheme: "dark", viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }],
];

async function examine(page, name) {
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => window.axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  assert.deepEqual(found, [], name);
  assert.ok(passes.some(({ id }) => id === "color-contrast"), "contrast was measured");
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${name} is ${scrollWidth} wide in ${clientWidth}`);
}

for (const [view, options] of VIEWS) {
  for (const [state, reach] of Object.entries(STATES)) {
    test(`axe-core finds nothing in ${view} when ${state}`, () =>
      onPage(async (page, context) => {
        await reach(page, context);
        await examine(page, `${state}-${view}`);
      }, options));
  }
}

test("a phone shows the form on its first screen", () =>
  onPage(async (page) => {
    const field = await page.locator("latchkey-sign-in [name=email]").boundingBox();
    const button = await page.locator("latchkey-sign-in form [type=submit]").boundingBox();
    assert.ok(field.y > 0 && button.y + button.height < 640, JSON.stringify([field, button]));
  }, { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }));

test("the button changes the theme, and the choice is kept", () =>
  onPage(async (page) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await press(page, "Dark theme");
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.reload();
    assert.equal(await ground(), dark);
    await press(page, "Light theme");
    assert.equal(await ground(), light);
  }, { colorScheme: "light" }));
