// npm's openid-client, certified by the OpenID Foundation, finds out what the issuer has to say about itself.

import assert from "node:assert/strict";
import test from "node:test";

import { allowInsecureRequests, discovery } from "openid-client";

import { url } from "./support/stack.js";

// On localhost there is no TLS.
const overHttp = { execute: [allowInsecureRequests] };

test("openid-client discovers the issuer", async () => {
  const metadata = (await discovery(new URL(url), "latchkey", undefined, undefined, overHttp)).serverMetadata();
  assert.equal(metadata.issuer, url);
  assert.equal(metadata.jwks_uri, `${url}/.well-known/jwks.json`);
  assert.deepEqual(metadata.id_token_signing_alg_values_supported, ["RS256"]);
});

test("openid-client refuses a document of another issuer", async () => {
  // The same server under another name, which is not the one in its document.
  const other = new URL(url.replace("//localhost:", "//127.0.0.1:"));
  await assert.rejects(discovery(other, "latchkey", undefined, undefined, overHttp), {
    code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED",
  });
});
