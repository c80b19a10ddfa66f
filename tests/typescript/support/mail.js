// The inbox of `cargo dev`. A request that has its response has its mail there.

import assert from "node:assert/strict";

/** The newest mail of this kind to this address, of so many. */
export async function mailTo(url, email, kind, count = 1) {
  const isIt = (mail) => mail.kind === kind && mail.to.toLowerCase() === email.toLowerCase();
  const mails = (await (await fetch(`${url}/mails`)).json()).filter(isIt);
  assert.equal(mails.length, count);
  return mails[0];
}
