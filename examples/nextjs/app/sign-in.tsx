"use client";

import { type FormEvent, useEffect, useState } from "react";
import { client } from "../lib/client";
import { LatchkeyError } from "../lib/latchkey";

/** When this tab last went on by itself, in milliseconds. */
const WENT_ON = "wentOnAt";
/** Whoever is back within so many milliseconds was sent back. */
const SENT_BACK_WITHIN = 5_000;

/** A log-in and a sign-up. Both lead to the page `to`, which is loaded anew, so that nothing from before is shown. */
export function SignIn({ to }: { to: string }) {
  const [error, setError] = useState<LatchkeyError>();
  const [isNew, setIsNew] = useState(false);
  const [isSentBack, setIsSentBack] = useState(false);

  const attempt = async (work: () => Promise<unknown>) => {
    setError(undefined);
    try {
      if (await work()) location.replace(to);
    } catch (refusal) {
      if (!(refusal instanceof LatchkeyError)) throw refusal;
      setError(refusal);
    }
  };
  // Whoever comes here because their token has expired may still have a session, which renews it. If the page does not accept the
  // renewed token either, the app's settings are wrong: its log says how.
  const goOn = async () => {
    const isBack = Date.now() - Number(sessionStorage.getItem(WENT_ON)) < SENT_BACK_WITHIN;
    if (!(await client().currentUser())) return false;
    sessionStorage.setItem(WENT_ON, String(Date.now()));
    setIsSentBack(isBack);
    return !isBack;
  };
  useEffect(() => void attempt(goOn), [to]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as { name: string; email: string; password: string };
    void attempt(() => (isNew ? client().signUp(fields) : client().logIn(fields)));
  };
  return (
    <>
      <form method="post" onSubmit={submit} key={String(isNew)}>
        {isNew && <p><label>Name <input name="name" autoComplete="name" /></label> {error?.fields.name}</p>}
        <p><label>Email <input name="email" type="email" autoComplete="username" /></label> {error?.fields.email}</p>
        <p>
          <label>
            Password <input name="password" type="password" autoComplete={isNew ? "new-password" : "current-password"} />
          </label>{" "}
          {error?.fields.password}
        </p>
        <button>{isNew ? "Sign up" : "Log in"}</button>
      </form>
      <p role="alert">{isSentBack ? "Your log-in is not accepted here. Tell the people who run this app." : error?.message}</p>
      <button onClick={() => setIsNew(!isNew)}>{isNew ? "I have an account" : "I have no account"}</button>
    </>
  );
}
