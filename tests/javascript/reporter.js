// Prints one line for each test, as run_tests in ../lib.sh counts them, and what went wrong below it.

export default async function* reporter(events) {
  for await (const { type, data } of events) {
    if (type === "test:stderr" || type === "test:stdout") yield data.message;
    // A file is a test too, and worth a line only where it fails without one of its tests having failed.
    const subtestFailed = data.details?.error?.failureType === "subtestsFailed";
    if (data.name?.endsWith(".test.js") && (type === "test:pass" || subtestFailed)) continue;
    if (type === "test:pass") yield `passed ${data.name}\n`;
    if (type === "test:fail") yield `failed ${data.name}\n${describe(data.details.error)}\n`;
  }
}

function describe(error) {
  const cause = error.cause ?? error;
  return String(cause.stack ?? cause).replace(/^/gm, "    ");
}
