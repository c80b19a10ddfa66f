import { redirect } from "next/navigation";

import { user } from "../../lib/user";
import { LogOut } from "../log-out";

export default async function Page() {
  const person = await user();
  if (!person) redirect("/");
  return (
    <main>
      <h1>Hello, {person.name ?? person.email}.</h1>
      <p>You are logged in as {person.email}.</p>
      <p><a href="/notes">Notes</a></p>
      <LogOut />
    </main>
  );
}
