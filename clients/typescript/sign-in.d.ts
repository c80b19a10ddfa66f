// The types of `latchkey-client/sign-in`: those of its file, and what the page has of the element by its name.

import type { ErrorEvent, LatchkeySignIn, SignedInEvent, SignedOutEvent, UserChangedEvent, ViewChangedEvent } from "./latchkey-sign-in.js";

export * from "./latchkey-sign-in.js";

declare global {
  interface HTMLElementTagNameMap {
    "latchkey-sign-in": LatchkeySignIn;
  }
  interface GlobalEventHandlersEventMap {
    "latchkey-signed-in": SignedInEvent;
    "latchkey-signed-out": SignedOutEvent;
    "latchkey-user-changed": UserChangedEvent;
    "latchkey-view-changed": ViewChangedEvent;
    "latchkey-error": ErrorEvent;
  }
}
