// The pretend providers of `cargo dev`, and somebody who consents there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { variable } from "../../../javascript/variable.js";

const apps = JSON.parse(readFileSync(new URL("../../pretend_apps.json", import.meta.url)));

/** A pretend provider: its URL, and the id, the secret and the callback of the app that is registered there. */
export function pretend(provider) {
  return {
    base: `${variable("LATCHKEY_PROVIDERS_URL")}/${provider}`,
    callback: `http://localhost:3000/auth/oauth/${provider}/callback`,
    ...apps[provider],
  };
}

/** Sends the form of the consent page. Returns the URL that the browser would go to. */
export async function consent(authorizationUrl, form) {
  const body = new URLSearchParams({ answer: "continue", ...form });
  const response = await fetch(authorizationUrl, { method: "POST", body, redirect: "manual" });
  assert.equal(response.status, 303, await response.text());
  return new URL(response.headers.get("location"));
}
