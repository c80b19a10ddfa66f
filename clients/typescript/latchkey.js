// Latchkey's client: one file, no dependencies, no build step. Copy it into your app, or install it as a package, where
// its types come along.
//
//   import { Latchkey } from "./latchkey.js";
//
//   const latchkey = new Latchkey({ baseUrl: "https://api.example.com" });
//   await latchkey.logIn({ email, password });
//   const user = await latchkey.me();

/** @typedef {import("./openapi.js").components["schemas"]} Schemas */
/** @typedef {Schemas["User"]} User `created_at` is in milliseconds since 1970 */
/** @typedef {Schemas["Signup"]} Signup */
/** @typedef {Schemas["Login"]} Login */
/** @typedef {Schemas["FieldError"]["field"]} FieldName */
/**
 * What to decide by. `unreachable`: no answer came. `unknown`: the answer names no code, as API Gateway's own do.
 *
 * @typedef {Schemas["Code"] | "unreachable" | "unknown"} ErrorCode
 */
/**
 * @typedef {object} Options
 * @property {string} [baseUrl] where the API is, without a trailing slash; the page's own origin where it is left out
 * @property {"body" | "cookie"} [transport] how tokens come: in the body, to be kept in `storage`, or in a cookie that no
 *   script can read, which works where the API is same-site with the page
 * @property {Pick<Storage, "getItem" | "setItem" | "removeItem">} [storage] where a token from a body is kept:
 *   `localStorage`, or `sessionStorage` for this tab alone
 * @property {typeof globalThis.fetch} [fetch] what sends requests
 */

/** Why a call did not do what it was asked to. `message` is a sentence for the person in front of the page. */
export class LatchkeyError extends Error {
  /**
   * @param {object} why
   * @param {string} why.message
   * @param {number} [why.status]
   * @param {ErrorCode} [why.code]
   * @param {Partial<Record<FieldName, string>>} [why.fields]
   * @param {number} [why.retryAfter]
   * @param {string} [why.requestId]
   * @param {unknown} [why.cause]
   */
  constructor({ message, status = 0, code = "unreachable", fields = {}, retryAfter, requestId, cause }) {
    super(message, { cause });
    this.name = "LatchkeyError";
    /** The HTTP status; 0 where no answer came. */
    this.status = status;
    /** What went wrong. */
    this.code = code;
    /** What is wrong with each field, in words: only with `validation_failed`. */
    this.fields = fields;
    /** The seconds to wait before the next attempt. */
    this.retryAfter = retryAfter;
    /** What the service calls this request in its log. */
    this.requestId = requestId;
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
   * The address of a sign-up that may have gone through although it failed here.
   *
   * @type {string | undefined}
   */
  #maybeSignedUp;

  /** @param {Options} [options] */
  constructor({ baseUrl = "", transport = "body", storage = globalThis.localStorage, fetch = globalThis.fetch } = {}) {
    this.#baseUrl = baseUrl;
    this.#transport = transport;
    this.#storage = storage;
    /** @type {typeof globalThis.fetch} */
    this.#fetch = (...request) => fetch(...request);
  }

  /** The token, or `null` where there is none and where it is in a cookie. */
  get token() {
    return this.#transport === "body" ? this.#storage.getItem(STORED) : null;
  }

  /**
   * Makes an account and logs in. Where the answer got lost, call it again: if the account is there by then, that logs in.
   *
   * @param {Signup} person
   */
  async signUp({ name, email, password }) {
    try {
      this.#keep(await this.#send("POST", "/auth/signup", { body: { name, email, password } }));
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      if (error.code !== "email_taken" || this.#maybeSignedUp !== email) {
        this.#maybeSignedUp = error.status === 0 || error.status >= 500 ? email : undefined;
        throw error;
      }
      // Whoever has the address but another password is somebody else: for them it simply is taken.
      await this.logIn({ email, password }).catch((refusal) => {
        throw refusal.code === "invalid_credentials" ? error : refusal;
      });
    }
    this.#maybeSignedUp = undefined;
  }

  /**
   * Logs in.
   *
   * @param {Login} credentials
   */
  async logIn({ email, password }) {
    this.#keep(await this.#send("POST", "/auth/login", { body: { email, password } }));
  }

  /**
   * Who is logged in.
   *
   * @returns {Promise<User>}
   */
  async me() {
    return await this.#send("GET", "/auth/me", { token: this.token });
  }

  /**
   * Logs out: this browser forgets its token, also when the service cannot be reached. With `everywhere` every token that
   * the user was given so far ends, on all devices; where that fails, the token is kept for another try.
   *
   * @param {Schemas["Logout"]} [options]
   */
  async logOut({ everywhere = false } = {}) {
    const { token } = this;
    if (!everywhere) this.#forget(token);
    await this.#send("POST", "/auth/logout", everywhere ? { token, body: { everywhere } } : { token });
    if (everywhere) this.#forget(token);
  }

  /** @param {Schemas["Token"]} answer */
  #keep({ authToken }) {
    if (this.#transport !== "body") return;
    if (!authToken) throw new LatchkeyError({ message: "The service answered without a token.", status: 200, code: "unknown" });
    this.#storage.setItem(STORED, authToken);
  }

  /**
   * Forgets this token. Another tab may have put a newer one in its place by now.
   *
   * @param {string | null | undefined} token
   */
  #forget(token) {
    if (token && token === this.token) this.#storage.removeItem(STORED);
  }

  /**
   * @param {"GET" | "POST"} method
   * @param {keyof import("./openapi.js").paths} path
   * @param {{ token?: string | null, body?: object }} content
   * @returns {Promise<any>} what the body says, which the callers know the type of
   */
  async #send(method, path, { token, body }) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (this.#transport === "cookie") headers["X-Token-Transport"] = "cookie";
    let answer, text;
    try {
      answer = await this.#fetch(`${this.#baseUrl}${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
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

/**
 * What stands in a body, or `null` where that is no JSON: a proxy on the way may have answered.
 *
 * @param {string} text
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {Response} answer
 * @param {Partial<Schemas["ValidationProblem"] & { message: string }> | null} said
 */
function errorOf(answer, said) {
  const retryAfter = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
  return new LatchkeyError({
    message: said?.detail ?? said?.message ?? `The service answered ${answer.status}.`,
    status: answer.status,
    code: said?.code ?? "unknown",
    fields: Object.fromEntries(Array.isArray(said?.errors) ? said.errors.map(({ field, detail }) => [field, detail]) : []),
    retryAfter: Number.isNaN(retryAfter) ? undefined : retryAfter,
    requestId: answer.headers.get("apigw-requestid") ?? undefined,
  });
}
