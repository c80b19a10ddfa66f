// Prints the hash that Better Auth makes of the password it is given.

import { hashPassword } from "better-auth/crypto";

console.log(await hashPassword(process.argv[2]));
