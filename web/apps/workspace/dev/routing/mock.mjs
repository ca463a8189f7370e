/** The routing pages' half of the mock server: the contract of packages/protocol/src/routing.ts. */
import { crowd, ORGANISATION, report, STAFF, WHAT_IFS } from "./fixtures.mjs";

const LINE = /^(always|\d{4}-\d\d-\d\d|\d\d-\d\d|[a-z]{3}[a-z,-]*)( \d\d:\d\d-\d\d:\d\d(,\d\d:\d\d-\d\d:\d\d)*)?$/i;

/** `refuse`: people whose changes are refused, `organisation`: what differs from the fixtures, `crowded`: 300 people. */
export function routingMock({ now, problem, agents, refuse = [], organisation = {}, crowded = false, history = true, staffed = true }) {
  let settings = structuredClone({ ...ORGANISATION, ...organisation });
  let staff = structuredClone(!staffed ? [] : crowded ? crowd(300, 40) : STAFF);
  let whatIfs = history ? WHAT_IFS(now()) : [];
  const bad = (detail) => problem(400, "invalid", detail);
  const wrong = (lines) => (lines ?? []).find((text) => !LINE.test(text));
  const unread = (text) => bad(`hours read like \`Mon-Fri 08:00-20:00\`, \`2026-12-25\`, \`2026-12-24 09:00-13:00\` or \`always\`, not \`${text}\``);

  function standing(squad) {
    const overrides = (squad.overrides ?? []).filter((one) => one.until_ms > now());
    const decided = overrides.findLast((one) => one.from_ms <= now());
    const always = (squad.hours ?? []).length === 0 || squad.hours.includes("always");
    return {
      squad: squad.id, open: decided?.open ?? (always || squad.id !== "sq_harbour"), time_zone: squad.time_zone ?? settings.time_zone, overrides,
      until_ms: decided?.until_ms ?? (always ? undefined : now() + 3 * 3_600_000),
    };
  }

  function saveOrganisation(body) {
    const { routing } = body;
    for (const [name, weight] of Object.entries(routing.weights)) if (!(weight >= 0 && weight <= 100)) return bad(`routing.weights.${name}: ${weight} is not between 0 and 100.`);
    if (routing.guard_s < 60) return bad(`routing.guard_s: ${routing.guard_s} is not between 60 and 86400 seconds.`);
    if (routing.step.some((step, n) => n > 0 && step.after_s < routing.step[n - 1].after_s)) return bad("routing.step: each step begins no earlier than the one before.");
    const text = body.squad.flatMap((squad) => squad.hours ?? []).map((one) => wrong([one]) && one).find(Boolean);
    if (text) return unread(text);
    settings = structuredClone(body);
    return settings;
  }

  function saveWork(id, body) {
    const found = staff.find((one) => one.id === id);
    if (!found) return problem(404, "not_found", "There is no such person.");
    if (refuse.includes(id)) return bad("This person has left; ask an owner to bring them back first.");
    const text = wrong([...body.shifts, ...body.breaks]);
    if (text) return unread(text);
    staff = staff.map((one) => (one.id === id ? { ...one, ...body } : one));
    return staff.find((one) => one.id === id);
  }

  function start(body) {
    const one = { id: `wi_${whatIfs.length + 1}`, state: "running", change: body.change, days: body.days ?? 14, started_at_ms: now(), done: 0, total: 80, eta_s: null, problem: null, report: null };
    whatIfs = [one, ...whatIfs];
    return one;
  }

  function look(one) {
    if (one.state !== "running") return one;
    one.done = Math.min(one.total, one.done + 11);
    one.eta_s = Math.ceil((one.total - one.done) / 11);
    if (one.done === one.total) Object.assign(one, { state: "done", eta_s: null, report: report(now()) });
    return one;
  }

  return {
    route(method, path, body) {
      if (path === "/v1/organisation") return method === "GET" ? settings : saveOrganisation(body);
      if (path === "/v1/hours") return settings.squad.map(standing);
      if (path === "/v1/staff") return staff;
      if (path === "/v1/agents" && crowded) return staff.map(({ id, name, capacity }, n) => ({ id, name, capacity, load: 0, presence: ["available", "busy", "away", "offline"][n % 4] }));
      if (path === "/v1/agents") return agents;
      if (path === "/v1/routing/what-ifs") return method === "GET" ? whatIfs.map((one) => ({ ...one, report: null })) : start(body);
      let m = /^\/v1\/staff\/(\w+)\/work$/.exec(path);
      if (m) return saveWork(m[1], body);
      m = /^\/v1\/squads\/(\w+)\/overrides$/.exec(path);
      const squad = m && settings.squad.find((one) => one.id === m[1]);
      if (squad) {
        squad.overrides = method === "POST" ? [...(squad.overrides ?? []), { from_ms: now(), by: "ag_noor", why: "", ...body }] : [];
        return standing(squad);
      }
      m = /^\/v1\/routing\/what-ifs\/(\w+)$/.exec(path);
      const one = m && whatIfs.find((held) => held.id === m[1]);
      if (!one) return m ? problem(404, "not_found", "There is no such replay.") : undefined;
      if (method === "GET") return look(one);
      one.state = "cancelled";
      return null;
    },
  };
}
