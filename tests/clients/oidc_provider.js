// npm's oidc-provider, certified by the OpenID Foundation: node oidc_provider.js ISSUER LATCHKEY. It stands in for Google,
// under Google's paths, and for an issuer of its own. Its login page takes any name and password.

import { createServer } from "node:http";

import { Provider } from "oidc-provider";

const [issuer, latchkey] = process.argv.slice(2);

const client = (name, method) => ({
  client_id: name,
  client_secret: "oidc-provider-secret",
  redirect_uris: [`${latchkey}/auth/oauth/${name}/callback`],
  token_endpoint_auth_method: method,
});

const provider = new Provider(issuer, {
  clients: [client("google", "client_secret_post"), client("oidc", "client_secret_basic")],
  routes: { authorization: "/o/oauth2/v2/auth", token: "/token", jwks: "/oauth2/v3/certs" },
  pkce: { required: () => true },
  cookies: { keys: ["a key for this run alone"] },
  // As Google does: what is asked for stands in the ID token.
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: "Grace Hopper", email: `${id}@example.com`, email_verified: true }),
  }),
});

createServer(provider.callback()).listen(Number(new URL(issuer).port), "127.0.0.1");
