import type { AgentWork, MorePeople, Routing, RoutingWeights, Tier, WhatIfChange } from "@segue/protocol";
import { languageName } from "../../../format";
import { t } from "../../../messages";
import { s } from "../../../messages/studio";
import { percent } from "../../numbers";
import { languagesIn } from "../people/work";
import { linesIn } from "../week";
import { skillName } from "../words";

/** One part of the sentence that the form is. */
export type Part =
  | { kind: "people"; count: number; skill: string; level: number; languages: string; squad: string; capacity: number; shifts: string }
  | { kind: "without"; agent: string }
  | { kind: "demand"; percent: number }
  | { kind: "weights"; weights: RoutingWeights }
  | { kind: "rules" };

/** What the parts need to know to become a change. */
export interface Ground { routing: Routing; unsaved: { routing: Routing; tiers: Tier[] } | null }

export function changeOf(parts: readonly Part[], ground: Ground): WhatIfChange {
  const change: WhatIfChange = {};
  for (const part of parts) {
    if (part.kind === "people") change.agents = [...(change.agents ?? []), peopleOf(part)];
    else if (part.kind === "without") change.without = [...new Set([...(change.without ?? []), part.agent])];
    else if (part.kind === "demand") change.demand = part.percent / 100;
    else if (part.kind === "weights") change.routing = { ...(change.routing ?? ground.routing), weights: part.weights };
    else if (ground.unsaved) Object.assign(change, ground.unsaved);
  }
  return change;
}

function peopleOf(part: Extract<Part, { kind: "people" }>): MorePeople {
  const work: AgentWork = {
    squads: [part.squad], skills: { [part.skill]: part.level }, languages: languagesIn(part.languages), capacity: part.capacity,
    shifts: linesIn(part.shifts.replace(/;/g, "\n")), breaks: [],
  };
  return { count: part.count, ...work };
}

const list = (parts: string[]): string => new Intl.ListFormat(t.lang, { type: "conjunction" }).format(parts);

/** "2 more people for Billing in Spanish and 20% more traffic". */
export function changeWords(change: WhatIfChange, nameOf: (id: string) => string): string {
  const w = s.routing.change;
  const parts = (change.agents ?? []).map((more) => {
    const spoken = more.languages.length > 0 ? list(more.languages.map(languageName)) : null;
    return w.people(more.count, list(Object.keys(more.skills).map(skillName)), spoken);
  });
  if (change.without?.length) parts.push(w.without(list(change.without.map(nameOf))));
  const more = (change.demand ?? 1) - 1;
  if (more !== 0) parts.push((more > 0 ? w.more : w.less)(percent(Math.abs(more), 0)));
  if (change.routing) parts.push(w.rules);
  if (change.tiers && !change.routing) parts.push(w.tiers);
  return parts.length > 0 ? list(parts) : w.nothing;
}
