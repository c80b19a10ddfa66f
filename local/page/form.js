// What all forms have in common: they send, and say what is wrong in the API's own words.

import { byId, element } from "./dom.js";
import { LatchkeyError } from "./latchkey.js";
import { duration } from "./words.js";

/** The countdown of each form that has one. */
const waits = new WeakMap();

/**
 * Lets a form call `send` with its fields. A refusal is shown in it, and the focus goes to the first wrong field;
 * `refused` may first put a refusal into other words.
 */
export function wireForm(form, { send, say, refused = (error) => error }) {
  const submit = form.querySelector("[type=submit]");
  (submit.closest(".actions") ?? submit).before(...notices());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // A disabled button would lose the focus.
    if (submit.getAttribute("aria-disabled") === "true") return;
    submit.setAttribute("aria-disabled", "true");
    clear(form);
    try {
      await send(Object.fromEntries(new FormData(form)));
    } catch (error) {
      show(form, refused(expected(error)), say);
    } finally {
      submit.removeAttribute("aria-disabled");
    }
  });
  for (const button of form.querySelectorAll(".reveal")) wireReveal(button);
}

/** Where a form says what is wrong, and how long to wait. */
function notices() {
  const [alert, timer] = [element("p", "visually-hidden"), element("strong", "")];
  alert.setAttribute("role", "alert");
  timer.setAttribute("role", "timer");
  const wait = element("p", "notice wait", "Too many attempts. Try again in ", timer, ".");
  wait.hidden = true;
  return [alert, wait];
}

/** Takes back what was said about a form. */
export function clear(form) {
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const said of form.querySelectorAll(".field-error")) said.textContent = "";
  hideNotice(form);
  clearInterval(waits.get(form));
  form.querySelector(".wait").hidden = true;
}

/** Says what is wrong above the buttons of `place`, or what is not as it was if it `isNeutral`. */
export function showNotice(place, message, { isNeutral = false } = {}) {
  const notice = place.querySelector("[role=alert]");
  notice.className = isNeutral ? "notice neutral" : "notice";
  notice.textContent = message;
}

/** Takes back what was said above the buttons. It stays in place for a screen reader to notice the next one. */
export function hideNotice(place) {
  const notice = place.querySelector("[role=alert]");
  notice.className = "visually-hidden";
  notice.textContent = "";
}

/** The error, if it is one that the API or the way to it explains. Others are bugs of this page. */
export function expected(error) {
  if (error instanceof LatchkeyError) return error;
  throw error;
}

function show(form, { message, fields, retryAfter, status }, say) {
  const known = Object.entries(fields).map(([name, detail]) => [form.elements.namedItem(name), detail]);
  const wrong = known.filter(([input]) => input);
  for (const [input, detail] of wrong) {
    input.setAttribute("aria-invalid", "true");
    byId(`${input.id}-error`).textContent = detail;
  }
  if (wrong.length) wrong[0][0].focus();
  else if (status === 429 && retryAfter) wait(form, retryAfter, say);
  else showNotice(form, message);
}

/** Counts down, second by second for the eye alone: a screen reader is told at the start and at the end. */
function wait(form, seconds, say) {
  const end = Date.now() + seconds * 1000;
  const notice = form.querySelector(".wait");
  const tell = () => {
    const left = (end - Date.now()) / 1000;
    notice.querySelector("[role=timer]").textContent = duration(left);
    if (left > 0) return;
    clear(form);
    say("You can try again now.");
  };
  form.querySelector("[role=alert]").textContent = `Too many attempts. Try again in ${duration(seconds)}.`;
  notice.hidden = false;
  waits.set(form, setInterval(tell, 1000));
  tell();
}

function wireReveal(button) {
  const input = byId(button.getAttribute("aria-controls"));
  const reveal = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? "Hide" : "Show";
  };
  button.addEventListener("click", () => reveal(input.type === "password"));
  input.form.addEventListener("reset", () => reveal(false));
}
