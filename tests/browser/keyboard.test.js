// Without a mouse. The element's own stops are in sign_in.test.js.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { beginSession, formOf, isFocused, loggedIn, loggedOut, logIn, press, signUp, tabTo, told } from "./support/actions.js";
import { inProfile, onPage } from "./support/browser.js";

test("a person chooses the cookie, signs up, logs out and logs in by keyboard alone", () =>
  onPage(async (page) => {
    const person = newPerson();
    const { keyboard } = page;
    await tabTo(page, page.getByRole("radio", { name: "Web Storage" }));
    await keyboard.press("ArrowRight");
    assert.ok(await page.getByRole("radio", { name: "Cookie" }).isChecked());
    await page.reload();
    await formOf(page, "sign-in").waitFor();
    await tabTo(page, page.locator("latchkey-sign-in .foot button"));
    await keyboard.press("Enter");
    await keyboard.type(person.email);
    for (const name of ["name", "password"]) {
      await tabTo(page, formOf(page, "sign-up").locator(`[name=${name}]`));
      await keyboard.type(person[name]);
    }
    await keyboard.press("Enter");
    await loggedIn(page, person);
    await tabTo(page, page.getByRole("button", { name: "Log out", exact: true }));
    await keyboard.press("Enter");
    await loggedOut(page);
    await tabTo(page, formOf(page, "sign-in").locator("[name=password]"));
    await keyboard.type(person.password);
    await keyboard.press("Shift+Tab");
    await keyboard.type(person.email);
    await keyboard.press("Enter");
    await loggedIn(page, person);
  }));

test("a person in a session renews its token, lists the sessions and ends another one by keyboard alone", () =>
  onPage(async (page) => {
    const person = newPerson();
    const { keyboard } = page;
    await beginSession(page);
    await signUp(page, person);
    await inProfile(async ({ open }) => {
      const other = await open();
      await beginSession(other);
      await logIn(other, person);
    });
    await tabTo(page, page.getByRole("button", { name: "Renew the token" }));
    await keyboard.press("Enter");
    await told(page, "The token was renewed.");
    await page.locator("#session-list li").nth(1).waitFor();
    await page.reload();
    await loggedIn(page, person);
    await tabTo(page, page.locator("latchkey-sign-in summary").filter({ hasText: "Devices" }));
    await keyboard.press("Enter");
    await tabTo(page, page.getByRole("button", { name: "Log out all other devices" }));
    await keyboard.press("Space");
    await page.getByText("All other devices are logged out.").first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll("#session-list li").length === 1);
  }));

test("a request is opened and closed by keyboard", () =>
  onPage(async (page) => {
    await press(page, "Log in");
    const exchange = page.locator("#exchanges details").first();
    await exchange.waitFor();
    await tabTo(page, exchange.locator("summary"));
    await page.keyboard.press("Enter");
    await exchange.locator("pre").first().waitFor();
    await page.keyboard.press("Enter");
    await exchange.locator("pre").first().waitFor({ state: "hidden" });
  }));

test("the arrows lead through the kinds of apps, and each shows what to paste", () =>
  onPage(async (page) => {
    const tab = (name) => page.getByRole("tab", { name });
    await tabTo(page, tab("A page"));
    const panel = page.getByRole("tabpanel");
    for (const [key, name, text] of [
      ["ArrowRight", "Own forms", "new Latchkey({"],
      ["ArrowRight", "fetch", "await fetch("],
      ["End", "Next.js", '"use client"'],
      ["ArrowRight", "A page", "<latchkey-sign-in"],
      ["ArrowLeft", "Next.js", '"use client"'],
      ["ArrowLeft", "React", "createRoot"],
      ["Home", "A page", "<latchkey-sign-in"],
    ]) {
      await page.keyboard.press(key);
      assert.ok(await tab(name).evaluate(isFocused), name);
      await panel.getByText(text).waitFor();
      assert.equal(await panel.getAttribute("aria-labelledby"), await tab(name).getAttribute("id"));
    }
  }));
