// What an app in React 19 or later sees of <latchkey-sign-in>: add `import type {} from "latchkey-client/react"` once.

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { Latchkey } from "./latchkey.js";
import type { ErrorEvent, LatchkeySignIn, SignedInEvent, SignedOutEvent, UserChangedEvent, View, ViewChangedEvent, Words } from "./latchkey-sign-in.js";

/** The attributes, properties and events of the element. */
export interface LatchkeySignInProps extends DetailedHTMLProps<HTMLAttributes<LatchkeySignIn>, LatchkeySignIn> {
  client?: Latchkey;
  words?: Partial<Words>;
  view?: View;
  "base-url"?: string;
  transport?: "body" | "cookie";
  refresh?: boolean | "ask";
  "return-to"?: string;
  providers?: string;
  invite?: string;
  "no-sign-up"?: boolean;
  "no-mail"?: boolean;
  "heading-level"?: number;
  "onlatchkey-signed-in"?: (event: SignedInEvent) => void;
  "onlatchkey-signed-out"?: (event: SignedOutEvent) => void;
  "onlatchkey-user-changed"?: (event: UserChangedEvent) => void;
  "onlatchkey-view-changed"?: (event: ViewChangedEvent) => void;
  "onlatchkey-error"?: (event: ErrorEvent) => void;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "latchkey-sign-in": LatchkeySignInProps;
    }
  }
}
