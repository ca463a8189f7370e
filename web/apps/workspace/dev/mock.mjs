/**
 * A stand-in for the server: serves the built workspace and speaks the contract with invented people, so that the
 * pages can be seen and tested without the real one. `node dev/mock.mjs` listens on 8090 (PORT).
 *
 * Controls for tests: POST /dev/{offer,type,say,drop,fail,out,edit_fails,check_fails}.
 */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { policyMock } from "./policy/mock.mjs";
import { routingMock } from "./routing/mock.mjs";
import { AGENTS, DEMO, make, ME, SCRIPTS, SQUADS, tickets } from "./fixtures.mjs";

const DIST = fileURLToPath(new URL("../../../dist/workspace/", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const LIVE = new Set(["offered", "queued", "requested"]);

export function mock({ needed = false, signedIn = false, demo = true, extraRows = 0, empty = false, role = "agent", trial = null, routing = {} } = {}) {
  const now = () => Date.now();
  const views = new Map();
  const sockets = new Set();
  const seenIds = new Map();
  let me = { ...structuredClone(ME), role };
  let inside = signedIn;
  let failing = 0;
  let down_until = 0;
  let offers = [];

  if (!empty) for (const script of SCRIPTS) if (script.id !== "c_bram") add(make(script, now()));
  for (let n = 0; n < extraRows; n += 1) {
    const script = SCRIPTS[n % SCRIPTS.length];
    add(make({ ...script, id: `x_${n}`, state: n % 3 ? "queued" : "human", agent: n % 3 ? undefined : "ag_noor", customer: { ...script.customer, name: `Customer ${n}` } }, now()));
  }

  function add(view) {
    views.set(view.row.conversation, view);
    return view;
  }
  const is = {
    mine: (r) => r.agent === me.id && ["preparing", "human", "wrap_up"].includes(r.state), squads: (r) => !over(r) && r.state !== "ai" && me.squads.some((s) => s.id === r.squad),
    unassigned: (r) => LIVE.has(r.state) && !r.agent, waiting: (r) => LIVE.has(r.state), open: (r) => !over(r), resolved: over, all: () => true,
  };
  function over(r) { return ["resolved", "abandoned", "ticketed"].includes(r.state); }
  const rows = () => [...views.values()].map((v) => v.row);
  const counts = () => Object.fromEntries(Object.entries(is).map(([name, test]) => [name, rows().filter(test).length]));
  const tell = (frame) => { for (const s of sockets) if (s.readyState === 1) s.send(JSON.stringify(frame)); };

  /** Changes a conversation, and tells whoever looks. */
  function change(view, edit) {
    view.row = { ...view.row };
    view.package = { ...view.package, transcript: [...view.package.transcript], notes: [...view.package.notes] };
    view.marks = [...view.marks];
    edit(view);
    view.row.seq += 1;
    view.row.updated_at_ms = now();
    view.package.seq = view.row.seq;
    me.load = rows().filter(is.mine).length;
    tell({ type: "row", row: view.row });
    for (const s of sockets) if (s.open === view.row.conversation && s.readyState === 1) s.send(JSON.stringify({ type: "view", view }));
    tell({ type: "counts", counts: counts() });
    tell({ type: "me", me });
    return view;
  }
  const mark = (view, kind, text) => view.marks.push({ seq: view.row.seq + 1, at_ms: now(), after_turn: view.package.transcript.at(-1)?.turn ?? 0, kind, text });
  const say = (view, role, text, extra) => view.package.transcript.push({ turn: (view.package.transcript.at(-1)?.turn ?? 0) + 1, role, at_ms: now(), text, ...extra });

  function offer(accept_s = 30) {
    const view = add(make(SCRIPTS.find((s) => s.id === "c_bram"), now()));
    const made = { conversation: view.row.conversation, epoch: view.row.epoch, offered_at_ms: now(), accept_by_ms: now() + accept_s * 1000, why: "billing 5, English, one free chat, last spoke 2 days ago", row: view.row, package: view.package };
    offers = [made];
    tell({ type: "offer", offer: made });
    tell({ type: "counts", counts: counts() });
    setTimeout(() => offers.includes(made) && endOffer(made, "missed"), accept_s * 1000).unref();
  }
  function endOffer(ended, why) {
    offers = offers.filter((o) => o !== ended);
    tell({ type: "offer_ended", conversation: ended.conversation, epoch: ended.epoch, why });
  }
  function prepare(view) {
    return change(view, (v) => {
      v.row.state = "preparing"; v.row.agent = me.id; v.row.epoch += 1; v.prepare_until_ms = now() + 15_000;
      mark(v, "accepted", "Noor accepted");
    });
  }
  const welcome = () => ({ type: "welcome", server_time_ms: now(), me, rows: rows(), counts: counts(), offers, agents: AGENTS });

  const acts = {
    accept(view) { const held = offers.find((o) => o.conversation === view.row.conversation); if (!held) return problem(409, "offer_gone", "The offer is gone."); endOffer(held, "accepted"); return prepare(view); },
    decline(view) { const held = offers.find((o) => o.conversation === view.row.conversation); if (held) endOffer(held, "declined"); change(view, (v) => { v.row.state = "queued"; mark(v, "declined", "Declined"); }); return null; },
    claim: (view) => prepare(view),
    join: (view) => change(view, (v) => { v.row.state = "human"; delete v.prepare_until_ms; mark(v, "joined", "Noor joined"); }),
    replies(view, body) {
      if (failing > 0) { failing -= 1; return problem(422, "refused", "This conversation is no longer yours."); }
      const key = body.client_id;
      if (!seenIds.has(key)) {
        change(view, (v) => { say(v, "agent", body.text, { agent: me.id }); delete v.row.waiting_since_ms; delete v.row.sla_due_at_ms; v.row.line = `You: ${body.text}`; });
        seenIds.set(key, { seq: view.row.seq, turn: view.package.transcript.at(-1).turn });
        setTimeout(() => tell({ type: "customer_typing", conversation: view.row.conversation }), 1_200).unref();
        setTimeout(() => view.row.state === "human" && change(view, (v) => { say(v, "customer", "Great, that helps. Thank you!"); v.row.line = "Great, that helps. Thank you!"; }), 4_000).unref();
      }
      return seenIds.get(key);
    },
    notes(view, body) { change(view, (v) => v.package.notes.push({ agent: me.id, at_ms: now(), text: body.text })); return { seq: view.row.seq }; },
    resolve: (view, body) => change(view, (v) => { v.row.state = "wrap_up"; v.wrap_up_until_ms = now() + 60_000; mark(v, "resolved", `Resolved by Noor: ${body.disposition}`); }),
    finish: (view) => change(view, (v) => { v.row.state = "resolved"; delete v.wrap_up_until_ms; }),
    return: (view) => change(view, (v) => { v.row.state = "ai"; v.row.agent = undefined; mark(v, "returned", "Handed back to the assistant"); }),
    transfer: (view, body) => change(view, (v) => { v.row.state = "queued"; v.row.agent = body.agent; v.row.squad = body.squad ?? v.row.squad; v.row.waiting_since_ms = now(); mark(v, "transferred", `Transferred: ${body.reason}`); }),
  };
  const dev = {
    offer: () => offer(), type: () => tell({ type: "customer_typing", conversation: "c_ines" }),
    say: () => change(views.get("c_tunde"), (v) => { say(v, "customer", "Any news from the bank?"); v.row.waiting_since_ms = now(); v.row.sla_due_at_ms = now() + 300_000; v.row.line = "Any news from the bank?"; }),
    drop: () => { down_until = now() + 6_000; for (const s of sockets) s.terminate(); }, fail: () => (failing += 1), out: () => { inside = false; tell({ type: "bye", code: "signed_out" }); },
  };
  const problem = (status, code, detail, more = {}) => ({ problem: { type: `/errors/${code}`, title: code, status, code, detail, ...more } });
  const studio = policyMock({ now, find: (id) => views.get(id), problem, trial });
  const lanes = routingMock({ now, problem, agents: AGENTS, ...routing });
  Object.assign(dev, { edit_fails: () => (studio.hiccup.edit += 1), check_fails: () => (studio.hiccup.check += 1) });

  function route(method, path, body) {
    if (path === "/v1/setup") {
      if (method === "GET") return { needed, demo };
      needed = false; inside = true; me = { ...me, name: body.name, organisation: { ...me.organisation, name: body.organisation } };
      return me;
    }
    if (path === "/v1/demo") return DEMO;
    if (path === "/v1/sessions") { if (body.password !== "demo-demo-demo") return problem(401, "credentials"); inside = true; return me; }
    if (!inside) return problem(401, "signed_out", "Sign in first.");
    if (path === "/v1/sessions/current") { inside = false; return null; }
    if (path === "/v1/me") return me;
    if (path === "/v1/me/presence") { me = { ...me, presence: body.presence }; tell({ type: "me", me }); return me; }
    if (path === "/v1/squads") return SQUADS;
    if (path === "/v1/tickets") return { tickets: empty ? [] : tickets(now()) };
    for (const half of [lanes, studio]) { const answer = half.route(method, path, body); if (answer !== undefined) return answer; }
    let m = /^\/v1\/tickets\/(\w+)$/.exec(path);
    if (m) { const found = tickets(now()).find((x) => x.id === m[1]); return { ...found, package: views.get(found.conversation).package }; }
    m = /^\/v1\/lists\/(\w+)$/.exec(path);
    if (m) return { rows: rows().filter(is[m[1]]).slice(0, 200), next_cursor: null, counts: counts() };
    m = /^\/v1\/conversations\/(\w+)\/(\w+)$/.exec(path);
    const view = m && views.get(m[1]);
    if (!view) return problem(404, "not_found", "There is no such conversation.");
    return method === "GET" ? view : (acts[m[2]]?.(view, body) ?? null);
  }

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://mock");
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("x-content-type-options", "nosniff");
    if (pathname.startsWith("/dev/")) { dev[pathname.slice(5)]?.(); response.end("ok"); return; }
    if (pathname.startsWith("/v1/")) {
      const parts = [];
      for await (const part of request) parts.push(part);
      if (now() < down_until) { request.socket.destroy(); return; }
      const answer = route(request.method, pathname, parts.length ? JSON.parse(Buffer.concat(parts).toString()) : {});
      const refused = answer?.problem?.status ? answer.problem : null;
      response.statusCode = refused?.status ?? (answer === null ? 204 : 200);
      response.setHeader("content-type", refused ? "application/problem+json" : "application/json");
      response.end(answer === null ? undefined : JSON.stringify(refused ?? answer));
      return;
    }
    const file = join(DIST, normalize(pathname === "/" ? "/index.html" : pathname));
    if (!file.startsWith(DIST) || !existsSync(file) || !statSync(file).isFile()) { response.statusCode = 404; response.end("not found"); return; }
    response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
  });

  const wss = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (!inside || now() < down_until || !request.url.startsWith("/v1/workspace/socket")) { socket.destroy(); return; }
    wss.handleUpgrade(request, socket, head, (ws) => {
      sockets.add(ws);
      ws.on("close", () => sockets.delete(ws));
      ws.on("message", (data) => {
        const command = JSON.parse(data.toString());
        if (command.type === "ping") ws.send(JSON.stringify({ type: "pong", server_time_ms: now() }));
        if (command.type === "open") {
          ws.open = command.conversation;
          const view = views.get(command.conversation);
          if (view) ws.send(JSON.stringify({ type: "view", view }));
        }
      });
      ws.send(JSON.stringify(welcome()));
    });
  });

  return {
    dev,
    /** Listens on a free port, or on the one asked for; answers with the address. */
    listen: (port = 0) => new Promise((done) => server.listen(port, "127.0.0.1", () => done(`http://127.0.0.1:${server.address().port}`))),
    close: () => { for (const s of sockets) s.terminate(); server.closeAllConnections(); server.close(); },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stand = mock({ extraRows: Number(process.env.ROWS ?? 0), role: process.env.ROLE ?? "supervisor" });
  console.log(await stand.listen(Number(process.env.PORT ?? 8090)));
  setInterval(() => stand.dev.offer(), 45_000);
}
