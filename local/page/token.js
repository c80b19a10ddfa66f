// The token, taken apart. Nothing is verified here: that is the work of whoever accepts it.

import { element, fact } from "./dom.js";
import { duration, pointInTime } from "./words.js";

const MEANINGS = {
  iss: "who issued it",
  aud: "whom it is for",
  client_id: "the same, for authorizers that look here",
  sub: "the user’s id",
  token_use: "what it is good for",
  jti: "its own id",
  gen: "counts changes of what the user logs in with: a token of an earlier one has ended",
  amr: "how they proved who they are",
  sid: "the session that it belongs to",
};
const TIMES = ["iat", "exp", "auth_time"];

/** Shows a token's header and claims in `place`, or where it is instead. */
export function showToken(place, { token, transport, signedIn }) {
  place.replaceChildren(...(token ? takenApart(token) : elsewhere(transport, signedIn)));
}

/** Tells again how long the shown token is valid. */
export function tick(place) {
  for (const time of place.querySelectorAll("[data-exp]")) time.textContent = untilExpiry(Number(time.dataset.exp));
}

function elsewhere(transport, signedIn) {
  if (!signedIn) return [element("p", "empty", "There is none until somebody logs in.")];
  if (transport !== "cookie") return [element("p", "empty", "It is gone from Web Storage. Log in again.")];
  return [
    element("p", "", "The browser keeps it in a cookie marked HttpOnly, and a session’s refresh token in another, and sends them by itself. This is all that a script in this page can read, yours or an attacker’s:"),
    element("dl", "facts code-facts", fact("document.cookie", JSON.stringify(document.cookie)), fact("localStorage.authToken", String(localStorage.getItem("authToken")))),
    element("p", "hint", "Your browser’s developer tools show it, under Application or Storage, Cookies."),
  ];
}

function takenApart(token) {
  const parts = token.split(".");
  let header, claims;
  try {
    [header, claims] = parts.slice(0, 2).map(decoded);
  } catch {
    return [element("p", "empty", "What is stored is not a token. Log in again.")];
  }
  const time = element("strong", "", untilExpiry(claims.exp));
  time.dataset.exp = claims.exp;
  const kinds = ["header", "claims", "signature"];
  const colored = parts.flatMap((part, index) => [...(index ? ["."] : []), element("span", kinds[index] ?? "", part)]);
  return [
    element("p", "", time),
    element("details", "raw", element("summary", "", `As it travels, ${token.length} characters`), element("pre", "raw-token", ...colored)),
    element("h3", "part header", "Header"),
    element("dl", "facts code-facts", ...Object.entries(header).map(([name, value]) => fact(name, String(value)))),
    element("h3", "part claims", "Claims"),
    element("dl", "facts code-facts", ...Object.entries(claims).map(claim)),
    element("h3", "part signature", "Signature"),
    verification(),
    ...("sid" in claims ? [renewal()] : []),
  ];
}

function verification() {
  const link = element("a", "", "the public keys");
  link.href = "/.well-known/jwks.json";
  return element("p", "hint", "Only the private key can make it. Anyone can check it with ", link, ".");
}

function renewal() {
  return element("p", "hint", "The client renews it when most of its time is over, by a refresh token that changes each time.");
}

function claim([name, value]) {
  const meaning = TIMES.includes(name) ? pointInTime(value * 1000) : MEANINGS[name];
  return fact(name, String(value), ...(meaning ? [element("small", "", meaning)] : []));
}

function untilExpiry(exp) {
  const left = exp - Date.now() / 1000;
  return left > 0 ? `Expires in ${duration(left)}.` : `Expired ${duration(-left)} ago.`;
}

function decoded(part) {
  const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
