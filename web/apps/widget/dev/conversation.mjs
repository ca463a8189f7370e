// One scripted conversation of the mock: enough of the server's behaviour to use the widget by hand.
import { randomUUID } from "node:crypto";
import { SCENES, STATE } from "./scenes.mjs";

const MAYA = { name: "Maya", squad: "Billing" };
const conversations = new Map();

export function find(id, token) {
  const one = conversations.get(id) ?? scene(id);
  return one && one.token === token ? one : undefined;
}

/** `scene-NAME` is a conversation that is there from the start, under the token "token". */
function scene(id) {
  const fixed = SCENES[id.replace(/^scene-/, "")];
  if (!fixed) return undefined;
  const one = { id, token: "token", ...structuredClone(fixed), streams: new Set(), taken: new Map() };
  conversations.set(id, one);
  return one;
}

export function open(request) {
  const known = [...conversations.values()].find((one) => one.opened === request.client_id);
  if (known) return known;
  const one = { id: randomUUID(), token: randomUUID(), opened: request.client_id, seq: 0, items: [], state: structuredClone(STATE), streams: new Set(), taken: new Map() };
  if (request.site === "fernlight") Object.assign(one.state, { assistant_name: "Fern", organisation_name: "Fernlight" });
  conversations.set(one.id, one);
  return one;
}

/** Opens with a person on the way. */
export function accept(request) {
  const one = open(request);
  void handOff(one);
  return one;
}

const picture = (one) => ({ seq: one.seq, items: one.items, state: one.state });
export { picture };

export function listen(one, after, write) {
  const send = (event) => write(`id: ${one.seq}\ndata: ${JSON.stringify(event)}\n\n`);
  if (after > 0 && after <= one.seq) send({ type: "items", seq: one.seq, items: one.items.filter((item) => item.seq > after), state: one.state });
  else send({ type: "snapshot", ...picture(one) });
  if (one.delta) send({ type: "delta", turn: 2, text: one.delta });
  if (one.typing) send({ type: "typing", role: one.typing });
  one.streams.add(send);
  return () => one.streams.delete(send);
}

const tell = (one, event) => one.streams.forEach((send) => send(event));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function put(one, items, state = {}) {
  const fresh = items.map((item) => ({ seq: ++one.seq, at_ms: Date.now(), ...item }));
  one.items.push(...fresh);
  Object.assign(one.state, state);
  tell(one, { type: "items", seq: one.seq, items: fresh, state: one.state });
  return one.seq;
}

/** The same client id gets the same answer. */
export function act(one, path, body) {
  const before = one.taken.get(body.client_id);
  if (before) return before;
  const seq = ACTS[path]?.(one, body) ?? one.seq;
  if (body.client_id) one.taken.set(body.client_id, { seq });
  return { seq };
}

const ACTS = {
  messages(one, { text, client_id }) {
    const seq = put(one, [{ kind: "message", role: "customer", text, client_id }], one.state.state === "resolved" ? { state: "ai", ask_rating: false } : {});
    if (one.state.state === "human") void reply(one);
    else if (["ai", "proposed", "returned"].includes(one.state.state)) void answer(one, text);
    return seq;
  },
  human: (one) => { void handOff(one); return one.seq; },
  proposal(one, { accept }) {
    for (const item of one.items) if (item.kind === "proposal") item.open = false;
    put(one, [], { state: "ai" });
    if (accept) void handOff(one);
    else void stream(one, "All right, let’s keep going here. What have you tried so far?");
    return one.seq;
  },
  contact: (one) => put(one, [], { ask_contact: false }),
  rating: (one, { score }) => put(one, [], { rated: score, ask_rating: false }),
};

async function answer(one, text) {
  if (/human|person|agent/i.test(text)) return handOff(one);
  if (/night|closed/i.test(text)) {
    await wait(500);
    return put(one, [{ kind: "notice", what: "ticketed", text: "Billing is asleep. I have written everything down as request 4821." }],
      { state: "ticketed", ask_contact: true, ticket: { id: "4821", due_at_ms: Date.now() + 4e7, due_text: "Saturday, 09:30 your time" } });
  }
  if (/cancel|third time|angry/i.test(text)) {
    await wait(600);
    return put(one, [{ kind: "proposal", open: true, text: "A colleague in billing can look at the charges. Shall I connect you? They will see this conversation." }], { state: "proposed" });
  }
  await stream(one, "Most failed payments come from an expired card or a bank block. You can change the card under **Settings, Billing**, and we try again at once.", [{ id: "a1", title: "Why a payment fails", url: "help.html#payments" }]);
}

async function stream(one, text, citations) {
  tell(one, { type: "typing", role: "assistant" });
  await wait(500);
  const turn = one.items.length + 1;
  for (const piece of text.match(/\S+\s*/g)) {
    tell(one, { type: "delta", turn, text: piece });
    await wait(35);
  }
  put(one, [{ kind: "message", role: "assistant", text, citations }]);
}

async function handOff(one) {
  put(one, [{ kind: "notice", what: "announced", text: "I’m connecting you with **Billing**. They get everything we discussed, so there is nothing to repeat." }],
    { state: "queued", choices: SCENES.wait.state.choices, wait: { since_ms: Date.now(), place: 2, squad: "Billing" } });
  await wait(2_500);
  Object.assign(one.state.wait, { place: 1, low_s: 30, high_s: 120 });
  tell(one, { type: "state", state: one.state });
  await wait(3_500);
  put(one, [], { state: "preparing", preparing: true, agent: MAYA, wait: undefined, choices: [] });
  await wait(4_000);
  put(one, [{ kind: "event", what: "joined", text: "Maya read your conversation and joined", agent: MAYA }], { state: "human", preparing: false });
  await wait(1_200);
  put(one, [{ kind: "message", role: "agent", agent: MAYA, text: "Hi Dana, I’ve read everything. Let me look at TW-20931 right now." }]);
}

async function reply(one) {
  await wait(700);
  tell(one, { type: "typing", role: "agent" });
  await wait(1_800);
  put(one, [{ kind: "message", role: "agent", agent: MAYA, text: "Thanks, that helps. It’s fixed now." }]);
  await wait(2_500);
  put(one, [{ kind: "notice", what: "ended", text: "Maya closed this conversation." }], { state: "resolved", ask_rating: true });
}
