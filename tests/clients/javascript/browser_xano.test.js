// Pages that come from Xano and call it by fetch or by its client.

import assert from "node:assert/strict";
import test from "node:test";

import { onPage } from "./support/browser.js";
import { pageFetch } from "./support/page_fetch.js";
import { newPerson } from "../../javascript/person.js";
import { groupUrl } from "./support/stack.js";

test("a page that fetches with credentials signs up, logs in and sees who it is", () =>
  onPage(async (page, context) => {
    const { name, email, password } = newPerson();
    const signup = await pageFetch(page, `${groupUrl}/auth/signup`, {}, { name, email, password });
    assert.equal(signup.status, 200);
    const elsewhere = { "X-Data-Source": "test", "X-Branch": "v2" };
    const login = await pageFetch(page, `${groupUrl}/auth/login`, elsewhere, { email, password });
    assert.equal(login.status, 200);
    assert.equal(login.body.user_id, signup.body.user_id);
    for (const headers of [
      { "X-Xano-Authorization": login.body.authToken },
      { "X-Xano-Authorization": `Bearer ${login.body.authToken}`, Authorization: "Bearer of.something.else" },
      { "X-Xano-Authorization": `Bearer ${login.body.authToken}`, "X-Xano-Authorization-Only": "true" },
      { Authorization: `Bearer ${login.body.authToken}` },
    ]) {
      const me = await pageFetch(page, `${groupUrl}/auth/me`, headers);
      assert.equal(me.status, 200, JSON.stringify(headers));
      assert.equal(me.body.id, signup.body.user_id);
    }
    assert.deepEqual(await context.cookies(), [], "no cookie is set here");
  }));

test("a page that fetches with credentials reads why it is refused", () =>
  onPage(async (page) => {
    const me = `${groupUrl}/auth/me`;
    for (const [headers, message] of [
      [{}, "Unauthorized - Authentication Required"],
      [{ "X-Xano-Authorization": "not.a.token" }, "Invalid token."],
      [{ Authorization: "Bearer x", "X-Xano-Authorization-Only": "true" }, "Unauthorized - Authentication Required"],
    ]) {
      const { status, body } = await pageFetch(page, me, headers);
      assert.deepEqual([status, body], [401, { code: "ERROR_CODE_UNAUTHORIZED", message, payload: "" }]);
    }
  }));

test("xano's client signs up in a page, keeps the token there and logs in again", () =>
  onPage(async (page) => {
    const { name, email, password } = newPerson();
    const seen = await page.evaluate(
      async ([apiGroupBaseUrl, { name, email, password }]) => {
        // The data source travels in a header that the browser asks about first.
        const xano = new XanoClient({ apiGroupBaseUrl, dataSource: "live" });
        xano.setAuthToken((await xano.post("/auth/signup", { name, email, password })).getBody().authToken);
        const wrong = await xano.post("/auth/login", { email, password: "wrong" }).catch((error) => error);
        xano.setAuthToken((await xano.post("/auth/login", { email, password })).getBody().authToken);
        // What another page of the app has: a new client, and the token in local storage.
        const me = await new XanoClient({ apiGroupBaseUrl }).get("/auth/me");
        return { wrong: wrong.getResponse().getBody().message, me: me.getBody().email };
      },
      [groupUrl, { name, email, password }],
    );
    assert.deepEqual(seen, { wrong: "Invalid Credentials.", me: email.toLowerCase() });
  }));
