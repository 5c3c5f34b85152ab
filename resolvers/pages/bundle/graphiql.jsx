// GraphiQL as Lifeloom serves it: explorer, documentation, history, all from this origin.
import "monaco-graphql/esm/monaco-editor.js"; // Imported at once: esbuild loads no styles of a lazily imported module.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./graphiql.css";

import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

const settings = JSON.parse(document.getElementById("settings").textContent);
const endpoint = new URL(location.pathname, location.origin);
const socket = new URL(endpoint);
socket.protocol = location.protocol === "https:" ? "wss:" : "ws:";

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(new URL(settings.workers[label] ?? settings.workers.editor, document.baseURI), { type: "module" }),
};

const explorer = explorerPlugin({ showAttribution: false });
const plugins = [explorer, HISTORY_PLUGIN];
const fetcher = createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: socket.href });
const linked = new URLSearchParams(location.search);

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    visiblePlugin={explorer}
    defaultQuery={settings.query}
    initialQuery={linked.get("query") ?? undefined}
    initialVariables={linked.get("variables") ?? undefined}
  >
    <GraphiQL.Logo>{settings.title}</GraphiQL.Logo>
  </GraphiQL>,
);
