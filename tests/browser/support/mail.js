// What a person does with the inbox of the page, and what they change of their account.

import { formOf, press, send } from "./actions.js";

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
    const fields = [...document.querySelectorAll("latchkey-sign-in input[name=code]")];
    return location.hash === "" && fields.some(({ value }) => value);
  });
}

/** Says that a password is forgotten, and asks for a code. */
export async function forget(page, { email }) {
  await press(page, "Forgot password?");
  await send(page, "forgot", { email });
  await formOf(page, "reset").waitFor();
}

/** Proves the address of whoever is logged in with the digits of their mail. */
export async function verify(page, person) {
  await send(page, "verify", { code: await digitsOf(page, person, VERIFY) });
  await page.getByText("Confirmed", { exact: true }).waitFor();
}
