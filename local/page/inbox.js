// The inbox: every mail of `cargo dev` lands here, whomever it is for.

import { copyButton } from "./copy.js";
import { byId, element } from "./dom.js";
import { timeOfDay } from "./words.js";

/** How many mails are shown. */
const SHOWN = 5;
/** How often to look for mails that others cause, in milliseconds. */
const EVERY = 3000;

let mails = [];
let hasLooked = false;
let looking = Promise.resolve();
let timer;

/** Looks for mails, and from then on again and again. A request that has its response has its mail there. */
export function look() {
  looking = looking.then(lookOnce);
}

async function lookOnce() {
  clearTimeout(timer);
  if (!document.hidden) update((await received()) ?? []);
  hasLooked = true;
  timer = setTimeout(look, EVERY);
}

/** The mails, newest first, or `null` if there is no response: `cargo dev` may have stopped. */
async function received() {
  try {
    const answer = await fetch("/mails");
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Draws what has come since, and leaves what is there as it is: the reader may be in the middle of it. */
function update(now) {
  const newest = mails[0];
  const isKnown = ({ at, to, kind }) => newest && at === newest.at && to === newest.to && kind === newest.kind;
  const known = now.findIndex(isKnown);
  const come = known === -1 ? now : now.slice(0, known);
  if (!come.length) return;
  mails = now;
  showMails(come);
  if (hasLooked) byId("inbox-status").textContent = `A mail has come: ${come[0].subject}.`;
}

function showMails(come) {
  const list = byId("mails");
  list.prepend(...come.slice(0, SHOWN).map((mail) => element("li", "", ...drawn(mail))));
  while (list.children.length > SHOWN) list.lastChild.remove();
  byId("inbox-empty").hidden = list.children.length > 0;
}

function drawn({ at, to, subject, text, code, link }) {
  const time = element("time", "hint", timeOfDay(at));
  time.dateTime = new Date(at).toISOString();
  const parts = [element("div", "heading", element("h3", "", subject), time), element("p", "hint", `To ${to}`)];
  if (code) {
    const actions = element("div", "code-line", element("span", "mail-code", code), element("span", "", ...copyButton("the code", () => code)));
    if (link) actions.append(opener(link, subject));
    parts.push(actions);
  }
  const whole = element("details", "raw", element("summary", "", "Read it"), element("pre", "", text.trim()));
  whole.firstChild.setAttribute("aria-label", `Read it: ${subject}`);
  return [...parts, whole];
}

function opener(link, subject) {
  const opener = element("a", "", "Open its link");
  opener.href = link;
  opener.setAttribute("aria-label", `Open its link: ${subject}`);
  return opener;
}
