import type { AgentCard } from "@segue/protocol";
import { h, icon } from "../dom";
import { plainLabel } from "../links";
import { SPARK } from "./icons";

/** The assistant is a rounded square with a spark, a human a circle with an initial: never taken for each other. */
export function assistantAvatar(): HTMLElement {
  return h("span", { class: "avatar machine", "aria-hidden": "true" }, icon(SPARK));
}

export function agentAvatar(name: string): HTMLElement {
  const initial = [...name.trim()][0]?.toLocaleUpperCase() ?? "";
  return h("span", { class: "avatar human", "aria-hidden": "true" }, initial);
}

/** "Maya, Billing". */
export function cardLine(agent: AgentCard | undefined): string {
  return plainLabel([agent?.name, agent?.squad].filter(Boolean).join(", "));
}
