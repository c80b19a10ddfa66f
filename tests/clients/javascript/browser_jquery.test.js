// A page that posts forms with jQuery, as pages made by no-code tools do.

import assert from "node:assert/strict";
import test from "node:test";

import { onPage } from "./support/browser.js";
import { newPerson } from "../../javascript/person.js";
import { groupUrl } from "./support/stack.js";

// What the page's own callbacks can read of an answer.
function post(page, path, data) {
  return page.evaluate(
    ([url, data]) =>
      new Promise((resolve) => {
        $.post(url, data)
          .done((body, _, { status }) => resolve({ status, body }))
          .fail(({ status, responseJSON }) => resolve({ status, body: responseJSON }));
      }),
    [`${groupUrl}${path}`, data],
  );
}

function denied(message) {
  return { status: 403, body: { code: "ERROR_CODE_ACCESS_DENIED", message, payload: "" } };
}

test("a page that uses $.post signs up and logs in", () =>
  onPage(async (page) => {
    const { name, email, password } = newPerson();
    const signup = await post(page, "/auth/signup", { name, email, password });
    assert.equal(signup.status, 200);
    assert.deepEqual(Object.keys(signup.body), ["authToken", "user_id"]);
    const login = await post(page, "/auth/login", { email, password });
    assert.equal(login.status, 200);
    assert.equal(login.body.user_id, signup.body.user_id);
    const me = await page.evaluate(
      ([url, token]) => $.ajax({ url, headers: { Authorization: `Bearer ${token}` } }),
      [`${groupUrl}/auth/me`, login.body.authToken],
    );
    assert.equal(me.email, email.toLowerCase());
    assert.equal(me.name, name);
  }));

test("a page that uses $.post reads why it is refused", () =>
  onPage(async (page) => {
    const { name, email, password } = newPerson();
    await post(page, "/auth/signup", { name, email, password });
    const again = await post(page, "/auth/signup", { name, email, password });
    assert.deepEqual(again, denied("This account is already in use."));
    const login = await post(page, "/auth/login", { email, password: `${password}?` });
    assert.deepEqual(login, denied("Invalid Credentials."));
    const { status, body } = await post(page, "/auth/signup", { name, password });
    assert.deepEqual([status, body.message, body.payload], [400, "Missing param: email", { param: "email" }]);
  }));
