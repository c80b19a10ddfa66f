// Sign up, log in, be known, log out: what an app needs of it, in React.

import { type FormEvent, useEffect, useState } from "react";
import { Latchkey, LatchkeyError, type User } from "../../latchkey.js";

export function App({ latchkey }: { latchkey: Latchkey }) {
  const [user, setUser] = useState<User | null>();
  const [error, setError] = useState<LatchkeyError>();

  // Only the API knows whether there is a cookie, and whether a stored token is still good. Other tabs log in and out too.
  useEffect(() => {
    const ask = () => latchkey.me().then(setUser, () => setUser(null));
    void ask();
    return latchkey.onChange(ask);
  }, [latchkey]);

  async function enter(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const isNew = (event.nativeEvent as SubmitEvent).submitter?.id === "signup";
    const { name, email, password } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    try {
      await (isNew ? latchkey.signUp({ name, email, password }) : latchkey.logIn({ email, password }));
      setError(undefined);
    } catch (refusal) {
      if (!(refusal instanceof LatchkeyError)) throw refusal;
      setError(refusal);
    }
  }

  if (user === undefined) return null;
  if (user) return <p>Hello, {user.name}. <button onClick={() => latchkey.logOut().catch(setError)}>Log out</button> {error?.message}</p>;
  return (
    <form onSubmit={enter}>
      <label>Name <input name="name" autoComplete="name" /></label> {error?.fields.name}
      <label>Email <input name="email" type="email" autoComplete="email" /></label> {error?.fields.email}
      <label>Password <input name="password" type="password" autoComplete="current-password" /></label> {error?.fields.password}
      <button id="signup">Sign up</button> <button id="login">Log in</button>
      <p role="alert">{error?.message}</p>
    </form>
  );
}
