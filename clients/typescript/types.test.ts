// Compiles, or a type is not what an app builds on.

import { Latchkey, LatchkeyError, MESSAGES, PROVIDER_NAMES, type ErrorCode, type Provider, type Session, type SignUpToConfirm, type User } from "./latchkey.js";

const latchkey = new Latchkey({ baseUrl: "https://api.example.com", transport: "cookie" });

export async function wellTyped(): Promise<User> {
  await latchkey.signUp({ name: "Grace Hopper", email: "grace@example.com", password: "nine-Violet-kettles" });
  const { email }: User = await latchkey.logIn({ email: "grace@example.com", password: "nine-Violet-kettles" });
  const current: User | null = await latchkey.currentUser();
  if (current?.email === email) await latchkey.logOut();
  await latchkey.logOut({ everywhere: true });
  const { id, name, created_at, identities }: { id: string; name: string | null; created_at: number; identities: Provider[] } =
    await latchkey.me();
  return { id, name, created_at, identities, email: "grace@example.com", email_verified: false };
}

export async function sessionsAreTyped(storage: Storage): Promise<Session | undefined> {
  const withSession = new Latchkey({ refresh: true, storage });
  await withSession.logIn({ email: "grace@example.com", password: "nine-Violet-kettles", refresh: false });
  const token: string | null = await withSession.freshToken();
  await withSession.renew();
  const stop: () => void = withSession.onChange(({ elsewhere, kind }) => elsewhere && kind === "logout" && token);
  stop();
  await withSession.endSessions({ others: true });
  const [{ id, device, used_at }]: { id: string; device: string | null; used_at: number }[] = await withSession.sessions();
  await withSession.endSessions({ id });
  return (await withSession.sessions()).find((session) => session.current && session.used_at > used_at && device);
}

export async function changesAreTyped(): Promise<string | null> {
  await latchkey.changePassword({ password: "nine-Violet-kettles", newPassword: "ten-Amber-teapots" });
  await latchkey.changePassword({ newPassword: "ten-Amber-teapots" });
  const { name }: { name: string | null } = await latchkey.updateMe({ name: "Ada Lovelace" });
  await latchkey.deleteAccount({ password: "ten-Amber-teapots" });
  await latchkey.deleteAccount();
  return name;
}

export async function codesByMailAreTyped(): Promise<string> {
  const user: User | null = await latchkey.signUp({
    name: "Grace Hopper",
    email: "grace@example.com",
    password: "nine-Violet-kettles",
  });
  const begun: SignUpToConfirm | null = user ? null : latchkey.signUpToConfirm;
  if (begun && begun.until > Date.now()) return (await latchkey.confirmSignUp({ code: "1234 5678" })).id;
  if (latchkey.signUpToConfirm) await latchkey.resendSignUp();
  latchkey.dropSignUp();
  await latchkey.sendVerification();
  await latchkey.verifyEmail({ code: "1234 5678" });
  await latchkey.changeEmail({ email: "ada@example.com", password: "nine-Violet-kettles" });
  await latchkey.changeEmail({ email: "ada@example.com" });
  await latchkey.confirmEmail({ code: "1234 5678" });
  await latchkey.forgotPassword({ email: "ada@example.com" });
  const link: { kind: "signup" | "verify" | "change" | "reset"; code: string; email: string | null } | null = latchkey.takeMailLink();
  if (link?.kind === "reset" && link.email) {
    await latchkey.resetPassword({ email: link.email, code: link.code, password: "ten-Amber-teapots" });
  }
  return begun?.email ?? "ada@example.com";
}

export async function signingInWithProvidersIsTyped(): Promise<string | null> {
  const providers: Provider[] = await latchkey.providers();
  for (const provider of providers) await latchkey.signInWith(provider, { returnTo: "/signed-in", link: true, refresh: true });
  const signIn: { provider: Provider; linked: boolean; from: string } | null = await latchkey.finishSignIn();
  const waiting: Provider | null = latchkey.signInToLink;
  if (waiting) await latchkey.linkSignIn();
  latchkey.dropSignIn();
  const { identities, email }: { identities: Provider[]; email: string | null } = await latchkey.me();
  for (const identity of identities) await latchkey.unlink(identity);
  return signIn ? PROVIDER_NAMES[signIn.provider] : email;
}

export function codesAreKnown(error: LatchkeyError): string | undefined {
  const code: ErrorCode = error.code;
  if (code === "validation_failed") return error.fields.password;
  if (code === "sign_in_cancelled" || code === "email_taken" || code === "invalid_code") return "sign-in";
  if (code === "sign_up_expired" || code === "already_verified" || code === "email_not_verified") return "address";
  if (code === "invalid_refresh_token" || code === "refresh_superseded") return "session";
  if (code === "too_many_attempts") return error.retryAfter?.toFixed();
  // @ts-expect-error: there is no such code
  if (code === "wrong_password") return undefined;
  if (error.fieldCodes.password === "too_weak") return error.detail;
  return error.message;
}

export function wordsAreReplaceable(): Latchkey {
  // @ts-expect-error: no error has this code
  new Latchkey({ messages: { wrong_password: "Falsch." } });
  return new Latchkey({ messages: { ...MESSAGES, invalid_credentials: "E-Mail-Adresse oder Passwort ist falsch.", too_weak: "Zu leicht zu erraten." } });
}

export function mistakesAreSeen() {
  // @ts-expect-error: a sign-up needs a password
  void latchkey.signUp({ name: "Grace Hopper", email: "grace@example.com" });
  // @ts-expect-error: there are two ways for a token to travel
  new Latchkey({ transport: "header" });
  // @ts-expect-error: there is no such provider
  void latchkey.signInWith("myspace");
  // @ts-expect-error: which sessions are to end has to be said
  void latchkey.endSessions({});
  // @ts-expect-error: all others end, or one
  void latchkey.endSessions({ others: false });
  // @ts-expect-error: a reset needs the address
  void latchkey.resetPassword({ code: "1234 5678", password: "ten-Amber-teapots" });
  // @ts-expect-error: there is no such field
  void new LatchkeyError({ message: "" }).fields.phone;
}
