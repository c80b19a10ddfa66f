// People sign in at npm's oidc-provider, which knows nothing of Latchkey, as at Google and as at an issuer of its own.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import { calculatePKCECodeChallenge, randomPKCECodeVerifier } from "openid-client";

import { variable } from "../../javascript/variable.js";
import { onPage } from "./support/browser.js";

const url = variable("LATCHKEY_SIGNING_IN_URL");

/** Leaves the page for the provider. Returns the verifier, and what tells that the browser is back. */
async function leaveFor(page, provider) {
  const [back, verifier] = [page.url(), randomPKCECodeVerifier()];
  const query = new URLSearchParams({ return_to: back, code_challenge: await calculatePKCECodeChallenge(verifier) });
  await page.goto(`${url}/auth/oauth/${provider}?${query}`);
  const isBack = async () => {
    await page.waitForURL((now) => now.href.startsWith(`${back}?`));
    return new URL(page.url()).searchParams;
  };
  return { verifier, isBack };
}

/** Signs in as somebody, and returns the response to the page's request. */
async function signIn(page, provider, login) {
  const { verifier, isBack } = await leaveFor(page, provider);
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  const code = (await isBack()).get("code");
  return fetch(`${url}/auth/oauth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, code_verifier: verifier }),
  });
}

async function me(response) {
  const { authToken } = await response.json();
  const user = await fetch(`${url}/auth/me`, { headers: { authorization: `Bearer ${authToken}` } });
  assert.equal(user.status, 200);
  return user.json();
}

for (const provider of ["google", "oidc"]) {
  test(`somebody signs up and in at oidc-provider as ${provider}`, async () => {
    const login = `grace.${randomUUID()}`;
    let id;
    for (const status of [201, 200]) {
      await onPage(async (page) => {
        const response = await signIn(page, provider, login);
        assert.equal(response.status, status);
        const user = await me(response);
        const { name, email, identities } = user;
        assert.deepEqual({ name, email, identities }, {
          name: "Grace Hopper",
          email: `${login}@example.com`,
          identities: [provider],
        });
        id ??= user.id;
        assert.equal(user.id, id);
      });
    }
  });

  test(`somebody cancels at oidc-provider as ${provider}`, () =>
    onPage(async (page) => {
      const { isBack } = await leaveFor(page, provider);
      await page.getByRole("link", { name: "Cancel" }).click();
      assert.equal((await isBack()).get("error"), "sign_in_cancelled");
    }));
}
