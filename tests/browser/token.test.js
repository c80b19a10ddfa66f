// Where the token is, who can read it, and what the page shows of it.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { beginSession, choose, loggedOut, press, signUp, told } from "./support/actions.js";
import { onPage, url } from "./support/browser.js";

/** Whatever a script of the page gets hold of: cookies, storage, globals, the document, and what was fetched. */
function inReachOfScripts(page) {
  return page.evaluate(() => {
    const text = (value) => {
      try {
        return typeof value === "function" ? String(value) : JSON.stringify(value);
      } catch {
        return "";
      }
    };
    const globals = Object.getOwnPropertyNames(window).map((name) => `${name} ${text(window[name])}`);
    const stored = [localStorage, sessionStorage].map((storage) => JSON.stringify({ ...storage }));
    return [document.cookie, ...stored, ...globals, document.documentElement.outerHTML].join("\n");
  });
}

test("with Cookie no script can read the token", () =>
  onPage(async (page, context) => {
    await choose(page, "Cookie");
    const answered = page.waitForResponse((response) => response.url().endsWith("/auth/signup"));
    await signUp(page, newPerson());
    assert.ok(!("authToken" in (await (await answered).json())), "the body is without it");
    const cookies = await context.cookies();
    assert.deepEqual(cookies.map(({ name, httpOnly }) => [name, httpOnly]), [["__Host-authToken", true]]);
    await page.locator("#secrets").check();
    const [{ value }] = cookies;
    const [, claims, signature] = value.split(".");
    const reached = await inReachOfScripts(page);
    for (const part of [claims, signature]) assert.ok(!reached.includes(part), "a part of the token was found");
    await page.locator("#token").getByText("marked HttpOnly").waitFor();
    await press(page, "Log out");
    await loggedOut(page);
    assert.deepEqual(await context.cookies(), []);
  }));

test("with Web Storage the token is there, taken apart, and nowhere else", () =>
  onPage(async (page, context) => {
    await signUp(page, newPerson());
    const token = await page.evaluate(() => localStorage.getItem("authToken"));
    assert.ok((await inReachOfScripts(page)).includes(token.split(".")[2]), "the look around finds what is there");
    assert.deepEqual(await context.cookies(), []);
    const [header, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
    const shown = await page.locator("#token").innerText();
    for (const value of [header.alg, header.kid, claims.iss, claims.sub, claims.jti, `${claims.exp}`]) {
      assert.ok(shown.includes(value), value);
    }
    assert.equal(claims.iss, url);
    assert.match(shown, /Expires in (1 day|23 hours 59 minutes)\./);
    await press(page, "Log out");
    await loggedOut(page);
    assert.equal(await page.evaluate(() => localStorage.getItem("authToken")), null);
  }));

test("passwords and tokens among the requests are hidden until they are asked for", () =>
  onPage(async (page) => {
    const person = { ...newPerson(), password: 'nine "Violet" kettles\\' };
    await signUp(page, person);
    const token = await page.evaluate(() => localStorage.getItem("authToken"));
    const [, , signature] = token.split(".");
    const wire = page.locator("#exchanges");
    await wire.getByText("/auth/sessions").first().waitFor();
    const hidden = await wire.textContent();
    assert.ok(hidden.includes(person.email) && hidden.includes("201 Created"), hidden);
    for (const secret of ["Violet", signature]) assert.ok(!hidden.includes(secret), secret);
    await page.locator("#secrets").check();
    const shown = await wire.textContent();
    assert.ok(shown.includes(JSON.stringify(person.password)), "the password");
    assert.equal(shown.split(signature).length, 4, "the token in the response and in the two requests that follow");
    await page.locator("#secrets").uncheck();
    assert.equal(await wire.textContent(), hidden);
  }));

test("refresh tokens among the requests are hidden too, and kept where the choice says", () =>
  onPage(async (page, context) => {
    await beginSession(page);
    await signUp(page, newPerson());
    const stored = () => page.evaluate(() => JSON.parse(localStorage.getItem("latchkeySession")).refreshToken);
    const first = await stored();
    assert.match(first, /^lkr1\./);
    await press(page, "Renew the token");
    await told(page, "The token was renewed.");
    const second = await stored();
    assert.notEqual(second, first);
    const wire = page.locator("#exchanges");
    const hidden = await wire.textContent();
    assert.ok(hidden.includes("/auth/refresh"), hidden);
    for (const secret of [first, second]) assert.ok(!hidden.includes(secret.slice(5)), "a refresh token is shown");
    await page.locator("#secrets").check();
    const shown = await wire.textContent();
    assert.deepEqual([first, second].map((secret) => shown.split(secret).length), [3, 2], "sent once, and received");
    assert.deepEqual(await context.cookies(), []);
    const token = await page.evaluate(() => localStorage.getItem("authToken"));
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    const card = await page.locator("#token").innerText();
    assert.ok(card.includes(claims.sid) && card.includes("The client renews it"), card);
  }));
