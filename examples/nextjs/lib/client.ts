import { Latchkey } from "./latchkey";

let latchkey: Latchkey | undefined;

/** The client of this page: it calls the app's own host, and the browser keeps the tokens in cookies. */
export const client = () => (latchkey ??= new Latchkey({ transport: "cookie", refresh: true }));
