// <latchkey-sign-in> in React: it gets the app's own client, so that both know the same user.

import { useEffect, useState } from "react";
import type { Latchkey, User } from "../../latchkey.js";
import "../../latchkey-sign-in.js";
import type {} from "../../react.js";

export function App({ latchkey }: { latchkey: Latchkey }) {
  const [user, setUser] = useState<User | null>(null);
  const [isAccountShown, setIsAccountShown] = useState(true);

  useEffect(() => {
    document.title = user ? `Notes of ${user.name ?? user.email}` : "Notes";
  }, [user]);

  return (
    <main>
      <h1>Notes</h1>
      {user && (
        <p>
          Hello, {user.name ?? user.email}.{" "}
          <button onClick={() => setIsAccountShown(!isAccountShown)}>{isAccountShown ? "Hide my account" : "Show my account"}</button>
        </p>
      )}
      {(!user || isAccountShown) && (
        <latchkey-sign-in
          client={latchkey}
          onlatchkey-signed-in={({ detail }) => setUser(detail.user)}
          onlatchkey-user-changed={({ detail }) => setUser(detail.user)}
          onlatchkey-signed-out={() => setUser(null)}
        />
      )}
    </main>
  );
}
