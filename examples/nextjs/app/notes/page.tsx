import { redirect } from "next/navigation";

import { userId } from "../../lib/user";
import { LogOut } from "../log-out";

// Where an app would read the notes of this id from its own table.
const NOTES = ["Water the violets."];

export default async function Page() {
  const id = await userId();
  if (!id) redirect("/?to=/notes");
  return (
    <main>
      <h1>Notes of user {id}</h1>
      <ul>{NOTES.map((note) => <li key={note}>{note}</li>)}</ul>
      <p><a href="/account">Account</a></p>
      <LogOut />
    </main>
  );
}
