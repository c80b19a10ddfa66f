// Where ../../run has started Latchkey.

export const url = variable("LATCHKEY_URL");
export const integerIdsUrl = variable("LATCHKEY_INTEGER_IDS_URL");

/** The base URL of a group of Xano's APIs. */
export const groupUrl = `${url}/api:test`;

function variable(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start these tests by tests/clients/run`);
  return value;
}
