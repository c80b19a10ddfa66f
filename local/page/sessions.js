// The sessions of whoever is logged in.

import { byId, element } from "./dom.js";
import { deviceName, pointInTime } from "./words.js";

/** Lists the sessions. Each one but the current has a button, and `wireEnd` gets it with the session that it is to end. */
export function showSessions(sessions, wireEnd) {
  byId("sessions-empty").hidden = sessions.length > 0;
  byId("session-list").replaceChildren(...sessions.map((session) => item(session, wireEnd)));
  byId("renew").hidden = !sessions.some(({ current }) => current);
}

function item(session, wireEnd) {
  const { current, device } = session;
  const [began, used, ends] = [session.created_at, session.used_at, session.expires_at].map(pointInTime);
  const name = deviceName(device);
  const heading = element("div", "heading", element("p", "device", element("b", "", name)));
  if (current) {
    heading.firstChild.append(" ", element("span", "badge", "This one"));
  } else {
    const end = element("button", "quiet", "End");
    end.type = "button";
    end.setAttribute("aria-label", `End the session: ${name}, began ${began}`);
    wireEnd(end, session);
    heading.append(end);
  }
  const told = [`Began ${began}`, `Last renewed ${used}`, `Ends ${ends} at the latest`].map((line) => element("p", "hint", line));
  return element("li", "", heading, ...told, ...(device ? [element("p", "hint mono", device)] : []));
}
