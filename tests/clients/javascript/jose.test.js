// npm's jose, which knows nothing but where the keys are.

import assert from "node:assert/strict";
import test from "node:test";

import { createRemoteJWKSet, jwtVerify } from "jose";

import { url } from "./support/stack.js";
import { forged, newToken } from "./support/token.js";

const expected = { issuer: url, audience: "latchkey", algorithms: ["RS256"], typ: "JWT" };

function verify(token, options = expected) {
  return jwtVerify(token, createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`)), options);
}

test("jose verifies a token from the key set's address alone", async () => {
  const { payload, protectedHeader } = await verify(await newToken());
  assert.equal(protectedHeader.alg, "RS256");
  assert.equal(payload.token_use, "access");
  assert.ok(payload.sub);
});

test("jose refuses a forged token", async () => {
  await assert.rejects(verify(forged(await newToken())), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
});

test("jose refuses a token for another audience", async () => {
  const call = verify(await newToken(), { ...expected, audience: "somebody-else" });
  await assert.rejects(call, { code: "ERR_JWT_CLAIM_VALIDATION_FAILED", claim: "aud" });
});
