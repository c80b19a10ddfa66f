// Where ../../run has started Latchkey.

import { variable } from "../../../javascript/variable.js";

export const url = variable("LATCHKEY_URL");
export const integerIdsUrl = variable("LATCHKEY_INTEGER_IDS_URL");

/** The program of `cargo dev`, which is also the one of an operator's commands. */
export const program = variable("LATCHKEY_PROGRAM");

/** Where its DynamoDB is. */
export const dynamodbUrl = variable("LATCHKEY_DYNAMODB_URL");

/** The base URL of a group of Xano's APIs. */
export const groupUrl = `${url}/api:test`;
