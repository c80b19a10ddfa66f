// What this page says to the API and what it hears back, as scripts see it.

import { byId, element } from "./dom.js";

/** How many exchanges are kept: older ones are dropped. */
const KEPT = 12;
/** The `code` of a problem has small letters and underscores alone; those of sign-ins and of mails have others too. */
const SECRET = /("(?:password|newPassword|authToken|refreshToken|signupId|code_verifier|code(?!":\s*"[a-z_]*"))":\s*")((?:[^"\\]|\\.)*)(?=")|(Bearer )(?!error=)(\S+)/g;

const exchanges = [];
let showSecrets = false;
let exchanged = () => {};

/** Calls `listener` after each request, whatever came of it. */
export function onExchange(listener) {
  exchanged = listener;
}

/** Sends a request as `fetch` does, and shows it with its answer. */
export async function recordingFetch(url, options) {
  const exchange = {
    method: options.method,
    path: new URL(url, location.href).pathname,
    headers: options.headers,
    body: options.body,
    cookies: options.credentials === "include",
    open: true,
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
    exchange.failure = "No answer came: the service cannot be reached.";
    throw error;
  } finally {
    // Not before: what is drawn has ended, whatever else is on its way.
    for (const earlier of exchanges) earlier.open = false;
    exchanges.unshift(exchange);
    exchanges.length = Math.min(exchanges.length, KEPT);
    show();
    exchanged();
  }
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
  const details = element("details", "exchange", summary(exchange), element("h3", "", "Request"));
  details.open = exchange.open;
  details.addEventListener("toggle", () => (exchange.open = details.open));
  details.append(message(`${method} ${path}`, headers, body));
  if (cookies) {
    details.append(element("p", "hint", "The browser adds the cookie to it, and takes it from the answer. Scripts see neither."));
  }
  details.append(element("h3", "", "Answer"));
  if (failure) details.append(element("p", "hint", failure));
  else details.append(message(`${status} ${reason}`.trim(), exchange.answerHeaders, exchange.answerBody));
  return details;
}

function summary({ method, path, status, milliseconds }) {
  const kind = !status || status >= 500 ? "bad" : status >= 400 ? "refused" : "good";
  return element(
    "summary",
    "",
    element("span", "call", element("b", "", method), " ", path),
    " ",
    element("span", `code ${kind}`, status ? String(status) : "no answer"),
    " ",
    element("span", "took", `${milliseconds.toFixed(0)} ms`),
  );
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
