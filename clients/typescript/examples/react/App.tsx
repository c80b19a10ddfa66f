// Sign up, log in, sign in with a provider, be known, log out: what an app needs of it, in React.

import { type FormEvent, useEffect, useState } from "react";
import { Latchkey, LatchkeyError, type Provider, PROVIDER_NAMES, type User } from "../../latchkey.js";

export function App({ latchkey }: { latchkey: Latchkey }) {
  const [user, setUser] = useState<User | null>();
  const [providers, setProviders] = useState<Provider[]>([]);
  const [toLink, setToLink] = useState<Provider | null>(null);
  const [error, setError] = useState<LatchkeyError>();

  // Only the API knows whether there is a cookie, and whether a stored token is still good. Other tabs log in and out too.
  useEffect(() => {
    const ask = () => {
      setToLink(latchkey.signInToLink);
      return latchkey.me().then(setUser, () => setUser(null));
    };
    void latchkey.finishSignIn().catch(setError).then(ask);
    latchkey.providers().then(setProviders, setError);
    return latchkey.onChange(ask);
  }, [latchkey]);

  async function attempt(work: () => Promise<unknown>) {
    try {
      await work();
      setError(undefined);
    } catch (refusal) {
      if (!(refusal instanceof LatchkeyError)) throw refusal;
      setError(refusal);
    }
    setToLink(latchkey.signInToLink);
  }

  async function enter(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const isNew = (event.nativeEvent as SubmitEvent).submitter?.id === "signup";
    const { name, email, password } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    await attempt(() => (isNew ? latchkey.signUp({ name, email, password }) : latchkey.logIn({ email, password })));
  }

  if (user === undefined) return null;
  if (user) {
    const account = user.email ?? user.name ?? user.id;
    return (
      <>
        <p>Hello, {user.name ?? account}. <button onClick={() => attempt(() => latchkey.logOut())}>Log out</button></p>
        {toLink && (
          <p>
            Link {PROVIDER_NAMES[toLink]} to {account}? <button onClick={() => attempt(() => latchkey.linkSignIn())}>Link it</button>{" "}
            <button onClick={() => attempt(async () => latchkey.dropSignIn())}>Do not link it</button>
          </p>
        )}
        <p role="alert">{error?.message}</p>
      </>
    );
  }
  return (
    <form onSubmit={enter}>
      {providers.map((provider) => (
        <button key={provider} type="button" onClick={() => attempt(() => latchkey.signInWith(provider))}>
          Continue with {PROVIDER_NAMES[provider]}
        </button>
      ))}
      <label>Name <input name="name" autoComplete="name" /></label> {error?.fields.name}
      <label>Email <input name="email" type="email" autoComplete="email" /></label> {error?.fields.email}
      <label>Password <input name="password" type="password" autoComplete="current-password" /></label> {error?.fields.password}
      <button id="signup">Sign up</button> <button id="login">Log in</button>
      <p role="alert">{error?.message}</p>
    </form>
  );
}
