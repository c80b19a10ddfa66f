// Where ../../run has started Latchkey.

import { variable } from "../../../javascript/variable.js";

export const url = variable("LATCHKEY_URL");
export const integerIdsUrl = variable("LATCHKEY_INTEGER_IDS_URL");

/** The base URL of a group of Xano's APIs. */
export const groupUrl = `${url}/api:test`;
