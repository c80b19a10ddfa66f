// What a person does on the page.

import assert from "node:assert/strict";

export const isFocused = (node) => node === document.activeElement;

const element = (page) => page.locator("latchkey-sign-in");

/** A form of the element, by its name: `sign-in`, `sign-up`, `forgot`, `reset`, `confirm`, `verify`, `name`, … */
export const formOf = (page, name) => element(page).locator(`form[slot="${name}"]`);

/** Who is logged in, as the element knows. */
export const userOf = (page) => element(page).evaluate(({ user }) => user);

/** Waits until the element knows who is logged in. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("latchkey-sign-in").user !== undefined);
}

async function option(page, role, name) {
  await page.locator("#options").evaluate((options) => (options.open = true));
  await page.getByRole(role, { name }).check();
  await settled(page);
}

export const choose = (page, transport) => option(page, "radio", transport);

/** Asks for a session with the next sign-up or log-in. */
export const beginSession = (page) => option(page, "checkbox", "Begin a session");

/** Fills in a form that is shown and sends it. */
export async function send(page, form, fields) {
  for (const [name, value] of Object.entries(fields)) await formOf(page, form).locator(`[name="${name}"]`).fill(value);
  await formOf(page, form).locator("[type=submit]").click();
}

async function goTo(page, wanted, other) {
  await formOf(page, wanted).or(formOf(page, other)).waitFor();
  if (await formOf(page, other).isVisible()) await element(page).locator(".foot button").click();
}

export async function sendSignup(page, { name, email, password }) {
  await goTo(page, "sign-up", "sign-in");
  await send(page, "sign-up", { email, name, password });
}

export async function sendLogin(page, { email, password }) {
  await goTo(page, "sign-in", "sign-up");
  await send(page, "sign-in", { email, password });
}

export async function signUp(page, person) {
  await sendSignup(page, person);
  await loggedIn(page, person);
}

export async function logIn(page, person) {
  await sendLogin(page, person);
  await loggedIn(page, person);
}

export async function press(page, button) {
  await page.getByRole("button", { name: button, exact: true }).click();
}

/** Opens a part of the account. */
export async function open(page, part) {
  await element(page).locator("summary").filter({ hasText: part }).click();
}

/** Waits until the page shows this person as logged in. */
export async function loggedIn(page, { email }) {
  await element(page).locator(".person .text").filter({ hasText: email }).waitFor();
}

/** Waits until the page offers to log in. */
export async function loggedOut(page) {
  await formOf(page, "sign-in").waitFor();
}

/** Waits until a form says this: of a field, or of all of it. */
export async function refused(page, form, words) {
  await formOf(page, form).locator("[role=alert], .lk-error").filter({ hasText: words }).waitFor();
}

/** Waits until the element says this above its forms. */
export async function noticed(page, words) {
  await element(page).locator(".lk-notice").filter({ hasText: words, visible: true }).first().waitFor();
}

/** Waits until the inspector has told a screen reader this. */
export async function told(page, words) {
  await page.locator("#status").filter({ hasText: words }).waitFor({ state: "attached" });
}

/** Goes from stop to stop until this one has the focus, which must be visible. */
export async function tabTo(page, target) {
  for (let stop = 0; stop < 60; stop++) {
    await page.keyboard.press("Tab");
    if (!(await target.evaluate((node) => node === node.getRootNode().activeElement))) continue;
    assert.ok(
      await target.evaluate((node) => {
        const outlined = (candidate) => candidate && getComputedStyle(candidate).outlineStyle !== "none";
        return outlined(node) || outlined(node.closest("label"));
      }),
      "the focus can be seen",
    );
    return;
  }
  assert.fail(`the Tab key does not lead to ${target}`);
}
