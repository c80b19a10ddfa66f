// What a person does on the page.

import assert from "node:assert/strict";

export const isFocused = (node) => node === document.activeElement;

export async function choose(page, transport) {
  await page.getByRole("radio", { name: transport }).check();
}

/** Asks for a session with the next sign-up or log-in. */
export async function beginSession(page) {
  await page.getByRole("checkbox", { name: "Begin a session" }).check();
}

/** Fills in the form that is shown and sends it. */
export async function send(page, form, fields) {
  for (const [name, value] of Object.entries(fields)) await page.locator(`#${form}-${name}`).fill(value);
  await page.locator(`#${form} [type=submit]`).click();
}

export async function sendSignup(page, { name, email, password }) {
  await page.getByRole("tab", { name: "Sign up" }).click();
  await send(page, "signup", { name, email, password });
}

export async function sendLogin(page, { email, password }) {
  await page.getByRole("tab", { name: "Log in" }).click();
  await send(page, "login", { email, password });
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

/** Waits until the page shows this person as logged in. */
export async function loggedIn(page, { email }) {
  await page.locator("#user-email").filter({ hasText: email }).waitFor();
}

/** Waits until the page offers to log in. */
export async function loggedOut(page) {
  await page.locator("#login").waitFor();
}

/** Goes from stop to stop until this one has the focus, which must be visible. */
export async function tabTo(page, target) {
  for (let stop = 0; stop < 40; stop++) {
    await page.keyboard.press("Tab");
    if (!(await target.evaluate(isFocused))) continue;
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
