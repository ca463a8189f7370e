/** The studio's half of the mock server: the contract of packages/protocol/src/policy.ts with an invented policy. */
import { overview as begin, PROPOSALS, REPORT, results, TEMPLATES, TEXT, TRIGGERS, VOCABULARY } from "./fixtures.mjs";
import { edit, read } from "./toml.mjs";

const KNOWN = new Set(["name", "version", "always_human_topics", "propose_topics", "propose_at", "hand_off_at", "answer_confidence_min", "cool_down_turns", "emphasis", "proactive", "area", "rule", "override", "wording", "test"]);
const DEFAULTS = { always_human_topics: [], propose_topics: [], propose_at: 0.5, hand_off_at: 0.75, answer_confidence_min: 0.35, cool_down_turns: 3, proactive: { per_day: 1, after_dismissal_days: 7 }, area: [] };

export function check(text) {
  let read_;
  try {
    read_ = read(text);
  } catch (error) {
    const { line = 1, column = 1, hint = null } = error;
    return { policy: null, problems: [{ line, column, end_line: line, end_column: (text.split("\n")[line - 1]?.length ?? 0) + 1, severity: "error", message: error.message, hint }] };
  }
  const problems = [];
  const lines = text.split("\n");
  const on = (pattern, severity, message, hint = null) => {
    const line = Math.max(0, lines.findIndex((l) => pattern.test(l)));
    const column = lines[line].search(/\S/) + 1;
    problems.push({ line: line + 1, column, end_line: line + 1, end_column: lines[line].replace(/\s*#.*$/, "").length + 1, severity, message, hint });
  };
  const policy = { ...DEFAULTS, ...read_.policy };
  for (const key of Object.keys(read_.policy)) if (!KNOWN.has(key)) on(new RegExp(`^\\s*\\[*${key}\\b`), "error", `“${key}” is not a setting.`, key.startsWith("prop") ? "Did you mean propose_at?" : "See the list of settings in the documentation.");
  if (policy.propose_at > policy.hand_off_at) on(/^propose_at/, "error", "A person is proposed later than the conversation is handed off.", "Keep propose_at at or below hand_off_at.");
  for (const rule of policy.rule ?? []) if (rule.enabled === false) on(new RegExp(`^name = "${rule.name.replace(/\W/g, ".")}"`), "warning", `The rule “${rule.name}” is switched off.`, "Delete it, or switch it on.");
  return { problems, policy: problems.some((p) => p.severity === "error") ? null : policy };
}

/** Decides by a few words: enough to see every look of a decision. */
function decide(policy, turns, n, tier) {
  const said = turns.slice(0, n + 1).map((turn) => turn.text).join(" \n ");
  const fires = [];
  const add = (name, strength, evidence, reason) => fires.push({ name, strength, evidence, turn: n + 1, reason });
  const amount = Number(/(\d{3,})\s*(euro|€)/.exec(said)?.[1] ?? 0);
  if (/\b(person|human|agent)\b/i.test(turns[n].text)) add("explicit_request", 1, "“talk to a person”", "explicit_request");
  if (amount > 500 && (tier ?? "") !== "basic" && (policy.rule ?? []).some((r) => r.name === "Big refunds" && r.enabled !== false)) add("rule:Big refunds", 1, `the amount is ${amount}, above 500`, "authority");
  if (/third time|again/i.test(said)) add("repetition", 0.72, "says what they said before", "repetition");
  if (/angry|ridiculous|cancel/i.test(said)) add("frustration", 0.58, "two heated messages in a row", "frustration");
  const confidence = 1 - fires.reduce((doubt, f) => doubt * (1 - f.strength * 0.62), 1);
  const decisive = fires.some((f) => f.strength === 1);
  const action = decisive || confidence >= policy.hand_off_at ? "hand_off" : confidence >= policy.propose_at ? "propose" : fires.length > 0 && /trying/i.test(turns[n].text) ? "hold" : "answer";
  const decision = { turn: n + 1, action, reason: action === "answer" ? undefined : fires[0]?.reason, triggers: fires, confidence: decisive ? Math.max(confidence, 0.93) : confidence, hold: action === "hold" ? "the customer is trying “restart”" : undefined, counterfactual: action === "answer" ? ["One more failed step would have proposed a person."] : ["Without the strongest signal the assistant would have answered."] };
  return { decision, explanation: explain(policy, decision) };
}

export function explain(policy, decision) {
  const fired = new Map(decision.triggers.map((t) => [t.name, t]));
  return {
    decision,
    thresholds: { propose_at: policy.propose_at, hand_off_at: policy.hand_off_at, answer_confidence_min: policy.answer_confidence_min, cool_down_turns: policy.cool_down_turns, overrides: decision.turn > 4 ? ["Fleet customers sooner"] : [] },
    signals: VOCABULARY.signals.map(({ name, doc }, n) => ({ name, doc, strength: fired.get(name)?.strength ?? (n % 3 === 0 ? 0.12 : null), weight: name === "explicit_request" ? "decisive" : "0.62", force: (fired.get(name)?.strength ?? 0) * 0.62, evidence: fired.get(name)?.evidence ?? null, fired: fired.has(name) })),
    rules: (policy.rule ?? []).filter((r) => r.enabled !== false).map((r) => ({ name: r.name, then: r.then, fired: fired.has(`rule:${r.name}`), conditions: [{ text: "tier is one of fleet, plus", holds: true, value: "fleet" }, { text: "amount is above 500", holds: fired.has(`rule:${r.name}`), value: fired.has(`rule:${r.name}`) ? "740" : "unknown" }] })),
    timing: decision.action === "hold" ? { verdict: "hold", why: decision.hold } : { verdict: "now", why: null }, counterfactual: decision.counterfactual ?? [],
  };
}

/** `now` is the clock, `find` gives a conversation's view, `problem` a refusal. */
export function policyMock({ now, find, problem, trial = null }) {
  let state = begin(now());
  const texts = new Map([[1, TEMPLATES[0].text], [2, TEXT], [3, TEXT], [4, TEXT.replace("propose_at = 0.5\n", "propose_at = 0.58\n").replace("complexity = 0.6", "complexity = 0.6\nlow_confidence = 0.7")]]);
  const backtests = new Map([["bt_done", { id: "bt_done", state: "done", done: 3120, total: 3120, eta_s: null, problem: null, report: REPORT }]]);
  const hiccup = { edit: 0, check: 0 };
  let proposals = PROPOSALS;
  const wrote = (what, version, more = {}) => (state = { ...state, history: [...state.history, { at_ms: now(), actor: "Noor Haddad", what, version, ...more }] });
  const setStage = (version, stage) => (state = { ...state, versions: state.versions.map((v) => (v.version === version ? { ...v, stage } : v)) });
  if (trial) start(4, trial);

  function start(version, form) {
    if (state.trial && state.trial.version !== version) setStage(state.trial.version, "draft");
    setStage(version, form.stage);
    state = { ...state, trial: { version, stage: form.stage, percent: form.percent ?? null, since_ms: now() - 2.4 * 86_400_000, guard: form.guard ?? { metric: "missed_rate", limit: 0.03, least: 200 } } };
    wrote(form.stage === "shadow" ? "shadowed" : "rolled_out", version, { percent: form.percent, why: form.why });
  }
  function goLive(version, what, why) {
    setStage(state.live, what === "rolled_back" ? "rolled_back" : "retired");
    setStage(version, "live");
    state = { ...state, live: version, trial: null };
    wrote(what, version, { why });
  }
  function save(text, note) {
    const { problems, policy } = check(text);
    if (!policy) return problem(422, "policy_invalid", "The policy has errors.", { problems });
    const version = Math.max(...state.versions.map((v) => v.version)) + 1;
    texts.set(version, text);
    state = { ...state, versions: [...state.versions, { version, name: policy.name ?? "", stage: "draft", made_by: "Noor Haddad", made_at_ms: now(), note, rules: policy.rule?.length ?? 0, tests: policy.test?.length ?? 0 }] };
    wrote("saved", version, { why: note });
    return { version };
  }
  function test(text) {
    const { policy } = check(text);
    const { places } = read(text);
    const results_ = (policy?.test ?? []).map((one) => {
      const turns = one.turns.map((turn) => ({ role: turn.assistant === undefined ? "customer" : "assistant", text: turn.assistant ?? turn.customer }));
      const { decision } = decide(policy, turns, (one.turn ?? turns.length) - 1, one.customer?.tier);
      const passed = one.expect === decision.action || (one.expect === "propose_or_hand_off" && ["propose", "hand_off"].includes(decision.action));
      return { name: one.name, passed, why: passed ? null : `Expected ${one.expect}, and it was ${decision.action} at ${decision.confidence.toFixed(2)}.`, line: places.get(`test:${one.name}`) ?? 1 };
    });
    return { passed: results_.filter((r) => r.passed).length, failed: results_.filter((r) => !r.passed).length, results: results_ };
  }
  function diff(from, to) {
    const a = read(from).policy;
    const b = read(to).policy;
    const changes = [];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (JSON.stringify(a[key]) === JSON.stringify(b[key])) continue;
      if (!Array.isArray(b[key] ?? a[key]) || typeof (b[key] ?? a[key])[0] !== "object") { changes.push({ path: key, from: JSON.stringify(a[key]) ?? null, to: JSON.stringify(b[key]) ?? null, words: `${key}: ${JSON.stringify(a[key]) ?? "not set"} becomes ${JSON.stringify(b[key]) ?? "not set"}` }); continue; }
      const names = new Set([...(a[key] ?? []), ...(b[key] ?? [])].map((x) => x.name ?? x.area));
      for (const name of names) {
        const x = (a[key] ?? []).find((y) => (y.name ?? y.area) === name);
        const y = (b[key] ?? []).find((z) => (z.name ?? z.area) === name);
        if (JSON.stringify(x) !== JSON.stringify(y)) changes.push({ path: `${key}.${name}`, from: null, to: null, words: `${key} “${name}” ${!x ? "is new" : !y ? "is gone" : "is changed"}` });
      }
    }
    return { changes };
  }
  function step(id) {
    const one = backtests.get(id);
    if (!one) return problem(404, "not_found", "There is no such backtest.");
    if (one.state === "running") {
      one.done = Math.min(one.total, one.done + 780);
      one.eta_s = Math.round((one.total - one.done) / 330);
      if (one.done === one.total) Object.assign(one, { state: "done", eta_s: null, report: REPORT });
    }
    return one;
  }
  function decisions(view) {
    const handed = view.package.handoff;
    const policy = check(TEXT).policy;
    const turns = view.package.transcript.filter((turn) => turn.role === "customer");
    return turns.map((turn) => {
      const last = handed?.turn === turn.turn;
      const before = !!handed && turn.turn < handed.turn;
      const triggers = last ? (handed.evidence.length > 0 ? handed.evidence : [{ name: handed.reason, strength: 0.8, evidence: view.row.line, turn: turn.turn }]) : turn.turn > 4 && before ? [{ name: "failed_steps", strength: 0.66, evidence: "exchange refused with EX-17", turn: turn.turn }] : [];
      const action = last ? "hand_off" : triggers.length > 0 ? "hold" : "answer";
      return { turn: turn.turn, action, reason: last ? handed.reason : triggers.length > 0 ? "failed_steps" : undefined, triggers, confidence: last ? 0.91 : triggers.length > 0 ? 0.54 : 0.12, hold: action === "hold" ? "the customer is trying “Start the exchange in My orders”" : undefined, counterfactual: last ? ["With “hand off from” at 95 % a person would have been proposed.", "Without “May leave” it would have been proposed at 62 %."] : action === "hold" ? ["Once that step had failed, a person would have been proposed."] : ["One failed step more would not have been enough."], at_ms: turn.at_ms, policy: 3, shadow: last ? { action: "propose", reason: handed.reason, confidence: 0.7 } : null, policy_: policy };
    });
  }

  /** Undefined where the address is not the studio's. */
  function route(method, path, body) {
    let m;
    if ((m = /^\/v1\/conversations\/(\w+)\/decisions(?:\/(\d+))?$/.exec(path))) {
      const view = find(m[1]);
      if (!view) return problem(404, "not_found", "There is no such conversation.");
      const all = decisions(view);
      if (!m[2]) return all;
      const one = all.find((d) => d.turn === Number(m[2]));
      return one ? explain(one.policy_, one) : problem(404, "not_found", "No decision was taken after this turn.");
    }
    if (!path.startsWith("/v1/policy")) return undefined;
    if (path === "/v1/policy") return state;
    if (path === "/v1/policy/check") { if (hiccup.check > 0) { hiccup.check -= 1; return problem(503, "busy", "Segue is busy. Try again."); } return check(body.text); }
    if (path === "/v1/policy/edit") {
      if (hiccup.edit > 0) { hiccup.edit -= 1; return problem(503, "busy", "Segue is busy. Try again."); }
      return { text: edit(body.text, body.policy) };
    }
    if (path === "/v1/policy/versions") return save(body.text, body.note);
    if (path === "/v1/policy/try") {
      const { policy } = check(body.text);
      if (!policy) return problem(422, "policy_invalid", "The policy has errors.");
      return { turns: body.turns.map((turn, n) => (turn.role === "customer" ? { turn: n + 1, ...turn, ...decide(policy, body.turns, n, body.customer?.tier) } : { turn: n + 1, ...turn, decision: null, explanation: null })) };
    }
    if (path === "/v1/policy/test") return test(body.text);
    if (path === "/v1/policy/diff") return diff(body.from, body.to);
    if (path === "/v1/policy/vocabulary") return VOCABULARY;
    if (path === "/v1/policy/templates") return TEMPLATES;
    if (path === "/v1/policy/triggers") return { days: 28, triggers: TRIGGERS };
    if (path === "/v1/policy/proposals") return proposals;
    if (path === "/v1/policy/rollback") {
      if (state.trial) { setStage(state.trial.version, "rolled_back"); wrote("rolled_back", state.trial.version, { why: body.why }); state = { ...state, trial: null }; } else goLive(state.live - 1, "rolled_back", body.why);
      return state;
    }
    if (path === "/v1/policy/backtests") { const id = `bt_${backtests.size}`; backtests.set(id, { id, state: "running", done: 0, total: 3120, eta_s: null, problem: null, report: null }); return { id }; }
    if ((m = /^\/v1\/policy\/backtests\/(\w+)$/.exec(path))) { if (method === "DELETE") { backtests.get(m[1]).state = "cancelled"; return null; } return step(m[1]); }
    if ((m = /^\/v1\/policy\/proposals\/(\w+)\/accept$/.exec(path))) { proposals = { ...proposals, proposals: proposals.proposals.filter((p) => p.id !== m[1]) }; return save(TEXT.replace("complexity = 0.6", "complexity = 0.6\nlow_confidence = 0.7"), "Proposed from judgements"); }
    if ((m = /^\/v1\/policy\/versions\/(\d+)(?:\/(\w+))?$/.exec(path))) {
      const version = Number(m[1]);
      const held = state.versions.find((v) => v.version === version);
      if (!held) return problem(404, "not_found", "There is no such version.");
      if (m[2] === "results") return results(now());
      if (m[2] === "stage") { if (body.stage === "live") goLive(version, "went_live", body.why); else if (body.stage === "retired") { setStage(version, "retired"); wrote("retired", version); } else start(version, body); return state; }
      return { version: held, text: texts.get(version), policy: check(texts.get(version)).policy };
    }
    return problem(404, "not_found", "There is no such address.");
  }
  return { route, hiccup };
}
