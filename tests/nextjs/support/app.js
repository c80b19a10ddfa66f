// The Next.js example, called through the proxy that a deployment has in front of it: the tests play that proxy, and say where their
// users are.

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";

import { newPerson } from "../../javascript/person.js";
import { variable } from "../../javascript/variable.js";

export const appUrl = variable("NEXTJS_URL");

/** An address at which nobody has been yet. */
export const newAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;

/** Requests a page with this token in the cookie, if there is one. */
export function getPage(path, token, app = appUrl) {
  return fetch(app + path, { redirect: "manual", headers: token === undefined ? {} : { cookie: `__Host-authToken=${token}` } });
}

/** Signs up somebody whose requests have these headers. */
export function requestSignUp(headers, app = appUrl) {
  return fetch(`${app}/auth/signup`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-token-transport": "cookie", ...headers },
    body: JSON.stringify(newPerson()),
  });
}

/** The token, out of its cookie, of somebody who has just signed up. */
export async function newToken() {
  const response = await requestSignUp({ "x-forwarded-for": newAddress() });
  assert.equal(response.status, 201);
  const [cookie] = response.headers.getSetCookie();
  return /^__Host-authToken=([^;]+);/.exec(cookie)[1];
}
