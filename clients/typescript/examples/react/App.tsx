// Sign up, log in, sign in with a provider, be known, log out: what an app needs of it, in React.

import { type FormEvent, type ReactNode, useCallback, useEffect, useState } from "react";
import { Latchkey, LatchkeyError, type Provider, PROVIDER_NAMES, type User } from "../../latchkey.js";

type Fields = Record<string, string>;

export function App({ latchkey }: { latchkey: Latchkey }) {
  const [user, setUser] = useState<User | null>();
  const [providers, setProviders] = useState<Provider[]>([]);
  const [toLink, setToLink] = useState<Provider | null>(null);
  const [error, setError] = useState<LatchkeyError>();
  const [isNew, setIsNew] = useState(false);

  const attempt = useCallback(
    async (work: () => Promise<unknown>) => {
      setError(undefined);
      try {
        await work();
      } catch (refusal) {
        if (!(refusal instanceof LatchkeyError)) throw refusal;
        setError(refusal);
      }
      setToLink(latchkey.signInToLink);
    },
    [latchkey],
  );
  // Only the API knows whether there is a cookie, and whether a stored token is still good. If it does not answer, `user` stays what
  // it was: nobody is told that they are logged out.
  const ask = useCallback(() => attempt(async () => setUser(await latchkey.currentUser())), [attempt, latchkey]);

  useEffect(() => {
    const refused = (refusal: unknown) => setError(refusal as LatchkeyError);
    void latchkey.finishSignIn().then(ask, (refusal) => ask().then(() => refused(refusal)));
    latchkey.providers().then(setProviders, () => {});
    // Other tabs log in and out too.
    return latchkey.onChange(({ kind }) => {
      if (kind === "logout") setUser(null);
      else if (kind !== "renewal") void ask();
    });
  }, [ask, latchkey]);

  if (user === undefined) {
    return error ? <p role="alert">{error.message} <button onClick={ask}>Try again</button></p> : null;
  }
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
  // A form for each purpose: Enter sends the one that somebody types in, and password managers know which it is.
  return (
    <>
      {isNew ? (
        <Form send={(fields) => attempt(() => latchkey.signUp(fields as { name: string; email: string; password: string }))}>
          <label>Email <input name="email" type="email" autoComplete="username" /></label> {error?.fields.email}
          <label>Name <input name="name" autoComplete="name" /></label> {error?.fields.name}
          <label>Password <input name="password" type="password" autoComplete="new-password" /></label> {error?.fields.password}
          <button>Sign up</button>
        </Form>
      ) : (
        <Form send={(fields) => attempt(() => latchkey.logIn(fields as { email: string; password: string }))}>
          <label>Email <input name="email" type="email" autoComplete="username" /></label> {error?.fields.email}
          <label>Password <input name="password" type="password" autoComplete="current-password" /></label> {error?.fields.password}
          <button>Log in</button>
        </Form>
      )}
      <p role="alert">{error?.message}</p>
      <button onClick={() => setIsNew(!isNew)}>{isNew ? "I have an account" : "I have no account"}</button>
      {providers.map((provider) => (
        <button key={provider} onClick={() => attempt(() => latchkey.signInWith(provider))}>
          Continue with {PROVIDER_NAMES[provider]}
        </button>
      ))}
    </>
  );
}

function Form({ send, children }: { send: (fields: Fields) => Promise<void>; children: ReactNode }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void send(Object.fromEntries(new FormData(event.currentTarget)) as Fields);
  };
  return <form onSubmit={submit}>{children}</form>;
}
