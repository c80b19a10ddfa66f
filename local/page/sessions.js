// The sessions of whoever is logged in, as the API last listed them.

import { byId, element } from "./dom.js";
import { deviceName, pointInTime } from "./words.js";

const NOBODY = "Nobody is logged in.";
const NONE = "There are none. Choose “Begin a session” before you log in, and it is listed here.";

/** Shows the sessions if this exchange has listed them. */
export function listSessions({ method, path, status, answerBody }) {
  if (method === "GET" && path === "/auth/sessions" && status === 200) show(JSON.parse(answerBody).sessions, NONE);
}

/** Shows that nobody is logged in. */
export function forgetSessions() {
  show([], NOBODY);
}

function show(sessions, empty) {
  byId("sessions-empty").textContent = sessions.length ? "" : empty;
  byId("session-list").replaceChildren(...sessions.map(item));
  byId("session-actions").hidden = empty === NOBODY;
}

function item({ id, current, device, created_at, used_at, expires_at }) {
  const [began, used, ends] = [created_at, used_at, expires_at].map(pointInTime);
  const name = element("p", "device", element("b", "", deviceName(device)));
  if (current) name.append(" ", element("span", "badge", "This one"));
  const told = [`Began ${began}`, `Last renewed ${used}`, `Ends ${ends} at the latest`].map((line) => element("p", "hint", line));
  return element("li", "", name, ...told, element("p", "hint mono", id), ...(device ? [element("p", "hint mono", device)] : []));
}
