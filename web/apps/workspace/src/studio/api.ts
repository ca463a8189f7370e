import type {
  AgentProfile, AgentStatus, AgentWork, Backtest, Checked, DecisionRow, Difference, Explanation, Organisation, Overview, Policy, PolicyProblem, PolicyProposal, Results, SquadHours,
  Stage, Template, TestRun, TriggerCount, Tried, Try, Vocabulary, WhatIf, WhatIfChange, Written,
} from "@segue/protocol";
import { ApiError, call, conversation } from "../api";

const id = encodeURIComponent;

/** The studio's requests; the contract is packages/protocol/src/policy.ts. */
export const studio = {
  overview: () => call<Overview>("GET", "/v1/policy"),
  version: (version: number) => call<Written>("GET", `/v1/policy/versions/${version}`),
  check: (text: string) => call<Checked>("POST", "/v1/policy/check", { text }),
  edit: (text: string, policy: Policy) => call<{ text: string }>("POST", "/v1/policy/edit", { text, policy }),
  save: (text: string, note: string) => call<{ version: number }>("POST", "/v1/policy/versions", { text, note }),
  stage: (version: number, stage: Stage) => call<Overview>("POST", `/v1/policy/versions/${version}/stage`, stage),
  rollBack: (why: string) => call<Overview>("POST", "/v1/policy/rollback", { why }),
  results: (version: number) => call<Results>("GET", `/v1/policy/versions/${version}/results`),
  try: (conversation: Try) => call<Tried>("POST", "/v1/policy/try", conversation),
  test: (text: string) => call<TestRun>("POST", "/v1/policy/test", { text }),
  diff: (from: string, to: string) => call<{ changes: Difference[] }>("POST", "/v1/policy/diff", { from, to }),
  vocabulary: () => call<Vocabulary>("GET", "/v1/policy/vocabulary"),
  templates: () => call<Template[]>("GET", "/v1/policy/templates"),
  triggers: (days: number) => call<{ days: number; triggers: TriggerCount[] }>("GET", `/v1/policy/triggers?days=${days}`),
  decisions: (of: string) => call<DecisionRow[]>("GET", `${conversation(of)}/decisions`),
  explain: (of: string, turn: number) => call<Explanation>("GET", `${conversation(of)}/decisions/${turn}`),
  startBacktest: (form: { draft: { text: string } | { version: number }; against: { version: number }; days?: number }) =>
    call<{ id: string }>("POST", "/v1/policy/backtests", form),
  backtest: (of: string) => call<Backtest>("GET", `/v1/policy/backtests/${id(of)}`),
  cancelBacktest: (of: string) => call<void>("DELETE", `/v1/policy/backtests/${id(of)}`),
  proposals: () => call<{ judged: number; proposals: PolicyProposal[] }>("GET", "/v1/policy/proposals"),
  accept: (of: string) => call<{ version: number }>("POST", `/v1/policy/proposals/${id(of)}/accept`),
};

/** The requests of the routing pages; the contract is packages/protocol/src/routing.ts. */
export const routing = {
  organisation: () => call<Organisation>("GET", "/v1/organisation"),
  saveOrganisation: (organisation: Organisation) => call<Organisation>("PUT", "/v1/organisation", organisation),
  staff: () => call<AgentProfile[]>("GET", "/v1/staff"),
  agents: () => call<AgentStatus[]>("GET", "/v1/agents"),
  saveWork: (of: string, work: AgentWork) => call<AgentProfile>("PUT", `/v1/staff/${id(of)}/work`, work),
  hours: () => call<SquadHours[]>("GET", "/v1/hours"),
  override: (squad: string, form: { open: boolean; until_ms: number; why: string }) => call<SquadHours>("POST", `/v1/squads/${id(squad)}/overrides`, form),
  endOverrides: (squad: string) => call<SquadHours>("DELETE", `/v1/squads/${id(squad)}/overrides`),
  whatIfs: () => call<WhatIf[]>("GET", "/v1/routing/what-ifs"),
  startWhatIf: (form: { days: number; change: WhatIfChange }) => call<WhatIf>("POST", "/v1/routing/what-ifs", form),
  whatIf: (of: string) => call<WhatIf>("GET", `/v1/routing/what-ifs/${id(of)}`),
  cancelWhatIf: (of: string) => call<void>("DELETE", `/v1/routing/what-ifs/${id(of)}`),
};

/** The problems that an answer to saving carries. */
export function problemsOf(error: unknown): PolicyProblem[] {
  const held = error instanceof ApiError ? (error.problem as { problems?: PolicyProblem[] }).problems : undefined;
  return Array.isArray(held) ? held : [];
}

export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
