// The requests that this page sends to the API and their responses, as scripts see them.

import { copyButton } from "./copy.js";
import { byId, element } from "./dom.js";

/** How many exchanges are kept: older ones are dropped. */
const KEPT = 12;
/** The `code` of a problem has small letters and underscores alone; those of sign-ins and of mails have others too. */
const SECRET = /("(?:password|newPassword|authToken|refreshToken|signupId|invite|code_verifier|code(?!":\s*"[a-z_]*"))":\s*")((?:[^"\\]|\\.)*)(?=")|(Bearer )(?!error=)(\S+)/g;

const exchanges = [];
let showSecrets = false;
let exchanged = () => {};

/** Calls `listener`, the only one, with each request and its response, or with why there is none. */
export function onExchange(listener) {
  exchanged = listener;
}

/** Sends a request as `fetch` does, and shows it with its response. */
export async function recordingFetch(url, options) {
  const exchange = {
    method: options.method,
    path: new URL(url, location.href).pathname,
    headers: options.headers,
    body: options.body,
    cookies: options.credentials === "include",
    open: false,
  };
  const started = performance.now();
  try {
    const answer = await fetch(url, options);
    exchange.milliseconds = performance.now() - started;
    exchange.status = answer.status;
    exchange.reason = answer.statusText;
    exchange.answerHeaders = Object.fromEntries(answer.headers);
    exchange.answerBody = await answer.clone().text();
    return answer;
  } catch (error) {
    exchange.milliseconds ??= performance.now() - started;
    exchange.failure = "There is no response: the API cannot be reached.";
    throw error;
  } finally {
    // What somebody does is opened, and what the sign-in reads after it is not.
    if (exchange.method !== "GET" || !(exchange.status < 400)) openAlone(exchange);
    exchanges.unshift(exchange);
    exchanges.length = Math.min(exchanges.length, KEPT);
    show();
    exchanged(exchange);
  }
}

/** Opens the newest request. */
export function openNewest() {
  if (exchanges.length) openAlone(exchanges[0]);
  show();
}

function openAlone(opened) {
  for (const exchange of exchanges) exchange.open = false;
  opened.open = true;
}

/** Lets the switch say whether passwords and tokens are shown. */
export function wireSecrets(checkbox) {
  checkbox.addEventListener("change", () => {
    showSecrets = checkbox.checked;
    show();
  });
}

function show() {
  byId("wire-empty").hidden = exchanges.length > 0;
  byId("exchanges").replaceChildren(...exchanges.map((exchange) => element("li", "", drawn(exchange))));
}

function drawn(exchange) {
  const { method, path, headers, body, cookies, status, reason, failure } = exchange;
  const details = element("details", "exchange", summary(exchange), ...titled("Request", message(`${method} ${path}`, headers, body)));
  details.open = exchange.open;
  details.addEventListener("toggle", () => (exchange.open = details.open));
  if (cookies) {
    details.append(element("p", "hint", "The browser adds the cookie, and takes it from the response. Scripts see neither."));
  }
  const response = failure ? element("p", "hint", failure) : message(`${status} ${reason}`.trim(), exchange.answerHeaders, exchange.answerBody);
  details.append(...titled("Response", response));
  return details;
}

function summary({ method, path, status, milliseconds }) {
  const kind = !status || status >= 500 ? "bad" : status >= 400 ? "refused" : "good";
  return element(
    "summary",
    "",
    element("span", "call", element("b", "", method), " ", path),
    " ",
    element("span", `code ${kind}`, status ? String(status) : "no response"),
    " ",
    element("span", "took", `${milliseconds.toFixed(0)} ms`),
  );
}

/** What is shown of a request or of its response, below a title with a button that copies it. */
function titled(title, shown) {
  const copy = copyButton(`the ${title.toLowerCase()}`, () => shown.textContent);
  return [element("div", "heading", element("h3", "", title), element("span", "", ...copy)), shown];
}

/** A message of HTTP: its first line, headers and body. */
function message(firstLine, headers, body) {
  const block = element("pre", "", element("b", "", firstLine), "\n");
  for (const [name, value] of Object.entries(headers)) {
    block.append(element("span", "name", `${name.toLowerCase()}:`), " ", ...masked(value), "\n");
  }
  if (body) block.append("\n", ...masked(indented(body)));
  return block;
}

function indented(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** The text with passwords and tokens hidden, unless they are to be shown. */
function masked(text) {
  const parts = [];
  let shown = 0;
  for (const { 0: whole, 1: beforeInBody, 2: inBody, 3: beforeInHeader, 4: inHeader, index } of text.matchAll(SECRET)) {
    parts.push(text.slice(shown, index), beforeInBody ?? beforeInHeader, secret(inBody ?? inHeader));
    shown = index + whole.length;
  }
  return [...parts, text.slice(shown)];
}

function secret(text) {
  if (showSecrets) return element("span", "secret", text);
  const hidden = element("span", "secret", "•".repeat(12));
  hidden.title = `${text.length} characters, hidden`;
  return hidden;
}
