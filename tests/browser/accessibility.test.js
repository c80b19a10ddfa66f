// axe-core in every state of the page and of the pretend providers' pages, in both themes and at the widths of a desk and of
// a phone. Each state leaves a picture.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import test from "node:test";

import axe from "axe-core";

import { asked, cancel, consent } from "../javascript/consent.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";
import { beginSession, choose, logIn, press, send, sendLogin, sendSignup, signUp } from "./support/actions.js";
import { inProfile, limitedUrl, onPage, requiredUrl } from "./support/browser.js";
import { forget, open, openLink, RESET, VERIFY } from "./support/mail.js";

const pictures = variable("LATCHKEY_PICTURES");

/** Each state, and how it is reached. */
const STATES = {
  "signed-out": async () => {},
  "wrong-fields": async (page) => {
    await sendSignup(page, { name: "", email: "nobody", password: "short" });
    await page.locator("[aria-invalid]").first().waitFor();
  },
  "wrong-password": async (page) => {
    await sendLogin(page, newPerson());
    await page.getByRole("alert").filter({ hasText: "is wrong" }).waitFor();
  },
  "web-storage": async (page) => {
    await signUp(page, newPerson());
  },
  "everything-shown": async (page) => {
    await signUp(page, newPerson());
    await page.locator("#secrets").check();
    await page.locator("#token summary").click();
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
    await press(page, "Who am I?");
    await page.locator("#session-list li").nth(1).waitFor();
  },
  "address-taken": async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await press(page, "Continue with Google");
    await asked(page, "Google");
    await consent(page, person);
    await page.locator("#login-next").waitFor();
  },
  "asked-to-link": async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await press(page, "Continue with Google");
    await asked(page, "Google");
    await consent(page, person);
    await page.locator("#login-next").waitFor();
    await logIn(page, person);
    await page.locator("#link-question").waitFor();
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
  cancelled: async (page) => {
    await press(page, "Continue with GitHub");
    await asked(page, "GitHub");
    await cancel(page);
    await page.getByRole("alert").filter({ hasText: "You cancelled" }).waitFor();
  },
  linked: async (page) => {
    await press(page, "Continue with Google");
    await asked(page, "Google");
    await consent(page, newPerson());
    await page.locator("#linked .badge").waitFor();
  },
  "reset-refused": async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await press(page, "Log out");
    await forget(page, person);
    await openLink(page, person, RESET);
    await send(page, "reset", { password: "short" });
    await page.locator("#reset-password[aria-invalid]").waitFor();
  },
  "changes-open": async (page) => {
    const person = newPerson();
    await signUp(page, person);
    for (const change of ["Change the password", "Change the email address", "Delete the account"]) await open(page, change);
    await openLink(page, person, VERIFY);
    await page.locator("#mails summary").first().click();
  },
  forgotten: async (page) => {
    await page.getByRole("tab", { name: "Log in" }).click();
    await press(page, "Forgot your password?");
  },
  "logged-out": async (page) => {
    await signUp(page, newPerson());
    await press(page, "Log out");
    await page.locator("#login").waitFor();
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
      onPage(async (page) => {
        await reach(page);
        await examine(page, `${state}-${view}`);
      }, options));
  }

  test(`axe-core finds nothing in ${view} while a sign-up waits for its code`, () =>
    onPage(async (page) => {
      await sendSignup(page, newPerson());
      await send(page, "confirm", { code: "0000 0000" });
      await page.locator("#confirm").getByRole("alert").filter({ hasText: "The code is wrong" }).waitFor();
      await examine(page, `sign-up-waits-${view}`);
    }, { ...options, at: requiredUrl }));

  test(`axe-core finds nothing in ${view} while a person waits`, () =>
    onPage(async (page) => {
      const person = newPerson();
      const wait = page.locator("#login .wait");
      for (let attempt = 1; attempt <= 5 && !(await wait.isVisible()); attempt++) {
        const answered = page.waitForResponse((response) => response.url().endsWith("/auth/login"));
        await sendLogin(page, person);
        await answered;
        await page.locator("#login [role=alert]").filter({ hasText: /./ }).waitFor({ state: "attached" });
      }
      await wait.waitFor();
      await examine(page, `waiting-${view}`);
    }, { ...options, at: limitedUrl }));
}

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
