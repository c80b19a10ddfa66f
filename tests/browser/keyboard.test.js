// Without a mouse.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { beginSession, isFocused, loggedIn, loggedOut, logIn, tabTo } from "./support/actions.js";
import { inProfile, onPage } from "./support/browser.js";

test("a person signs up by cookie, logs out and logs in by keyboard alone", () =>
  onPage(async (page) => {
    const person = newPerson();
    const { keyboard } = page;
    await tabTo(page, page.getByRole("radio", { name: "Web Storage" }));
    await keyboard.press("ArrowRight");
    assert.ok(await page.getByRole("radio", { name: "Cookie" }).isChecked());
    for (const [label, value] of [["Name", person.name], ["Email address", person.email]]) {
      await tabTo(page, page.locator("#signup").getByLabel(label));
      await keyboard.type(value);
    }
    await tabTo(page, page.locator("#signup-password"));
    await keyboard.type(person.password);
    await tabTo(page, page.locator("#signup").getByRole("button", { name: "Show the password" }));
    await keyboard.press("Space");
    assert.equal(await page.locator("#signup-password").getAttribute("type"), "text");
    await tabTo(page, page.locator("#signup").getByRole("button", { name: "Sign up" }));
    await keyboard.press("Enter");
    await loggedIn(page, person);

    // The focus is on the title of the view, so that its buttons come next.
    await keyboard.press("Tab");
    assert.ok(await page.getByRole("button", { name: "Who am I?" }).evaluate(isFocused));
    await tabTo(page, page.getByRole("button", { name: "Log out", exact: true }));
    await keyboard.press("Enter");
    await loggedOut(page);

    const login = page.getByRole("tab", { name: "Log in" });
    await tabTo(page, login);
    await keyboard.press("ArrowRight");
    assert.ok(await page.getByRole("tab", { name: "Sign up" }).evaluate(isFocused));
    assert.ok(await page.locator("#signup").isVisible());
    await keyboard.press("ArrowLeft");
    assert.ok(await login.evaluate(isFocused));
    await tabTo(page, page.locator("#login-email"));
    await keyboard.type(person.email);
    await tabTo(page, page.locator("#login-password"));
    await keyboard.type(person.password);
    await keyboard.press("Enter");
    await loggedIn(page, person);
  }));

test("a person begins a session, renews its token and ends another one by keyboard alone", () =>
  onPage(async (page) => {
    const person = newPerson();
    const { keyboard } = page;
    await tabTo(page, page.getByRole("checkbox", { name: "Begin a session" }));
    await keyboard.press("Space");
    for (const field of ["name", "email", "password"]) {
      await tabTo(page, page.locator(`#signup-${field}`));
      await keyboard.type(person[field]);
    }
    await keyboard.press("Enter");
    await loggedIn(page, person);
    await inProfile(async ({ open }) => {
      const other = await open();
      await beginSession(other);
      await logIn(other, person);
    });
    await tabTo(page, page.getByRole("button", { name: "Renew the token" }));
    await keyboard.press("Enter");
    const end = page.getByRole("button", { name: /^End the session: Linux, began / });
    await end.waitFor();
    await keyboard.press("Shift+Tab");
    assert.ok(await end.evaluate(isFocused));
    await keyboard.press("Enter");
    await page.locator("#status").filter({ hasText: "The session has ended." }).waitFor({ state: "attached" });
    assert.ok(await page.locator("#sessions-title").evaluate(isFocused));
    await tabTo(page, page.getByRole("button", { name: "End all others" }));
    await keyboard.press("Space");
    await page.locator("#status").filter({ hasText: "All other sessions have ended." }).waitFor({ state: "attached" });
  }));

test("what was exchanged is opened and closed by keyboard", () =>
  onPage(async (page) => {
    await tabTo(page, page.locator("#signup").getByRole("button", { name: "Sign up" }));
    await page.keyboard.press("Enter");
    const exchange = page.locator("#exchanges details");
    await exchange.waitFor();
    await tabTo(page, exchange.locator("summary"));
    await page.keyboard.press("Enter");
    await exchange.locator("pre").first().waitFor({ state: "hidden" });
    await page.keyboard.press("Enter");
    await exchange.locator("pre").first().waitFor();
  }));
