import "./style/tokens.css";
import "./style/shell.css";
import "./style/messages.css";
import "./style/cards.css";
import { Api } from "./api";
import { App } from "./app";
import { Bridge } from "./bridge";
import { openStore } from "./storage";

const root = document.getElementById("app");
const site = new URLSearchParams(location.search).get("site") ?? "";

if (root && site !== "") {
  let begun: Promise<void> | undefined;
  const api = new Api(new URL("../v1/widget/", location.href));
  const bridge = new Bridge((message) => {
    if (message.type === "init") {
      app.heard(message);
      begun ??= app.begin({ language: message.language, identity: message.identity, visible: message.open });
    } else void begun?.then(() => app.heard(message));
  });
  const app = new App(root, api, openStore(), site, (message) => bridge.send(message), bridge.embedded);
  // On a page of its own, the chat is the page.
  if (!bridge.embedded) void app.begin({ language: navigator.language, visible: true });
  bridge.send({ type: "ready" });
}
