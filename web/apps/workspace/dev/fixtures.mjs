/** Invented people for the mock server: one bicycle shop, its agents and its customers. */
const MIN = 60_000;

export const SQUADS = [{ id: "sq_orders", name: "Orders" }, { id: "sq_workshop", name: "Workshop" }, { id: "sq_billing", name: "Billing" }];

export const AGENTS = [
  { id: "ag_noor", name: "Noor Haddad", presence: "available", load: 3, capacity: 4 },
  { id: "ag_piet", name: "Piet Janssens", presence: "available", load: 2, capacity: 4 },
  { id: "ag_wanjiru", name: "Wanjiru Mbeki", presence: "busy", load: 4, capacity: 4 },
  { id: "ag_elif", name: "Elif Aydın", presence: "away", load: 0, capacity: 3 },
];

export const ME = {
  id: "ag_noor", name: "Noor Haddad", email: "noor@larkfield.example", role: "agent",
  organisation: { id: "org_lark", name: "Larkfield Cycles" }, squads: [SQUADS[0], SQUADS[2]],
  presence: "available", load: 3, capacity: 4,
};

export const DEMO = {
  accounts: [
    { name: "Noor Haddad", email: "noor@larkfield.example", password: "demo-demo-demo", organisation: "Larkfield Cycles", role: "Agent", about: "Orders and billing. Three chats on the desk and an offer on its way." },
    { name: "Wanjiru Mbeki", email: "wanjiru@larkfield.example", password: "demo-demo-demo", organisation: "Larkfield Cycles", role: "Lead", about: "Sees every queue and every agent." },
    { name: "Anselm Roth", email: "anselm@palletledger.example", password: "demo-demo-demo", organisation: "Pallet Ledger", role: "Agent", about: "Software support: imports, invoices, single sign-on." },
  ],
  sites: [
    { name: "Larkfield Cycles", url: "/demo/larkfield", organisation: "Larkfield Cycles" },
    { name: "Pallet Ledger", url: "/demo/pallet", organisation: "Pallet Ledger" },
  ],
};

/** Where `part` stands in `text`, in scalar values. */
function span(text, part) {
  const at = text.indexOf(part);
  if (at < 0) throw new Error(`"${part}" is not in "${text}"`);
  const start = [...text.slice(0, at)].length;
  return { start, end: start + [...part].length };
}

let count = 0;

/** Builds a view from a short script: `turns` are [role, minutes ago, text, extra]. */
export function make(script, now) {
  count += 1;
  const id = script.id ?? `c_${count}`;
  const turns = script.turns.map(([role, ago, text, extra], n) => ({ turn: n + 1, role, at_ms: now - ago * MIN, text, ...(extra ?? {}) }));
  const textOf = (n) => turns[n - 1].text;
  const mood = (script.mood ?? []).map(([turn, frustration, urgency = 0.4]) => ({ turn, frustration, urgency, valence: 0.4 - frustration }));
  const first = turns[0].at_ms;
  const row = {
    conversation: id, seq: 10 + turns.length, state: script.state, epoch: 1, who: script.customer.name ?? "Visitor", line: script.line,
    reason: script.handoff?.reason, tier: script.customer.tier, language: script.language ?? "en", channel: script.channel ?? "web",
    squad: script.squad, agent: script.agent, opened_at_ms: first, updated_at_ms: turns.at(-1).at_ms,
    waiting_since_ms: script.waited === undefined ? undefined : now - script.waited * MIN,
    sla_due_at_ms: script.due === undefined ? undefined : now + script.due * MIN, frustration: mood.map((m) => m.frustration),
  };
  const context = {
    schema: "segue.context/1", organisation: "org_lark", conversation: id, seq: row.seq, updated_at_ms: row.updated_at_ms, channel: row.channel,
    language: row.language, customer: { verified: false, ...script.customer },
    issue: { topic: script.topic ?? null, topics: [], title: script.line, complexity: 0.4 },
    wants: script.wants ? { text: script.wants[1], turn: script.wants[0] } : null,
    summary: (script.summary ?? []).map(([turn, text]) => ({ turn, text })), transcript: turns, transcript_omitted: script.omitted ?? 0, mood,
    turning_points: (script.turning ?? []).map(([turn, change, quote, cause]) => ({ turn, change, quote, cause })),
    facts: (script.facts ?? []).map(([turn, kind, value, verified = false]) => ({ kind, value, turn, verified, by: turns[turn - 1].role, ...span(textOf(turn), value) })),
    questions: [],
    promises: (script.promises ?? []).map(([turn, part, text, dueIn, extra]) => ({ text, by: turns[turn - 1].role, turn, due_at_ms: dueIn === undefined ? undefined : now + dueIn * MIN, ...span(textOf(turn), part), ...extra })),
    steps: (script.steps ?? []).map(([turn, what, outcome, outcome_turn]) => ({ what, outcome, by: "customer", turn, start: 0, end: 4, outcome_turn })),
    handoff: script.handoff ? { at_ms: turns[script.handoff.turn - 1].at_ms, evidence: [], ...script.handoff } : null,
    page: script.page ? { at_ms: now - 5 * MIN, ...script.page } : null, journey: (script.journey ?? []).map(([title, path, ago, area]) => ({ title, url: `https://larkfield.example${path}`, at_ms: now - ago * MIN, area })),
    opening_lines: script.lines ?? [], suggested_articles: script.articles ?? [],
    notes: (script.notes ?? []).map(([agent, ago, text]) => ({ agent, at_ms: now - ago * MIN, text })), missing_sources: script.missing ?? [],
  };
  const marks = (script.marks ?? []).map(([after_turn, kind, text], n) => ({ seq: n + 3, at_ms: (turns[after_turn - 1]?.at_ms ?? first) + 4_000 + n * 900, after_turn, kind, text }));
  return {
    row, package: context, marks, decisions: script.decisions ?? [], timing_guess: script.guess, customer_online: script.online ?? true,
    agents: Object.fromEntries(AGENTS.map((a) => [a.id, { name: a.name }])), ...(script.extra?.(now) ?? {}),
  };
}

export const SCRIPTS = [
  {
    id: "c_ines", state: "human", agent: "ag_noor", squad: "sq_orders", line: "Wrong frame size, third time writing", waited: 1.2, due: 3.1, topic: "wrong_item", guess: "too_late",
    customer: { id: "cu_1", name: "Ines Carvalho", email: "ines@carvalho-couriers.example", verified: true, tier: "Fleet", company: "Carvalho Couriers", time_zone: "Europe/Lisbon", attributes: { plan: "Fleet care, 22 bikes", value_a_year: 31400, health: "48, falling", owner: "Piet Janssens", orders_open: 2 } },
    turns: [
      ["customer", 1460, "Hi, when does order LF-48213 arrive?"],
      ["assistant", 1459, "Your order LF-48213 left our warehouse and arrives tomorrow before 18:00.", { confidence: 0.93, citations: [{ id: "kb_4", title: "How deliveries work", url: "https://larkfield.example/help/deliveries" }] }],
      ["customer", 34, "It came, but the frame is size **54** and I ordered 58. I wrote about this last week already."],
      ["assistant", 34, "I'm sorry about that. You can start an exchange yourself:\n1. Open **My orders** and choose LF-48213\n2. Tap *Exchange* and pick the right size\n3. Print the label from https://larkfield.example/returns\n\nA refund, if you prefer one, takes up to 5 working days.", { confidence: 0.71, citations: [{ id: "kb_9", title: "Exchange a frame", url: "https://larkfield.example/help/exchange" }, { id: "kb_2", title: "Refund times" }] }],
      ["customer", 30, "Did that. The page says `error EX-17: item not exchangeable`. Same as last week."],
      ["assistant", 30, "Thank you for trying. Could you try once more in another browser?", { confidence: 0.41 }],
      ["customer", 28, "No. This is the third time I explain this. My rider has no bike on Monday. If this is not solved today I cancel the whole fleet contract."],
      ["assistant", 28, "Because this needs somebody who can approve an exchange outside the rules, I'm connecting you with Noor from orders. She has everything we discussed."],
      ["agent", 26, "Hi Ines, I can see that LF-48213 came in 54 instead of 58 and that the exchange page refused it with EX-17. I'm booking the 58 by courier for you right now.", { agent: "ag_noor" }],
      ["customer", 1.2, "Thank you. Will it be here before Monday? 🚲 And who picks up the wrong one?"],
    ],
    mood: [[1, 0.1], [3, 0.42], [5, 0.55], [7, 0.9, 0.9], [10, 0.38, 0.7]],
    turning: [[7, -0.35, "This is the third time I explain this.", 6], [10, 0.52, "Thank you.", 9]],
    facts: [[1, "order", "LF-48213", true], [3, "size", "58"], [5, "error_code", "EX-17"], [7, "date", "Monday"]],
    promises: [[4, "up to 5 working days", "Refund within 5 working days, if she prefers one", 6200], [9, "booking the 58 by courier", "Size 58 by courier", 210, { amount: "express" }]],
    steps: [[4, "Start the exchange in My orders", "failed", 5], [6, "Try another browser", "proposed"]],
    summary: [[3, "Order LF-48213 arrived in frame size 54 instead of 58."], [5, "The exchange page refuses it with EX-17, as it did last week."], [7, "She needs the bike for a rider on Monday and threatens to cancel the fleet contract."]],
    wants: [7, "The right frame before Monday, without explaining it again."],
    handoff: { reason: "churn_risk", turn: 7, focus: "Fleet customer about to cancel: approve an exchange outside the rules and name a delivery day.", evidence: [{ name: "churn_risk", strength: 0.91, evidence: "“I cancel the whole fleet contract”", turn: 7 }, { name: "repetition", strength: 0.78, evidence: "third time explained", turn: 7 }, { name: "failed_steps", strength: 0.66, evidence: "exchange refused with EX-17", turn: 5 }] },
    page: { url: "https://larkfield.example/orders/LF-48213/exchange", title: "Exchange LF-48213", area: "Orders" },
    journey: [["Home", "/", 41], ["My orders", "/orders", 38, "Orders"], ["Exchange a frame", "/help/exchange", 33, "Help"]],
    lines: [], articles: [{ id: "kb_21", title: "Approve an exchange by hand", url: "https://larkfield.example/help/agents/exchange" }, { id: "kb_22", title: "Courier pick-up of wrong deliveries", url: "https://larkfield.example/help/agents/courier" }],
    notes: [["ag_piet", 27, "Fleet contract renews on the **1st**. I can approve up to 250 without asking."]],
    missing: [{ source: "Stripe", why: "did not answer in 2 s; payments unknown" }],
    decisions: [{ turn: 5, action: "hold", triggers: [], confidence: 0.54, hold: "the customer is trying “Start the exchange”" }],
    marks: [[7, "handed_off", "Handed off: about to cancel, third explanation, needs an approval"], [8, "queued", "Waiting in Orders"], [8, "accepted", "Noor accepted"], [8, "joined", "Noor joined after 9 s of reading"]],
  },
  {
    id: "c_tunde", state: "human", agent: "ag_noor", squad: "sq_billing", line: "You: I have asked the bank to confirm the second charge", due: undefined, guess: "right",
    customer: { name: "Tunde Adeyemi", email: "tunde@adeyemi.example", verified: true, tier: "Plus", time_zone: "Africa/Lagos" }, topic: "double_charge",
    turns: [["customer", 22, "I was charged 84.90 twice for one service."], ["assistant", 22, "I can see two charges of 84.90. A colleague has to look at the bank's answer.", { confidence: 0.66 }], ["agent", 14, "Hi Tunde, I see both charges from Tuesday. I have asked the bank to confirm the second one; I'll write by 16:00.", { agent: "ag_noor" }]],
    mood: [[1, 0.35]], facts: [[1, "amount", "84.90"]], promises: [[3, "I'll write by 16:00", "An answer about the second charge", 9]], handoff: { reason: "authority", turn: 2, focus: "Two charges of 84.90 for one service: check with the bank." },
    summary: [[1, "Charged 84.90 twice for one service."]], marks: [[2, "handed_off", "Handed off: needs a look into payments"]],
  },
  {
    id: "c_mirela", state: "human", agent: "ag_noor", squad: "sq_orders", line: "Factura pentru comanda LF-48102 pe firmă", language: "ro", channel: "email", waited: 48, due: 72, guess: "right",
    customer: { name: "Mirela Popescu", email: "mirela@popescu.example", verified: false, tier: "Basic" }, topic: "invoice",
    turns: [["customer", 48, "Bună ziua, am nevoie de factura pentru comanda LF-48102 pe firmă, nu pe persoană fizică. Mulțumesc!"]],
    mood: [[1, 0.12]], facts: [[1, "order", "LF-48102"]], handoff: { reason: "private_scope", turn: 1, focus: "Reissue the invoice of LF-48102 to a company." }, summary: [[1, "Wants the invoice of LF-48102 issued to a company."]],
  },
  {
    id: "c_kaito", state: "wrap_up", agent: "ag_noor", squad: "sq_orders", line: "Click-and-collect in the other shop", guess: "right", online: false,
    customer: { name: "Kaito Hayashi", tier: "Plus", verified: true, time_zone: "Asia/Tokyo" },
    turns: [["customer", 31, "Can I collect in the harbour shop instead?"], ["agent", 29, "Done, it waits for you there from 10:00.", { agent: "ag_noor" }], ["customer", 28, "Perfect, thank you!"]],
    mood: [[1, 0.2], [3, 0.05]], marks: [[3, "resolved", "Resolved by Noor: solved"], [3, "rated", "Kaito rated 5 of 5"]], extra: (now) => ({ wrap_up_until_ms: now + 52_000, rating: { score: 5 } }),
  },
  {
    id: "c_bram", state: "offered", agent: undefined, squad: "sq_billing", line: "Gift card taken, order still asks for payment", waited: 0.9, due: 2.4, guess: "right", topic: "gift_card",
    customer: { id: "cu_7", name: "Bram Vermeer", email: "bram@vermeer.example", verified: true, tier: "Plus", company: undefined, time_zone: "Europe/Amsterdam", attributes: { customer_since: "2019", orders: 14, value_a_year: 612 } },
    turns: [
      ["customer", 6, "My gift card GC-7Q2M-88 was taken but order LF-50031 still wants 120 euro."],
      ["assistant", 6, "A gift card is shown on the order after a few minutes. Could you reload the page?", { confidence: 0.52, citations: [{ id: "kb_31", title: "Pay with a gift card", url: "https://larkfield.example/help/gift-card" }] }],
      ["customer", 4, "Reloaded three times. The card shows 0 now and the order shows 120. Please let me talk to a person."],
      ["assistant", 1, "Of course. Because this needs a look into your payment, I'm connecting you with billing."],
    ],
    mood: [[1, 0.25], [3, 0.58]], turning: [[3, -0.33, "Reloaded three times."]],
    facts: [[1, "gift_card", "GC-7Q2M-88"], [1, "order", "LF-50031", true], [1, "amount", "120 euro"]], steps: [[2, "Reload the order page", "failed", 3]],
    summary: [[1, "Gift card GC-7Q2M-88 was redeemed but order LF-50031 still asks for 120 euro."], [3, "Reloading did not help; the card now shows 0."]], wants: [3, "The 120 euro counted on the order."],
    handoff: { reason: "explicit_request", turn: 3, focus: "Card emptied, order unpaid: move the 120 euro to LF-50031 by hand.", evidence: [{ name: "explicit_request", strength: 1, evidence: "“let me talk to a person”", turn: 3 }, { name: "failed_steps", strength: 0.6, evidence: "reloaded three times", turn: 3 }] },
    lines: [
      { text: "Hi Bram, I see that GC-7Q2M-88 was emptied while LF-50031 still asks for 120 euro. I'm moving it over now.", because: "names the card and the order", turns: [1, 3] },
      { text: "Hi Bram, three reloads are enough. Let me settle the gift card on LF-50031 by hand.", because: "meets the mood", turns: [3] },
      { text: "Hi Bram, I have your order LF-50031 open. One minute, and I tell you where the 120 euro went.", because: "buys a minute", turns: [1] },
    ],
    page: { url: "https://larkfield.example/orders/LF-50031/pay", title: "Pay LF-50031", area: "Checkout" }, articles: [{ id: "kb_33", title: "Settle a gift card by hand" }],
    marks: [[3, "handed_off", "Handed off: asked for a person"], [4, "queued", "Waiting in Billing, first in line"], [4, "offered", "Offered to Noor"]],
  },
  { id: "c_porto", state: "queued", squad: "sq_billing", line: "Reembolso acima do limite", language: "pt", waited: 1.9, due: 3.2, customer: { name: "Visitor from Porto", tier: "Basic", verified: false }, turns: [["customer", 3, "Quero o reembolso de 340 euros, por favor."]], mood: [[1, 0.3], [1, 0.36]], handoff: { reason: "authority", turn: 1, focus: "Refund of 340 above the limit." } },
  { id: "c_sofie", state: "queued", squad: "sq_orders", line: "Two parcels, one arrived", waited: 6.4, due: -1.4, customer: { name: "Sofie Lindahl", tier: "Plus", verified: true }, turns: [["customer", 9, "Only one of two parcels arrived. Where is the other?"]], mood: [[1, 0.3], [1, 0.5], [1, 0.66]], handoff: { reason: "frustration", turn: 1, focus: "Second parcel of two is missing." } },
  { id: "c_yusuf", state: "queued", squad: "sq_workshop", line: "E-bike motor cuts out on hills", waited: 0.7, due: 4.3, customer: { name: "Yusuf Demir", tier: "Basic", verified: false }, turns: [["customer", 2, "The motor cuts out on every hill."]], mood: [[1, 0.2], [1, 0.3]], handoff: { reason: "low_confidence", turn: 1, focus: "Motor cuts out under load." } },
  { id: "c_elena", state: "human", agent: "ag_piet", squad: "sq_orders", line: "You can swap the saddle within 30 days", customer: { name: "Elena Marchetti", tier: "Fleet", verified: true }, turns: [["customer", 40, "The saddle is too hard."], ["agent", 36, "You can swap the saddle within 30 days.", { agent: "ag_piet" }]], mood: [[1, 0.2], [1, 0.15]], handoff: { reason: "product_feedback", turn: 1, focus: "Saddle swap." } },
  { id: "c_ai", state: "ai", line: "Opening hours on Saturday", customer: { verified: false }, turns: [["customer", 1.5, "Are you open on Saturday?"], ["assistant", 1.4, "Yes, from 9:00 to 17:00.", { confidence: 0.97 }]], mood: [[1, 0.02]] },
  {
    id: "c_odd", state: "queued", squad: "sq_orders", line: "<b>bold?</b> ‮evil name", waited: 0.2, due: 4.8, language: "ar", customer: { name: "رنا الخطيب", verified: false, tier: "Basic" },
    turns: [
      ["customer", 1, "مرحبا، طلبي LF-50100 لم يصل بعد 😕 هل يمكنك المساعدة؟"],
      ["customer", 0.9, "<img src=x onerror=alert(1)> [click](javascript:alert(1)) ![p](https://tracker.example/p.png) [my order](https://larkfield.example.evil.example/x) " + "x".repeat(180)],
    ],
    facts: [[1, "order", "LF-50100"]], mood: [[1, 0.3], [2, 0.4]], handoff: { reason: "explicit_request", turn: 1, focus: "Parcel LF-50100 has not arrived." },
  },
  { id: "c_done", state: "resolved", agent: "ag_noor", squad: "sq_orders", line: "Refund of the pump, done", online: false, customer: { name: "Marta Wójcik", tier: "Plus", verified: true }, turns: [["customer", 300, "The pump broke on day two."], ["agent", 290, "Refunded, sorry about that.", { agent: "ag_noor" }]], mood: [[1, 0.4], [1, 0.1]], marks: [[2, "resolved", "Resolved by Noor: refunded"]], extra: () => ({ rating: { score: 4, comment: "Quick" } }) },
];

export const tickets = (now) => [
  { id: "t_1", conversation: "c_done", handoff: "h_1", created_at_ms: now - 700 * MIN, due_at_ms: now + 190 * MIN, status: "open", who: "Gwen Parry", line: "Spokes break on the rear wheel, second time", contact: "gwen@parry.example", reason: "failed_steps", tier: "Plus" },
  { id: "t_2", conversation: "c_elena", handoff: "h_2", created_at_ms: now - 900 * MIN, due_at_ms: now - 25 * MIN, status: "open", who: "Olu Balogun", line: "Needs a pro-forma invoice for customs", contact: "olu@balogun.example", reason: "private_scope", tier: "Fleet" },
  { id: "t_3", conversation: "c_kaito", handoff: "h_3", created_at_ms: now - 3000 * MIN, due_at_ms: now - 1500 * MIN, status: "done", who: "Hanna Virtanen", line: "Change the delivery address before Friday", contact: "hanna@virtanen.example", reason: "explicit_request" },
];
