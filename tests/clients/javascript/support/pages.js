// A page of another origin than the API's, as an app's front end is.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>An app</title>
<script src="/jquery.js"></script>
<script src="/xano.js"></script>
`;

const FILES = {
  "/jquery.js": "jquery/dist/jquery.min.js",
  "/xano.js": "@xano/js-sdk/dist/xano.min.js",
};

/** Serves the page on a free port of localhost. */
export async function servePages() {
  const server = createServer(async (request, response) => {
    const file = FILES[request.url];
    if (file) {
      const script = await readFile(new URL(`../../../node_modules/${file}`, import.meta.url));
      response.setHeader("content-type", "text/javascript").end(script);
    } else {
      response.setHeader("content-type", "text/html").end(PAGE);
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "localhost", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://localhost:${server.address().port}/`, stop };
}
