// A page whose token is in a cookie that none of its scripts can read.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import { onPage } from "./support/browser.js";
import { pageFetch } from "./support/page_fetch.js";
import { newPerson } from "../../javascript/person.js";
import { dynamodbUrl, program, url } from "./support/stack.js";

const asCookie = { "X-Token-Transport": "cookie" };

test("a page logs in by cookie, is known by it, cannot read it, and logs out", () =>
  onPage(async (page, context) => {
    const { name, email, password } = newPerson();
    const signup = await pageFetch(page, `${url}/auth/signup`, {}, { name, email, password });
    assert.equal(signup.status, 201);
    assert.deepEqual(await context.cookies(), []);

    const login = await pageFetch(page, `${url}/auth/login`, asCookie, { email, password });
    assert.equal(login.status, 200);
    assert.ok(!("authToken" in login.body), "the token is not in the body");
    // Cookies know no ports: only HttpOnly keeps this one from the page.
    assert.equal(await page.evaluate(() => document.cookie), "");
    const [cookie] = await context.cookies();
    const { name: cookieName, httpOnly, secure, sameSite, path } = cookie;
    assert.deepEqual(
      { cookieName, httpOnly, secure, sameSite, path },
      { cookieName: "__Host-authToken", httpOnly: true, secure: true, sameSite: "Lax", path: "/" },
    );

    const me = await pageFetch(page, `${url}/auth/me`, {});
    assert.equal(me.status, 200);
    assert.equal(me.body.email, email);

    assert.equal((await pageFetch(page, `${url}/auth/logout`, asCookie, {})).status, 204);
    assert.deepEqual(await context.cookies(), []);
    assert.equal((await pageFetch(page, `${url}/auth/me`, {})).status, 401);
  }));

test("a page keeps a cookie with the largest claims", () =>
  onPage(async (page) => {
    const { name, email, password } = newPerson();
    const signup = await pageFetch(page, `${url}/auth/signup`, {}, { name, email, password });
    const authorization = { Authorization: `Bearer ${signup.body.authToken}` };
    const { id } = (await pageFetch(page, `${url}/auth/me`, authorization)).body;
    const claims = { a: "x".repeat(1024 - '{"a":""}'.length) };
    execFileSync(program, ["users", "claims", "set", id, JSON.stringify(claims), "--dynamodb-url", dynamodbUrl]);

    assert.equal((await pageFetch(page, `${url}/auth/login`, asCookie, { email, password })).status, 200);
    assert.deepEqual((await pageFetch(page, `${url}/auth/me`, {})).body.claims, claims);
  }));

test("a page reads the headers that explain a refusal", () =>
  onPage(async (page) => {
    const { status, headers, body } = await pageFetch(page, `${url}/auth/me`, {});
    assert.deepEqual([status, body.code], [401, "missing_token"]);
    assert.match(headers["www-authenticate"], /^Bearer/);
    assert.ok(headers["apigw-requestid"]);
  }));
