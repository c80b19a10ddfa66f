import { useState } from "react";
import { createRoot } from "react-dom/client";
import { Latchkey } from "./latchkey.js";
import "./latchkey-sign-in.js";

const latchkey = new Latchkey({ baseUrl: "http://localhost:3000", refresh: true });

function App() {
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

createRoot(document.getElementById("root")).render(<App />);
