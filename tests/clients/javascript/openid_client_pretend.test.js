// npm's openid-client logs in at the pretend Google and the pretend GitHub of `cargo dev`: these speak no private language.

import assert from "node:assert/strict";
import test from "node:test";

import * as client from "openid-client";

import { consent, pretend } from "./support/pretend.js";

// On loopback there is no TLS.
const overHttp = { execute: [client.allowInsecureRequests] };

async function google() {
  const { base, id, secret, callback } = pretend("google");
  const config = await client.discovery(new URL(base), id, secret, client.ClientSecretPost(secret), overHttp);
  client.enableNonRepudiationChecks(config);
  return { config, callback };
}

function github() {
  const { base, id, secret, callback } = pretend("github");
  const metadata = {
    issuer: `${base}/login/oauth`,
    authorization_endpoint: `${base}/login/oauth/authorize`,
    token_endpoint: `${base}/login/oauth/access_token`,
    authorization_response_iss_parameter_supported: true,
  };
  const config = new client.Configuration(metadata, id, secret, client.ClientSecretPost(secret));
  client.allowInsecureRequests(config);
  return { config, callback, base };
}

/** Goes to the provider as somebody, and comes back with what is needed to get a token. */
async function comeBack({ config, callback }, scope, form) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope,
    state: expectedState,
    ...(scope.includes("openid") && { nonce: expectedNonce }),
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const checks = { pkceCodeVerifier, expectedState, ...(scope.includes("openid") && { expectedNonce }) };
  return { location: await consent(url, form), checks };
}

test("openid-client logs in at the pretend Google, and checks the signature", async () => {
  const provider = await google();
  const { location, checks } = await comeBack(provider, "openid email profile", { person: "ada" });
  const tokens = await client.authorizationCodeGrant(provider.config, location, checks);
  const { email, email_verified: verified, name, hd } = tokens.claims();
  assert.deepEqual({ email, verified, name, hd }, {
    email: "ada@example.com",
    verified: true,
    name: "Ada Lovelace",
    hd: "example.com",
  });
});

test("openid-client uses a code of the pretend Google once", async () => {
  const provider = await google();
  const { location, checks } = await comeBack(provider, "openid", { person: "ada" });
  await client.authorizationCodeGrant(provider.config, location, checks);
  const again = client.authorizationCodeGrant(provider.config, location, checks);
  await assert.rejects(again, { error: "invalid_grant", status: 400 });
});

for (const [name, start, scope] of [["Google", google, "openid"], ["GitHub", github, "user:email"]]) {
  test(`openid-client refuses the pretend ${name} that names another issuer`, async () => {
    const provider = await start();
    const { location, checks } = await comeBack(provider, scope, { person: "ada", trouble: "iss" });
    await assert.rejects(client.authorizationCodeGrant(provider.config, location, checks), (error) => {
      assert.match(String(error.cause?.message ?? error.message), /"iss"/);
      return true;
    });
  });

  test(`openid-client is told that somebody cancels at the pretend ${name}`, async () => {
    const provider = await start();
    const { location, checks } = await comeBack(provider, scope, { answer: "cancel" });
    await assert.rejects(client.authorizationCodeGrant(provider.config, location, checks), { error: "access_denied" });
  });
}

test("openid-client logs in at the pretend GitHub and reads the user", async () => {
  const provider = github();
  const { location, checks } = await comeBack(provider, "user:email", { person: "ada" });
  const { access_token: token } = await client.authorizationCodeGrant(provider.config, location, checks);
  const read = async (path) => {
    const url = new URL(`${provider.base}/api/v3${path}`);
    const headers = new Headers({ "user-agent": "a test" });
    return (await client.fetchProtectedResource(provider.config, token, url, "GET", null, headers)).json();
  };
  assert.equal((await read("/user")).name, "Ada Lovelace");
  const primary = (await read("/user/emails")).filter((email) => email.primary && email.verified);
  assert.deepEqual(primary.map(({ email }) => email), ["ada@example.com"]);
});
