import type { Row, Turn, View } from "@segue/protocol";
import { t } from "../messages";
import { firstName } from "../format";
import { workspace } from "./workspace.svelte";

/** The name of an agent, by id: from the conversation, then from the team. */
export function agentName(id: string | undefined, agents?: View["agents"]): string {
  if (!id) return t.people.someone;
  return agents?.[id]?.name ?? workspace.desk.agents.get(id)?.name ?? t.people.someone;
}

/** Who speaks in a turn, in one word. */
export function speaker(turn: Pick<Turn, "role" | "agent">, customer: string, agents?: View["agents"]): string {
  if (turn.role === "customer") return firstName(customer);
  if (turn.role === "assistant") return t.people.assistant;
  if (turn.role === "system") return t.people.system;
  return turn.agent === workspace.me?.id ? t.people.you : firstName(agentName(turn.agent, agents));
}

/** Who has a conversation now, in words. */
export function standing(row: Row, agents?: View["agents"]): string {
  if (row.state === "human" && row.agent) {
    return row.agent === workspace.me?.id ? t.conversation.withYou : t.conversation.withAgent(firstName(agentName(row.agent, agents)));
  }
  return t.states[row.state];
}

/** Roles that change how Segue behaves; the server asks the same. */
const TUNERS = new Set<string>(["owner", "admin", "supervisor"]);

export const mayTune = (): boolean => TUNERS.has(workspace.me?.role ?? "");
