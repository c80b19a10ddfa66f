// The page: the sign-in that an app would ship, and what happens when somebody uses it.

import { onClient, wireChoices } from "./choices.js";
import { byId } from "./dom.js";
import { look } from "./inbox.js";
import { forgetSessions, listSessions } from "./sessions.js";
import { wireSnippets } from "./snippets.js";
import { wireTheme } from "./theme.js";
import { showTokenNow, wireToken } from "./token_card.js";
import { onExchange, wireSecrets } from "./wire.js";

import "./latchkey-sign-in.js";

const element = document.querySelector("latchkey-sign-in");

wireTheme(byId("theme"));
wireSecrets(byId("secrets"));
wireToken(element);
wireSnippets();
onExchange((exchange) => {
  if (element.user) listSessions(exchange);
  look();
  showTokenNow();
});
element.addEventListener("latchkey-signed-out", forgetSessions);
for (const event of ["signed-in", "signed-out", "user-changed"]) element.addEventListener(`latchkey-${event}`, showTokenNow);
let stopListening = () => {};
onClient((client) => {
  stopListening();
  forgetSessions();
  element.client = client;
  stopListening = client.onChange(showTokenNow);
  showTokenNow();
});
wireChoices(element);
new ResizeObserver(([{ target }]) => target.style.setProperty("--height", `${target.offsetHeight}px`)).observe(element.parentElement);
look();
