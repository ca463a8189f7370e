/** The people, squads and rules of the invented bicycle shop, and what a replay of its weeks says. */
const DAY = 86_400_000;

const WEIGHTS = { late_per_min: 0.5, abandoned: 3, quality: 0.5, unskilled: 1, sticky: 0.6, load: 0.15 };

export const ORGANISATION = {
  id: "org_lark", name: "Larkfield Cycles", assistant_name: "Lark", language: "en", time_zone: "Europe/Amsterdam", holidays: ["2026-12-25", "12-26", "2026-12-31 09:00-13:00"],
  tiers: [{ name: "fleet", first_reply_s: 30, weight: 10 }, { name: "plus", first_reply_s: 120, weight: 3 }, { name: "basic", first_reply_s: 600, weight: 1 }],
  area: [{ name: "orders", pattern: "*/orders*" }, { name: "checkout", pattern: "*/checkout*" }, { name: "help", pattern: "*/help*" }],
  squad: [
    { id: "sq_orders", name: "Orders", skill: "orders", topics: ["delivery", "replacement"], areas: ["orders"], reasons: ["explicit_request"], hours: ["Mon-Fri 08:00-20:00", "Sat 10:00-16:00", "2026-11-27 08:00-22:00"], at_close: "ticket", close_grace_s: 300, callbacks: { slot_min: 30, per_slot: 2 }, default: true },
    { id: "sq_workshop", name: "Workshop", skill: "workshop", topics: ["bug"], areas: [], reasons: ["failed_steps", "complexity"], hours: ["Mon-Fri 09:00-12:00,13:00-17:30"], fallback: "sq_orders", at_close: "keep", close_grace_s: 0, callbacks: { slot_min: 60, per_slot: 1 }, default: false },
    { id: "sq_billing", name: "Billing", skill: "billing", topics: ["billing", "refund"], areas: ["checkout"], reasons: ["authority"], hours: ["always"], fallback: "sq_orders", at_close: "ticket", close_grace_s: 0, callbacks: { slot_min: 30, per_slot: 0 }, default: false },
    { id: "sq_harbour", name: "Harbour shop", skill: "harbour", topics: [], areas: [], reasons: [], hours: ["Mon-Sun 22:00-06:00", "12-25"], time_zone: "America/New_York", channel_hours: { voice: ["Mon-Fri 09:00-17:00"] }, at_close: "ticket", close_grace_s: 0, callbacks: { slot_min: 30, per_slot: 2 }, default: false },
  ],
  routing: { strategy: "index", weights: WEIGHTS, guard_s: 900, known_for_h: 72, step: [], families: {}, channels: {} },
  site: [{ key: "larkfield", origins: [] }],
};

const person = (id, name, role, squads, skills, languages, shifts, capacity = 4, more = {}) => ({ id, name, email: `${id.slice(3)}@larkfield.example`, role, squads, skills, languages, capacity, shifts, breaks: [], ...more });
const DAYS = ["Mon-Fri 08:00-16:30"];
const LATE = ["Mon-Fri 12:00-20:00", "Sat 10:00-16:00"];

export const STAFF = [
  person("ag_noor", "Noor Haddad", "supervisor", ["sq_orders", "sq_billing"], { orders: 4, billing: 5, returns: 3 }, ["en", "nl", "ar"], DAYS, 4, { breaks: ["Mon-Fri 12:30-13:00"] }),
  person("ag_piet", "Piet Janssens", "agent", ["sq_orders", "sq_workshop"], { orders: 5, workshop: 3, returns: 4 }, ["nl", "en"], LATE),
  person("ag_wanjiru", "Wanjiru Mbeki", "agent", ["sq_orders"], { orders: 3, fleet: 5 }, ["en", "sw"], [], 4),
  person("ag_elif", "Elif Aydın", "agent", ["sq_workshop"], { orders: 1, workshop: 5 }, ["tr", "de", "en"], ["Mon-Thu 09:00-17:30"], 3),
  person("ag_sol", "Sol Herrera", "agent", ["sq_billing"], { billing: 3, orders: 2 }, ["es", "en"], LATE, 4),
  person("ag_mats", "Mats Lindqvist", "agent", ["sq_harbour", "sq_orders"], { harbour: 2, orders: 2 }, ["sv", "en"], ["Mon-Sun 22:00-06:00"], 2, { time_zone: "America/New_York" }),
  person("ag_anouk", "Anouk Dubois", "agent", ["sq_orders"], { orders: 4, returns: 5, fleet: 2 }, ["fr", "en", "nl"], DAYS),
  person("ag_kwame", "Kwame Boateng", "viewer", [], {}, ["en"], DAYS, 0),
];

const FIRST = ["Ada", "Bo", "Carla", "Dov", "Eun", "Fola", "Gil", "Hye", "Ines", "Jun", "Kira", "Leo", "Mina", "Nils", "Oya"];
const LAST = ["Abe", "Bianchi", "Cruz", "Dahl", "Ede", "Fofana", "Groen", "Haas", "Ivers", "Jong", "Khan", "Lund"];

/** So many people with so many skills, for the size that must be fine. */
export function crowd(people, skills) {
  const names = Array.from({ length: skills }, (_, n) => (n < ORGANISATION.squad.length ? ORGANISATION.squad[n].skill : `product_${n - 3}`));
  return Array.from({ length: people }, (_, n) => person(
    `ag_x${n}`, `${FIRST[n % FIRST.length]} ${LAST[(n * 7) % LAST.length]} ${n + 1}`, "agent", [ORGANISATION.squad[n % 4].id],
    Object.fromEntries(names.filter((_, k) => (n * 31 + k * 17) % 5 === 0).map((name, k) => [name, 1 + ((n + k) % 5)])), ["en", ["nl", "de", "fr", "es"][n % 4]], DAYS,
  ));
}

const line = (in_time, abandoned, mean_wait_s) => ({ in_time, abandoned, mean_wait_s });
const outcome = (in_time, tiers, abandoned, mean_wait_s, p95_wait_s, utilisation, cost_per_100) => ({
  handoffs: 3184, in_time, tiers: ["fleet", "plus", "basic"].map((tier, n) => ({ tier, handoffs: [318, 955, 1911][n], in_time: tiers[n] })), abandoned, mean_wait_s, p95_wait_s, utilisation, cost_per_100,
});
const SHAPE = [2, 1, 1, 0, 0, 1, 4, 12, 40, 92, 118, 126, 104, 110, 131, 128, 109, 84, 60, 44, 22, 11, 6, 3];

export const report = (now) => ({
  from_ms: now - 14 * DAY, until_ms: now, days: 14, draws: 40, handoffs: 3184,
  recorded: outcome(0.803, [0.91, 0.83, 0.771], 0.071, 118, 512, 0.74, 41.2),
  as_is: outcome(0.812, [0.915, 0.84, 0.78], 0.069, 113, 498, 0.73, 39.9),
  changed: outcome(0.891, [0.94, 0.921, 0.866], 0.044, 71, 301, 0.64, 24.1),
  difference: { in_time: { mean: 0.079, low: 0.061, high: 0.098 }, abandoned: { mean: -0.025, low: -0.034, high: -0.017 }, mean_wait_s: { mean: -42, low: -55, high: -31 }, utilisation: { mean: -0.09, low: -0.1, high: -0.08 }, cost_per_100: { mean: -15.8, low: -20.3, high: -11.6 } },
  lines: [
    { squad: "sq_billing", skill: "billing", language: "es", handoffs: 214, as_is: line(0.42, 0.19, 402), changed: line(0.83, 0.06, 92) },
    { squad: "sq_billing", skill: "billing", language: "en", handoffs: 871, as_is: line(0.79, 0.07, 121), changed: line(0.9, 0.04, 66) },
    { squad: "sq_orders", skill: "orders", language: "nl", handoffs: 940, as_is: line(0.86, 0.05, 84), changed: line(0.88, 0.05, 76) },
    { squad: "sq_orders", skill: "orders", language: "en", handoffs: 902, as_is: line(0.85, 0.06, 88), changed: line(0.84, 0.06, 91) },
    { squad: "sq_workshop", skill: "workshop", language: null, handoffs: 257, as_is: line(0.9, 0.04, 70), changed: line(0.9, 0.04, 70) },
  ],
  hours: SHAPE.map((handoffs, hour) => ({ hour, handoffs, as_is: line(0.95 - handoffs / 900, handoffs / 1800, 20 + handoffs * 1.3), changed: line(0.97 - handoffs / 1800, handoffs / 3000, 18 + handoffs * 0.7) })),
  notes: ["People keep the shifts they have now; a change of shifts within the weeks is not replayed.", "Customers' patience is estimated from 226 who gave up."],
});

export const WHAT_IFS = (now) => [
  { id: "wi_done", state: "done", change: { agents: [{ count: 2, skills: { billing: 4 }, languages: ["es", "en"], squads: ["sq_billing"], capacity: 4, shifts: ["Mon-Fri 09:00-17:30"], breaks: [] }] }, days: 14, started_at_ms: now - 3_600_000, done: 80, total: 80, eta_s: null, problem: null, report: report(now) },
  { id: "wi_worse", state: "done", change: { without: ["ag_sol"], demand: 1.2 }, days: 14, started_at_ms: now - DAY, done: 80, total: 80, eta_s: null, problem: null, report: { ...report(now), as_is: report(now).changed, changed: report(now).recorded, difference: { in_time: { mean: -0.079, low: -0.098, high: -0.061 }, abandoned: { mean: 0.025, low: 0.017, high: 0.034 }, mean_wait_s: { mean: 42, low: 31, high: 55 }, utilisation: { mean: 0.09, low: 0.08, high: 0.1 }, cost_per_100: { mean: 15.8, low: 11.6, high: 20.3 } } } },
  { id: "wi_little", state: "done", change: { demand: 0.8 }, days: 2, started_at_ms: now - 2 * DAY, done: 80, total: 80, eta_s: null, problem: null, report: { ...report(now), handoffs: 9, days: 2, lines: [], hours: [], notes: [] } },
  { id: "wi_failed", state: "failed", change: { demand: 5 }, days: 60, started_at_ms: now - 3 * DAY, done: 12, total: 80, eta_s: null, problem: "With five times the traffic the queues grew without end; the replay stopped after a day.", report: null },
];
