import { randomUUID } from "node:crypto";

/** Somebody with an email address that nobody else has. */
export function newPerson() {
  return {
    name: "Grace Hopper",
    email: `Grace.${randomUUID()}@example.com`,
    password: "nine-Violet-kettles",
  };
}
