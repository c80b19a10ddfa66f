// Web pages that try to read the tables of `cargo dev`: pages of another origin, and pages whose own name leads to this
// machine (DNS rebinding).

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer, request } from "node:http";
import test, { after, before } from "node:test";

import { launchChromium } from "../javascript/chromium.js";
import { newPerson } from "../javascript/person.js";
import { variable } from "../javascript/variable.js";

const url = variable("LATCHKEY_URL");
const dynamodb = new URL(variable("LATCHKEY_DYNAMODB_URL"));
const TABLES = ["latchkey-users", "latchkey-signing-keys"];
/** Where a page is that comes from DynamoDB's place, as from a name that led elsewhere until now. */
const PAGE_PATH = "/page";
const REBOUND = "evil.example";
const person = newPerson();

let browser;
let elsewhere;
let wire;

before(async () => {
  const answer = await fetch(`${url}/auth/signup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(person),
  });
  assert.equal(answer.status, 201);
  elsewhere = await listening(createServer(servePage));
  wire = await Wire.start();
  browser = await launchChromium([`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`]);
});

after(async () => {
  await browser?.close();
  elsewhere?.close();
  wire?.server.close();
});

function servePage(_asked, answer) {
  answer.setHeader("content-type", "text/html").end("<title>evil</title>");
}

async function listening(server) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

/** Stands in front of DynamoDB, passes everything on as it is, and remembers what came back: a browser shows little. */
class Wire extends EventEmitter {
  answers = [];

  static async start() {
    const wire = new Wire();
    wire.server = await listening(createServer((asked, answer) => wire.#passOn(asked, answer)));
    wire.port = wire.server.address().port;
    return wire;
  }

  take() {
    return this.answers.splice(0);
  }

  #passOn(asked, answer) {
    if (asked.url === PAGE_PATH) return servePage(asked, answer);
    const { method, headers } = asked;
    const to = { host: dynamodb.hostname, port: dynamodb.port, path: asked.url, method, headers };
    const onward = request(to, async (came) => {
      const body = Buffer.concat(await came.toArray()).toString();
      this.answers.push({ method, status: came.statusCode, headers: came.headers, body });
      answer.writeHead(came.statusCode, came.headers).end(body);
      this.emit("answer");
    });
    asked.pipe(onward);
  }
}

/** Tries everything that a page can try at DynamoDB. It runs in the page, and returns what a script can read. */
async function tryEverything([dynamodb, tables]) {
  const forged = {
    authorization:
      "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, " +
      `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    "x-amz-date": "20260101T000000Z",
  };
  const types = ["application/x-amz-json-1.0", "application/json", "text/plain"];
  const requests = [{}, { method: "HEAD" }, { method: "OPTIONS" }];
  for (const table of tables) {
    const body = JSON.stringify({ TableName: table });
    for (const type of types) {
      for (const authorization of [{}, forged]) {
        for (const mode of ["cors", "no-cors", "same-origin"]) {
          const headers = { "content-type": type, "x-amz-target": "DynamoDB_20120810.Scan", ...authorization };
          requests.push({ method: "POST", mode, headers, body });
        }
      }
    }
    // All that a GET can carry without a preflight.
    requests.push({ mode: "no-cors" }, { mode: "cors" });
  }
  const read = [];
  for (const request of requests) {
    try {
      const answer = await fetch(dynamodb, request);
      if (answer.type !== "opaque") read.push({ status: answer.status, body: await answer.text() });
    } catch {
      // The browser keeps the answer from the page.
    }
  }
  for (const tag of ["img", "script"]) {
    const element = Object.assign(document.createElement(tag), { src: dynamodb });
    const done = new Promise((resolve) => (element.onload = element.onerror = resolve));
    document.body.append(element);
    await done;
  }
  return read;
}

/** Sends a form from the page, which shows the answer in a frame. */
function sendForm([dynamodb, method, table]) {
  const frame = document.body.appendChild(document.createElement("iframe"));
  frame.name = method;
  const form = document.body.appendChild(document.createElement("form"));
  Object.assign(form, { action: dynamodb, method, target: method, enctype: "text/plain" });
  const field = form.appendChild(document.createElement("input"));
  Object.assign(field, { name: `{"TableName":"${table}","x":"`, value: '"}' });
  form.submit();
}

/** Lets a page at `from` try everything at DynamoDB under this name. Returns what it could read. */
async function visit(from, name) {
  const target = `http://${name}:${wire.port}/`;
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(from);
    const read = await page.evaluate(tryEverything, [target, TABLES]);
    for (const method of ["get", "post"]) {
      const answered = once(wire, "answer");
      await page.evaluate(sendForm, [target, method, TABLES[0]]);
      await answered;
    }
    return read;
  } finally {
    await context.close();
  }
}

/** Checks that DynamoDB was reached by every method, and said nothing of the tables, nor that a page may read it. */
function assertNothingCame() {
  const answers = wire.take();
  const methods = new Set(answers.map(({ method }) => method));
  for (const method of ["GET", "HEAD", "OPTIONS", "POST"]) assert.ok(methods.has(method), `${method} got there`);
  for (const { method, status, headers, body } of answers) {
    assert.ok(status >= 400, `${method} ${status} ${body}`);
    assertSaysNothing(body);
    const cors = Object.keys(headers).filter((name) => name.startsWith("access-control"));
    assert.deepEqual(cors, [], method);
  }
}

function assertSaysNothing(body) {
  assert.ok(!body.includes("Items") && !body.toLowerCase().includes(person.email.toLowerCase()), body);
}

for (const name of ["localhost", "127.0.0.1"]) {
  test(`a page of another origin gets nothing of the tables at ${name}`, async () => {
    assert.deepEqual(await visit(`http://127.0.0.1:${elsewhere.address().port}/`, name), [], "no answer may be read");
    assertNothingCame();
  });
}

test("a page of Latchkey's own origin gets nothing of the tables", async () => {
  assert.deepEqual(await visit(`${url}/.well-known/jwks.json`, "localhost"), [], "no answer may be read");
  assertNothingCame();
});

test("a page whose name leads to this machine gets nothing of the tables", async () => {
  const read = await visit(`http://${REBOUND}:${wire.port}${PAGE_PATH}`, REBOUND);
  assert.ok(read.length > 0, "it is of DynamoDB's own origin");
  for (const { status, body } of read) {
    assert.equal(status, 403);
    assertSaysNothing(body);
  }
  assertNothingCame();
});

test("a page whose name leads to this machine gets nothing of the gateway", async () => {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const gateway = `http://${REBOUND}:${new URL(url).port}`;
    const answer = await page.goto(`${gateway}/.well-known/jwks.json`);
    assert.equal(answer.status(), 421);
    const statuses = await page.evaluate(async () => {
      const answers = ["/", "/openapi.yaml", "/auth/me", "/mails"].map((path) => fetch(path));
      return (await Promise.all(answers)).map((answer) => answer.status);
    });
    assert.deepEqual(statuses, [421, 421, 421, 421]);
  } finally {
    await context.close();
  }
});
