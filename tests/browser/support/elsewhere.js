// Pages that are not Latchkey's: of another origin, and on 127.0.0.1 of another site than localhost.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const FILES = {
  "/": ["text/html", '<!doctype html><title>Elsewhere</title><script type="module" src="/latchkey.js"></script>'],
  "/latchkey.js": ["text/javascript", await readFile(new URL("../../../clients/typescript/latchkey.js", import.meta.url))],
};

/** Serves an empty page and Latchkey's client on a port of this host, and hands its origin to `visit`. */
export async function elsewhere(host, visit, port = 0) {
  const server = createServer(({ url }, answer) => {
    const [type, body] = FILES[new URL(url, "http://elsewhere").pathname] ?? ["text/plain", "nothing"];
    answer.setHeader("content-type", type).end(body);
  });
  await once(server.listen(port, host), "listening");
  try {
    await visit(`http://${host}:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
