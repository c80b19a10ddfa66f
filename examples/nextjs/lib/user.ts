import "server-only";

import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { cookies } from "next/headers";
import { cache } from "react";

import { expected, latchkey, proof, tokenCookie } from "./settings";

/** Latchkey may take this long, in milliseconds. A person waits for it. */
const TIMEOUT = 3_000;
/** How long keys are used before they are read again, in milliseconds: the `max-age` that Latchkey sends. */
const KEYS_FRESH = 5 * 60_000;

/** What `GET /auth/me` says, as far as this app shows it. */
export interface User {
  id: string;
  name: string | null;
  email: string | null;
}

/**
 * The id of the user whose token is in the cookie, or `null` if nobody is logged in. Sends no request but for the keys, so it accepts a
 * token until it expires, even after a log-out.
 *
 * @throws if the keys cannot be read
 */
export const userId = cache(async (): Promise<string | null> => {
  const token = await tokenInCookie();
  if (!token) return null;
  try {
    const { payload } = await jwtVerify(token, key, {
      ...expected(),
      algorithms: ["RS256"],
      typ: "JWT",
      requiredClaims: ["sub", "exp"],
    });
    return (payload.token_use === "access" && payload.sub) || null;
  } catch (error) {
    if (error instanceof errors.JOSEError) {
      // Anyone can send a bad token. If it is everybody's, the settings are wrong.
      if (!(error instanceof errors.JWTExpired)) console.warn(`A token was refused: ${error.message}`);
      return null;
    }
    throw error;
  }
});

/**
 * The user whose token is in the cookie, or `null` if nobody is logged in. Asks Latchkey, which knows whether the token was ended.
 *
 * @throws if Latchkey has trouble: that is not a log-out
 */
export const user = cache(async (): Promise<User | null> => {
  const token = await tokenInCookie();
  if (!token) return null;
  const response = await fetch(latchkey("/auth/me"), {
    headers: { ...proof(), authorization: `Bearer ${token}` },
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`GET /auth/me returned ${response.status}: ${await response.text()}`);
  return await response.json();
});

async function tokenInCookie() {
  return (await cookies()).get(tokenCookie())?.value;
}

let keys: ReturnType<typeof createRemoteJWKSet> | undefined;

/** The key that the token's header names. An outage must not look like a bad token. */
const key: JWTVerifyGetKey = async (header, token) => {
  keys ??= createRemoteJWKSet(latchkey("/.well-known/jwks.json"), {
    headers: proof(),
    cacheMaxAge: KEYS_FRESH,
    timeoutDuration: TIMEOUT,
  });
  try {
    return await keys(header, token);
  } catch (cause) {
    if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
    throw new Error("Latchkey's keys cannot be read.", { cause });
  }
};
