import { h, icon, place, text } from "../dom";
import { fill } from "../i18n";
import { plainLabel } from "../links";
import { phase, type Model } from "../model";
import { agentAvatar, assistantAvatar, cardLine } from "./avatar";
import { CLOSE, PERSON } from "./icons";

export interface HeaderActions { talk(): void; close(): void }

/** Who is there, what is happening, and the way to a person. */
export class Header {
  readonly element: HTMLElement;
  private readonly faces = h("span", { class: "faces" });
  private readonly name = h("h1", { class: "name", dir: "auto" });
  private readonly sub = h("p", { class: "sub", role: "status" });
  private readonly talkLabel = h("span");
  private readonly talk: HTMLButtonElement;
  private readonly close: HTMLButtonElement;
  private drawn = "";

  constructor(actions: HeaderActions, embedded: boolean) {
    this.talk = h("button", { type: "button", class: "talk", onclick: () => actions.talk() }, icon(PERSON), this.talkLabel);
    this.close = h("button", { type: "button", class: "quiet close", hidden: !embedded, onclick: () => actions.close() }, icon(CLOSE));
    this.element = h("header", { class: embedded ? "head embedded" : "head" }, this.faces, h("div", { class: "who" }, this.name, this.sub), this.talk, this.close);
  }

  update(model: Model): void {
    const { strings } = model.locale;
    const now = phase(model);
    const agent = model.state?.agent;
    const human = (now === "human" || now === "preparing" || now === "ended") && agent;
    const assistant = model.state?.assistant_name ?? model.config?.assistant_name ?? "";
    text(this.name, human ? cardLine(agent) : plainLabel(assistant));
    text(this.sub, this.line(model));
    this.sub.classList.toggle("good", now === "human");
    text(this.talkLabel, strings.talk);
    this.talk.hidden = now === "waiting" || now === "preparing" || now === "human" || !model.config;
    this.close.setAttribute("aria-label", strings.close);

    const drawn = `${now} ${human ? agent.name : ""}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.faces.className = `faces ${now}`;
    const pair = now === "preparing" && human;
    place(this.faces, [(!human || pair) && assistantAvatar(), human && agentAvatar(agent.name)]);
  }

  private line(model: Model): string {
    const { strings } = model.locale;
    const { state } = model;
    switch (phase(model)) {
      case "waiting": {
        const squad = state?.wait?.squad;
        return squad ? fill(strings.connecting_squad, { squad }) : strings.connecting;
      }
      case "preparing": return state?.agent ? fill(strings.reading, { name: state.agent.name }) : strings.connecting;
      case "human": return strings.here_now;
      case "ended": return strings.ended;
      default: return strings.ai_label;
    }
  }
}
