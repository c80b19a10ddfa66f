/** A variable that the script which starts the tests sets. */
export function variable(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start these tests by the run script beside them`);
  return value;
}
