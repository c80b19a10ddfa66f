// Better Auth as its documentation sets it up: sign-up and log-in with email and password, users and sessions in SQLite,
// its own handler on node:http. Variables: PORT, DATABASE (a file), HASH (`default`, or `argon2id` with OWASP's minimum).
import { createServer } from "node:http";

import { Algorithm, hash, verify } from "@node-rs/argon2";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import Database from "better-sqlite3";

const { PORT, DATABASE, HASH } = process.env;
const argon2id = { algorithm: Algorithm.Argon2id, memoryCost: 19456, timeCost: 2, parallelism: 1 };
const password = {
  hash: (password) => hash(password, argon2id),
  verify: ({ hash, password }) => verify(hash, password),
};

const database = new Database(DATABASE);
// https://github.com/WiseLibs/better-sqlite3/blob/master/docs/performance.md
database.pragma("journal_mode = WAL");
// What is committed outlives a loss of power, as everywhere in this bench: https://www.sqlite.org/pragma.html#pragma_synchronous.
database.pragma("synchronous = FULL");

const options = {
  baseURL: `http://127.0.0.1:${PORT}`,
  secret: "a secret of this bench, of 32 characters or more",
  database,
  emailAndPassword: { enabled: true, password: HASH === "argon2id" ? password : undefined },
  rateLimit: { enabled: false },
  // https://better-auth.com/docs/adapters/sqlite: one query where there would be two.
  advanced: { database: { joins: true } },
};
const { runMigrations } = await getMigrations(options);
await runMigrations();

const pragma = (name) => database.pragma(name, { simple: true });
console.log(JSON.stringify({ journal_mode: pragma("journal_mode"), synchronous: pragma("synchronous") }));
createServer(toNodeHandler(betterAuth(options))).listen(Number(PORT), "127.0.0.1");
