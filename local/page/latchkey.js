// Latchkey's client for a page: one file, no dependencies, no build step. Copy it into your app.
//
//   import { Latchkey } from "./latchkey.js";
//
//   const latchkey = new Latchkey({ baseUrl: "https://api.example.com" });
//   await latchkey.logIn({ email, password });
//   const user = await latchkey.me();

/**
 * Why a call did not do what it was asked to. `message` is a sentence for the person in front of the page.
 *
 * @property {number} status the HTTP status; 0 where no answer came
 * @property {string} code what to decide by, such as `invalid_credentials`; `unreachable` where no answer came, and
 *   `unknown` where the answer names no code, as API Gateway's own do
 * @property {Object<string, string>} fields what is wrong with each field, in words (only with `validation_failed`)
 * @property {number|undefined} retryAfter the seconds to wait before the next attempt
 * @property {string|undefined} requestId what the service calls this request in its log
 */
export class LatchkeyError extends Error {
  constructor({ message, status = 0, code = "unreachable", fields = {}, retryAfter, requestId, cause }) {
    super(message, { cause });
    this.name = "LatchkeyError";
    Object.assign(this, { status, code, fields, retryAfter, requestId });
  }
}

/** The key of the token in Web Storage. */
const STORED = "authToken";

/** The service, called with a token that is kept in one of two places. */
export class Latchkey {
  #baseUrl;
  #transport;
  #storage;
  #fetch;

  /**
   * @param {string} baseUrl where the API is, without a trailing slash; the page's own origin where it is left out
   * @param {"body"|"cookie"} transport how tokens come: in the body, to be kept in `storage`, or in a cookie that no
   *   script can read, which works where the API is same-site with the page
   * @param {Storage} storage where a token from a body is kept: `localStorage`, or `sessionStorage` for this tab alone
   * @param {typeof fetch} fetch what sends requests
   */
  constructor({ baseUrl = "", transport = "body", storage = localStorage, fetch = globalThis.fetch } = {}) {
    this.#baseUrl = baseUrl;
    this.#transport = transport;
    this.#storage = storage;
    this.#fetch = (...request) => fetch(...request);
  }

  /** The token, or `null` where there is none and where it is in a cookie. */
  get token() {
    return this.#transport === "body" ? this.#storage.getItem(STORED) : null;
  }

  /** Makes an account and logs in. */
  async signUp({ name, email, password }) {
    this.#keep(await this.#send("POST", "/auth/signup", { body: { name, email, password } }));
  }

  /** Logs in. */
  async logIn({ email, password }) {
    this.#keep(await this.#send("POST", "/auth/login", { body: { email, password } }));
  }

  /** Who is logged in: `{ id, created_at, name, email }`, `created_at` in milliseconds since 1970. */
  async me() {
    return await this.#send("GET", "/auth/me", { token: this.token });
  }

  /**
   * Logs out: this browser forgets its token. With `everywhere` every token that the user was given so far ends, on all
   * devices.
   */
  async logOut({ everywhere = false } = {}) {
    const { token } = this;
    await this.#send("POST", "/auth/logout", everywhere ? { token, body: { everywhere } } : { token });
    this.#forget(token);
  }

  #keep({ authToken }) {
    if (this.#transport === "body") this.#storage.setItem(STORED, authToken);
  }

  /** Forgets this token. Another tab may have put a newer one in its place by now. */
  #forget(token) {
    if (token && token === this.token) this.#storage.removeItem(STORED);
  }

  async #send(method, path, { token, body }) {
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (this.#transport === "cookie") headers["X-Token-Transport"] = "cookie";
    let answer, text;
    try {
      answer = await this.#fetch(`${this.#baseUrl}${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
        // A cookie of an earlier log-in must not stand in for the token of this one.
        credentials: this.#transport === "cookie" ? "include" : "omit",
      });
      text = await answer.text();
    } catch (cause) {
      throw new LatchkeyError({ message: "The service cannot be reached. Try again in a moment.", cause });
    }
    const said = parsed(text);
    if (answer.status === 204 || (answer.ok && said)) return said;
    if (answer.status === 401) this.#forget(token);
    throw errorOf(answer, said);
  }
}

/** What stands in a body, or `null` where that is no JSON: a proxy on the way may have answered. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function errorOf(answer, said) {
  const retryAfter = Number.parseInt(answer.headers.get("Retry-After"), 10);
  return new LatchkeyError({
    message: said?.detail ?? said?.message ?? `The service answered ${answer.status}.`,
    status: answer.status,
    code: said?.code ?? "unknown",
    fields: Object.fromEntries((said?.errors ?? []).map(({ field, detail }) => [field, detail])),
    retryAfter: Number.isNaN(retryAfter) ? undefined : retryAfter,
    requestId: answer.headers.get("apigw-requestid") ?? undefined,
  });
}
