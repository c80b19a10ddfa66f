import { createRoot } from "react-dom/client";
import { Latchkey } from "../../latchkey.js";
import { App } from "./App.js";

const root = document.getElementById("root")!;
createRoot(root).render(<App latchkey={new Latchkey({ baseUrl: root.dataset.api, refresh: true })} />);
