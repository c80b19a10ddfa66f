// Who is logged in, as far as this page knows.

import { latchkey } from "./choices.js";
import { expected } from "./form.js";

export const visit = {
  /** Whoever is logged in, or `null`. */
  user: null,
  /** Their sessions, or why they are not known. */
  sessions: [],
  /** Counts log-ins and log-outs. What was asked before the last of them says nothing about now. */
  number: 0,
  /** What the reader is in the middle of, in place of logging in or of looking at an account: `forgot`, `reset` or `confirm`. */
  step: null,
};

/** What to call somebody: a provider may give neither a name nor an address. */
export function nameOf({ name, email, id }) {
  return name ?? email ?? id;
}

/** Asks who is logged in, and says whether the answer still counts. */
export async function askWhoIsLoggedIn() {
  const { number } = visit;
  const answer = await latchkey.me();
  if (number !== visit.number) return false;
  visit.user = answer;
  return await askForSessions();
}

/** Asks for the sessions, and says whether the answer still counts. The user is shown without them too. */
export async function askForSessions() {
  const { number } = visit;
  const answer = await latchkey.sessions().catch((error) => {
    if (expected(error).status === 401) throw error;
    return error;
  });
  if (number !== visit.number) return false;
  visit.sessions = answer;
  return true;
}

/** Nobody is logged in any more. */
export function forgetUser() {
  visit.number++;
  visit.user = null;
  visit.sessions = [];
}
