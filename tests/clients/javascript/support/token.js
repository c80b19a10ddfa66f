import assert from "node:assert/strict";

import { newPerson } from "../../../javascript/person.js";
import { url } from "./stack.js";

/** The token of somebody who has just signed up. */
export async function newToken() {
  const answer = await fetch(`${url}/auth/signup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(newPerson()),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).authToken;
}

/** The token with another user in it, under the same signature. */
export function forged(token) {
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  const forgedPayload = Buffer.from(JSON.stringify({ ...claims, sub: "somebody-else" })).toString("base64url");
  return [header, forgedPayload, signature].join(".");
}
