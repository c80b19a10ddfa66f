import { type NextRequest, NextResponse } from "next/server";
import { latchkey, proof, proxiesInFront } from "./lib/settings";

export const config = { matcher: ["/auth/:path*", "/.well-known/:path*"] };

/** Forwards to Latchkey, so that the browser sees one host and keeps the cookie for it. */
export function proxy(request: NextRequest) {
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(proof())) headers.set(name, value);
  headers.set("x-viewer-address", viewerAddress(request.headers));
  const { pathname, search } = request.nextUrl;
  return NextResponse.rewrite(latchkey(pathname + search), { request: { headers } });
}

/**
 * The address that the outermost of our own proxies saw. What stands left of it was sent by the caller, and may be forged. Latchkey
 * refuses an empty one.
 */
function viewerAddress(headers: Headers) {
  const addresses = headers.get("x-forwarded-for")?.split(",") ?? [];
  return addresses.at(-proxiesInFront())?.trim() ?? "";
}
