// The client as npm would publish it, and what it needs in Node.

import assert from "node:assert/strict";

import { variable } from "../../javascript/variable.js";

export const { Latchkey, LatchkeyError } = await import(variable("LATCHKEY_CLIENT"));
export const baseUrl = variable("LATCHKEY_URL");

/** Web Storage, which Node has not. */
export function newStorage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

export function newClient(options = {}) {
  return new Latchkey({ baseUrl, storage: newStorage(), ...options });
}

/** Sends requests as a browser does that keeps cookies: its jar has their values by name. */
export function withCookies() {
  const jar = new Map();
  const send = async (url, options) => {
    assert.equal(options.credentials, "include");
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...options, headers: { ...options.headers, ...(cookies && { Cookie: cookies }) } });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]*)=([^;]*)/.exec(cookie);
      if (/max-age=0(;|$)/i.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  return { jar, send };
}

/** Why the client refused to do something. */
export async function refusal(work) {
  const error = await work.then(() => assert.fail("it was not refused"), (reason) => reason);
  assert.ok(error instanceof LatchkeyError, String(error));
  return error;
}
