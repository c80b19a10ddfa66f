// All users of the Next.js example reach Latchkey from its server. Latchkey's limits count them apart, by the address that the proxy in
// front of the app saw. The stack allows two sign-ups from one address.

import assert from "node:assert/strict";
import test from "node:test";

import { variable } from "../javascript/variable.js";
import { appUrl, newAddress, requestSignUp } from "./support/app.js";

const latchkeyUrl = variable("LATCHKEY_URL");
const secret = variable("LATCHKEY_ORIGIN_SECRET");

async function statuses(app, ...forwarded) {
  const all = [];
  for (const addresses of forwarded) all.push((await requestSignUp({ "x-forwarded-for": addresses }, app)).status);
  return all;
}

test("Next.js: users behind the app do not share a limit", async () => {
  const [one, other] = [newAddress(), newAddress()];
  assert.deepEqual(await statuses(appUrl, one, one, one, other), [201, 201, 429, 201]);
});

test("Next.js: nobody escapes a limit by an address of their own invention", async () => {
  const address = newAddress();
  const forged = () => `${newAddress()}, ${address}`;
  assert.deepEqual(await statuses(appUrl, forged(), forged(), forged()), [201, 201, 429]);
  for (const name of ["x-viewer-address", "x-real-ip", "forwarded", "cloudfront-viewer-address"]) {
    const response = await requestSignUp({ "x-forwarded-for": address, [name]: newAddress(), "x-origin-secret": secret });
    assert.equal(response.status, 429, name);
  }
});

test("Next.js: behind two proxies, the address is the one that the first of them saw", async () => {
  const app = variable("NEXTJS_BEHIND_TWO_PROXIES_URL");
  const [address, other] = [newAddress(), newAddress()];
  const through = (viewer) => `${newAddress()}, ${viewer}, ${newAddress()}`;
  assert.deepEqual(await statuses(app, through(address), through(address), through(address), through(other)), [201, 201, 429, 201]);
  const response = await requestSignUp({ "x-forwarded-for": newAddress() }, app);
  assert.deepEqual([response.status, (await response.json()).code], [403, "origin_required"]);
});

test("Next.js: without a proxy in front, no request is forwarded", async () => {
  const response = await requestSignUp({ "x-forwarded-for": newAddress() }, variable("NEXTJS_NOT_BEHIND_A_PROXY_URL"));
  assert.equal(response.status, 500);
});

test("Next.js: the app alone reaches Latchkey, and tells nobody the secret", async () => {
  assert.equal((await requestSignUp({}, latchkeyUrl)).status, 403);
  for (const path of ["/auth/me", "/.well-known/jwks.json", "/"]) {
    const response = await fetch(appUrl + path, { headers: { "x-origin-secret": "guess" } });
    const said = JSON.stringify([...response.headers]) + (await response.text());
    assert.ok(!said.includes(secret), path);
  }
});
