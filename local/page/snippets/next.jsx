"use client";

import { useState } from "react";
import { Latchkey } from "./latchkey.js";
import "./latchkey-sign-in.js";

const latchkey = new Latchkey({ baseUrl: "http://localhost:3000", refresh: true });

export default function Page() {
  const [user, setUser] = useState(null);
  return (
    <main>
      <h1>{user ? `Hello, ${user.name ?? user.email}` : "My app"}</h1>
      <latchkey-sign-in
        client={latchkey}
        onlatchkey-signed-in={({ detail }) => setUser(detail.user)}
        onlatchkey-user-changed={({ detail }) => setUser(detail.user)}
        onlatchkey-signed-out={() => setUser(null)}
      />
    </main>
  );
}
