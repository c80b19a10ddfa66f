// Which tokens the pages of the Next.js example accept. Latchkey's own key signs those that differ in one claim, so that nothing but
// that claim can be why they are refused.

import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import test, { before } from "node:test";

import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from "jose";

import { variable } from "../javascript/variable.js";
import { appUrl, getPage, newToken } from "./support/app.js";

const ourKey = createPrivateKey({ key: variable("LATCHKEY_SIGNING_KEY"), encoding: "base64", format: "der", type: "pkcs8" });

let token, header, claims;
before(async () => {
  token = await newToken();
  header = decodeProtectedHeader(token);
  claims = decodeJwt(token);
});

function signed(changedClaims, { key = ourKey, ...changedHeader } = {}) {
  return new SignJWT({ ...claims, ...changedClaims }).setProtectedHeader({ ...header, ...changedHeader }).sign(key);
}

async function assertAccepted(path, token) {
  const response = await getPage(path, token);
  assert.equal(response.status, 200);
  return await response.text();
}

async function assertSentAway(path, to, token, what) {
  const response = await getPage(path, token);
  assert.deepEqual([what, response.status, response.headers.get("location")], [what, 307, to]);
}

test("Next.js: a user of Latchkey gets their own notes", async () => {
  for (const accepted of [token, await signed({})]) {
    assert.ok((await assertAccepted("/notes", accepted)).includes(claims.sub));
  }
});

test("Next.js: without a token, pages for users lead to the log-in", async () => {
  await assertSentAway("/notes", "/?to=/notes");
  await assertSentAway("/account", "/");
});

test("Next.js: another issuer, another audience, another kind of token and an expired token are refused, although Latchkey's key signed them", async () => {
  const wrong = [
    { iss: "https://evil.example" },
    { aud: "somebody-else" },
    { aud: ["somebody-else"] },
    { token_use: "id" },
    { exp: Math.floor(Date.now() / 1000) - 1 },
    { sub: "" },
    ...["iss", "aud", "exp", "sub", "token_use"].map((name) => ({ [name]: undefined })),
  ];
  for (const changed of wrong) {
    await assertSentAway("/notes", "/?to=/notes", await signed(changed), changed);
    await assertSentAway("/account", "/", await signed(changed), changed);
  }
});

test("Next.js: a changed token, a foreign key, another algorithm, `none` and HS256 under the public key are refused", async () => {
  const [head, , signature] = token.split(".");
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: "somebody-else" })).toString("base64url");
  const foreignKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const { keys } = await (await fetch(`${appUrl}/.well-known/jwks.json`)).json();
  const publicKey = new TextEncoder().encode(JSON.stringify(keys[0]));
  const wrong = {
    changed: [head, changed, signature].join("."),
    "a foreign key": await signed({}, { key: foreignKey }),
    "an unknown key": await signed({}, { kid: "unknown" }),
    "another type": await signed({}, { typ: "at+jwt" }),
    "no kid": await signed({}, { kid: undefined }),
    RS384: await signed({}, { alg: "RS384" }),
    PS256: await signed({}, { alg: "PS256" }),
    HS256: await signed({}, { alg: "HS256", key: publicKey }),
    none: new UnsecuredJWT(claims).encode(),
    "no token": "garbage",
  };
  for (const [what, forged] of Object.entries(wrong)) {
    await assertSentAway("/notes", "/?to=/notes", forged, what);
    await assertSentAway("/account", "/", forged, what);
  }
});

test("Next.js: a token that was ended is refused by the page that asks Latchkey, and accepted by the other until it expires", async () => {
  const ended = await newToken();
  await assertAccepted("/account", ended);
  const response = await fetch(`${appUrl}/auth/logout`, {
    method: "POST",
    headers: { cookie: `__Host-authToken=${ended}`, "x-token-transport": "cookie" },
  });
  assert.equal(response.status, 204);
  await assertSentAway("/account", "/", ended);
  await assertAccepted("/notes", ended);
});

test("Next.js: an outage of Latchkey is not shown as a log-out", async () => {
  for (const path of ["/notes", "/account"]) {
    assert.equal((await getPage(path, token, variable("NEXTJS_WITHOUT_LATCHKEY_URL"))).status, 500, path);
  }
});
