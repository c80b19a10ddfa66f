// Compiles, or a type is not what an app builds on.

import { Latchkey, LatchkeyError, type ErrorCode, type User } from "./latchkey.js";

const latchkey = new Latchkey({ baseUrl: "https://api.example.com", transport: "cookie" });

export async function wellTyped(): Promise<User> {
  await latchkey.signUp({ name: "Grace Hopper", email: "grace@example.com", password: "nine-Violet-kettles" });
  await latchkey.logIn({ email: "grace@example.com", password: "nine-Violet-kettles" });
  await latchkey.logOut();
  await latchkey.logOut({ everywhere: true });
  const { id, name, created_at }: { id: string; name: string | null; created_at: number } = await latchkey.me();
  return { id, name, created_at, email: "grace@example.com" };
}

export function codesAreKnown(error: LatchkeyError): string | undefined {
  const code: ErrorCode = error.code;
  if (code === "validation_failed") return error.fields.password;
  if (code === "too_many_attempts") return error.retryAfter?.toFixed();
  // @ts-expect-error: there is no such code
  if (code === "wrong_password") return undefined;
  return error.message;
}

export function mistakesAreSeen() {
  // @ts-expect-error: a sign-up needs a password
  void latchkey.signUp({ name: "Grace Hopper", email: "grace@example.com" });
  // @ts-expect-error: there are two ways for a token to travel
  new Latchkey({ transport: "header" });
  // @ts-expect-error: there is no such field
  void new LatchkeyError({ message: "" }).fields.phone;
}
