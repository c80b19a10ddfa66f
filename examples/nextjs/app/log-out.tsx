"use client";

import { useState } from "react";
import { client } from "../lib/client";
import { LatchkeyError } from "../lib/latchkey";

export function LogOut() {
  const [error, setError] = useState<LatchkeyError>();
  const logOut = async () => {
    setError(undefined);
    try {
      await client().logOut();
      location.replace("/");
    } catch (refusal) {
      if (!(refusal instanceof LatchkeyError)) throw refusal;
      setError(refusal);
    }
  };
  return (
    <>
      <button onClick={logOut}>Log out</button>
      <p role="alert">{error?.message}</p>
    </>
  );
}
