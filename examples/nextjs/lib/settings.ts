import "server-only";

// Read when a request needs them: `next build` has none of them.

function variable(name: string) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. README.md says what it means.`);
  return value;
}

/** A URL of Latchkey, past this app. */
export const latchkey = (path: string) => new URL(path, variable("LATCHKEY_URL"));

/** What Latchkey's tokens name as `iss` and `aud`. */
export const expected = () => ({
  issuer: variable("LATCHKEY_ISSUER"),
  audience: process.env.LATCHKEY_AUDIENCE || "latchkey",
});

/** Proves to Latchkey that a request comes from this app. */
export const proof = () => ({ "x-origin-secret": variable("LATCHKEY_ORIGIN_SECRET") });

/** The cookie that holds the access token. `cargo dev --plain-cookie` names it `authToken`. */
export const tokenCookie = () => process.env.TOKEN_COOKIE || "__Host-authToken";

/** How many proxies stand in front of this app and append to `X-Forwarded-For`. */
export function proxiesInFront() {
  const count = Number(variable("PROXIES_IN_FRONT"));
  if (!Number.isInteger(count) || count < 1) {
    throw new Error("PROXIES_IN_FRONT must be 1 or more: without a proxy in front, callers choose their address.");
  }
  return count;
}
