// Compiles, or a type is not what an app builds on.

import { Latchkey, LatchkeyError, type ErrorCode, type Session, type User } from "./latchkey.js";

const latchkey = new Latchkey({ baseUrl: "https://api.example.com", transport: "cookie" });

export async function wellTyped(): Promise<User> {
  await latchkey.signUp({ name: "Grace Hopper", email: "grace@example.com", password: "nine-Violet-kettles" });
  await latchkey.logIn({ email: "grace@example.com", password: "nine-Violet-kettles" });
  await latchkey.logOut();
  await latchkey.logOut({ everywhere: true });
  const { id, name, created_at }: { id: string; name: string | null; created_at: number } = await latchkey.me();
  return { id, name, created_at, email: "grace@example.com" };
}

export async function sessionsAreTyped(storage: Storage): Promise<Session | undefined> {
  const withSession = new Latchkey({ refresh: true, storage });
  await withSession.logIn({ email: "grace@example.com", password: "nine-Violet-kettles", refresh: false });
  const token: string | null = await withSession.freshToken();
  await withSession.renew();
  const stop: () => void = withSession.onChange(({ elsewhere }) => elsewhere && token);
  stop();
  await withSession.endSessions({ others: true });
  const [{ id, device, used_at }]: { id: string; device: string | null; used_at: number }[] = await withSession.sessions();
  await withSession.endSessions({ id });
  return (await withSession.sessions()).find((session) => session.current && session.used_at > used_at && device);
}

export function codesAreKnown(error: LatchkeyError): string | undefined {
  const code: ErrorCode = error.code;
  if (code === "validation_failed") return error.fields.password;
  if (code === "invalid_refresh_token" || code === "refresh_superseded") return "session";
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
  // @ts-expect-error: which sessions are to end has to be said
  void latchkey.endSessions({});
  // @ts-expect-error: all others end, or one
  void latchkey.endSessions({ others: false });
  // @ts-expect-error: there is no such field
  void new LatchkeyError({ message: "" }).fields.phone;
}
