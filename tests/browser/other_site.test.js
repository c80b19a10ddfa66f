// What a page of another site can do with the cookies of somebody who is logged in: nothing. A page of the same site, which
// the API lets call it, shows that each of the requests would do something.

import assert from "node:assert/strict";
import test from "node:test";

import { newPerson } from "../javascript/person.js";
import { beginSession, choose, loggedIn, press, signUp, told } from "./support/actions.js";
import { amongOtherSites, url } from "./support/browser.js";
import { elsewhere } from "./support/elsewhere.js";

const ACTS = [
  ["refresh", "/auth/refresh", {}],
  ["log out", "/auth/logout", {}],
  ["log out everywhere", "/auth/logout", { everywhere: true }],
  ["end other sessions", "/auth/sessions/end", { others: true }],
];

/** Sends a request as a script of a page can, and returns its status, or 0 if the page may not see it. */
function sendByScript([address, mode, body]) {
  const asCookie = { "X-Token-Transport": "cookie", "Content-Type": "application/json" };
  const headers = mode === "cors" ? asCookie : { "Content-Type": "text/plain" };
  const options = { method: "POST", mode, credentials: "include", headers, body: JSON.stringify(body) };
  return fetch(address, options).then(({ status }) => status, () => 0);
}

/** Sends a form whose body is JSON, as far as a form can do that, and goes where it leads. */
function sendByForm([address, body]) {
  const form = document.body.appendChild(document.createElement("form"));
  Object.assign(form, { action: address, method: "post", enctype: "text/plain" });
  const text = JSON.stringify({ ...body, x: "" });
  const field = form.appendChild(document.createElement("input"));
  Object.assign(field, { name: text.slice(0, -2), value: text.slice(-2) });
  form.submit();
}

/** Somebody who has a session by cookie, and the values of their cookies. */
async function somebody({ open, context }) {
  const person = newPerson();
  const page = await open();
  await choose(page, "Cookie");
  await beginSession(page);
  await signUp(page, person);
  const cookies = async () => (await context.cookies()).map(({ name, value }) => `${name}=${value}`).sort();
  return { person, page, cookies };
}

function waitForPost({ context }, path) {
  return context.waitForEvent("request", (request) => request.url() === `${url}${path}` && request.method() === "POST");
}

for (const [act, path, body] of ACTS) {
  test(`a page of another site cannot ${act} by somebody's cookies`, () =>
    elsewhere("127.0.0.1", (origin) =>
      amongOtherSites(async (profile) => {
        const { person, page, cookies } = await somebody(profile);
        const before = await cookies();
        assert.equal(before.length, 2);
        const other = await profile.context.newPage();
        await other.goto(origin);
        for (const mode of ["cors", "no-cors"]) {
          const asked = waitForPost(profile, path);
          await other.evaluate(sendByScript, [`${url}${path}`, mode, body]);
          const { cookie } = await (await asked).allHeaders();
          assert.equal(cookie, undefined, `${mode} carries no cookie`);
        }
        const answered = other.waitForResponse(`${url}${path}`);
        await other.evaluate(sendByForm, [`${url}${path}`, body]);
        const answer = await answered;
        assert.ok(answer.status() >= 400, String(answer.status()));
        assert.equal((await answer.request().allHeaders()).cookie, undefined, "a form carries no cookie");
        assert.deepEqual(await cookies(), before);
        await press(page, "Renew the token");
        await told(page, "The token was renewed.");
        await loggedIn(page, person);
      })));
}

for (const [act, path, body] of ACTS) {
  test(`a page of the same site that the API allows can ${act}, so these requests are the right ones`, () =>
    elsewhere("localhost", (origin) =>
      amongOtherSites(async (profile) => {
        await somebody(profile);
        const other = await profile.context.newPage();
        await other.goto(origin);
        const asked = waitForPost(profile, path);
        const status = await other.evaluate(sendByScript, [`${url}${path}`, "cors", body]);
        assert.ok(status === 200 || status === 204, String(status));
        assert.match((await (await asked).allHeaders()).cookie, /refreshToken=/);
      })));
}
