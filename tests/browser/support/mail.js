// What a person does with the inbox of the page, and what they change of their account.

import { press, send } from "./actions.js";

/** The subjects of the mails with codes. That of a sign-up is the one of a verification. */
export const VERIFY = "Confirm your email address for";
export const RESET = "Set a new password for";
export const CHANGE = "Confirm your new email address for";

/** The newest mail with this subject to this person, once it is there. */
export async function mailTo(page, { email }, subject) {
  const mail = page.locator("#mails li").filter({ hasText: `To ${email}` }).filter({ hasText: subject }).first();
  await mail.waitFor();
  return mail;
}

/** The digits of the newest mail. */
export async function digitsOf(page, person, subject) {
  return await (await mailTo(page, person, subject)).locator(".mail-code").innerText();
}

/** The address that the newest mail links to. */
export async function linkOf(page, person, subject) {
  return await (await mailTo(page, person, subject)).locator("a").getAttribute("href");
}

/** Opens the link of the newest mail in this tab, and waits until its code is filled in. */
export async function openLink(page, person, subject) {
  await (await mailTo(page, person, subject)).locator("a").click();
  await filledIn(page);
}

/** Waits until a code of a link is filled in, and out of the address bar. */
export async function filledIn(page) {
  await page.waitForFunction(() => {
    const fields = [...document.querySelectorAll(".code-field")];
    return location.hash === "" && fields.some((field) => field.checkVisibility() && field.value);
  });
}

/** Opens one of the changes of an account. */
export async function open(page, change) {
  await page.locator("summary", { hasText: change }).click();
}

/** Says that a password is forgotten, and asks for a code. */
export async function forget(page, { email }) {
  await page.getByRole("tab", { name: "Log in" }).click();
  await press(page, "Forgot your password?");
  await send(page, "forgot", { email });
  await page.locator("#reset").waitFor();
}

/** Proves the address of whoever is logged in with the digits of their mail. */
export async function verify(page, person) {
  await send(page, "verify", { code: await digitsOf(page, person, VERIFY) });
  await page.getByText("Confirmed", { exact: true }).waitFor();
}
