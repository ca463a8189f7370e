// The widget without the server: built files, demo sites, REST and stream with a scripted conversation.
//   node dev/mock.mjs [PORT]
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import * as talk from "./conversation.mjs";

const WEB = new URL("../../../", import.meta.url);
const TYPES = { html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", svg: "image/svg+xml", json: "application/json" };
const FRAME_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";
const PAGE_CSP = "default-src 'none'; script-src 'self' http://127.0.0.1:*; style-src 'self'; img-src 'self' data:; connect-src 'self' http://127.0.0.1:*; frame-src 'self' http://127.0.0.1:*; base-uri 'none'; form-action 'self'";

const SITES = {
  tidewater: { organisation_name: "Tidewater", assistant_name: "Tide", accent: "#0f6e7c", greeting: "Hi, I’m Tide. What can I sort out for you?",
    suggestions: ["My payment failed", "Add a location to my schedule", "How does shift swapping work?"] },
  fernlight: { organisation_name: "Fernlight", assistant_name: "Fern", accent: "#2f5d43", greeting: "Hello! Looking for a camera, a lamp, or an order?",
    suggestions: ["Where is my order?", "I want to return something", "Which lens fits my camera?"] },
};
const identity = (sub) => ["e30", Buffer.from(JSON.stringify({ sub })).toString("base64url"), "unsigned"].join(".");

/** Tests switch the mock into a failing mode. */
export const faults = { down: false, streams: false, delivered: [] };

/** What the mock offers, by the page's name, and what it heard of it. */
export const offers = { after_s: 1, asked: [], accepted: [], dismissed: [], reply: (asked) => offerFor(asked) };

const OFFERS = {
  en: ["A person can help you better with this. Shall I connect you with one of our people?", "Talk to a person", "No, thanks"],
  de: ["Dabei kann Ihnen ein Mensch besser helfen. Soll ich Sie mit jemandem aus unserem Team verbinden?", "Mit einem Menschen sprechen", "Nein, danke"],
  ar: ["يمكن لشخص أن يساعدك في هذا بشكل أفضل. هل أوصلك بأحد زملائنا؟", "التحدث إلى شخص", "لا، شكرًا"],
};

/** Once a day, and never after a no; on the pages that the demo's policies name. */
function offerFor({ url, language, offered_ms, dismissed_ms }) {
  const area = /cancel|pricing|returns/.exec(url)?.[0];
  if (!area || offered_ms.length > 0 || dismissed_ms !== null) return null;
  const [text, yes, no] = OFFERS[language?.slice(0, 2)] ?? OFFERS.en;
  return { after_s: offers.after_s, area, text, yes, no };
}

export function start(port = 0) {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve({
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => { server.closeAllConnections(); server.close(); },
  })));
}

async function handle(request, response) {
  const url = new URL(request.url, "http://mock");
  const { pathname } = url;
  if (pathname.startsWith("/v1/widget/")) return api(request, response, url);
  const who = /^\/demo\/(tidewater|fernlight)\/identity$/.exec(pathname);
  if (who) return json(response, 200, { token: identity(who[1] === "tidewater" ? "dana" : "ines") });
  const demo = pathname.startsWith("/demo/");
  const path = pathname === "/widget.js" ? "dist/widget/widget.js"
    : pathname === "/widget/frame" ? "dist/widget/frame.html"
    : pathname.startsWith("/widget/") ? `dist${pathname}`
    : demo ? `demo-sites${pathname.slice(5)}${pathname.endsWith("/") ? "index.html" : ""}` : undefined;
  const file = path && !path.includes("..") ? await readFile(new URL(path, WEB)).catch(() => undefined) : undefined;
  if (!file) return json(response, 404, { code: "not_found" });
  const type = TYPES[path.split(".").at(-1)] ?? "application/octet-stream";
  const policy = type.startsWith("text/html") ? { "content-security-policy": demo ? PAGE_CSP : FRAME_CSP } : {};
  response.writeHead(200, { "content-type": type, "x-content-type-options": "nosniff", "cache-control": "no-store", ...policy });
  response.end(file);
}

async function api(request, response, url) {
  if (faults.down) return request.socket.destroy();
  const [kind, id, action] = url.pathname.slice("/v1/widget/".length).split("/").map(decodeURIComponent);
  if (kind === "sites") {
    const site = SITES[id] ?? (id.startsWith("scene-") ? SITES.tidewater : undefined);
    return site ? json(response, 200, { ...site, language: "en", always_human: true }) : json(response, 404, { code: "not_found" });
  }
  // The loader asks from the page's own origin, so a browser asks first whether it may.
  if (request.method === "OPTIONS") {
    const open = kind === "offers" && id !== "accepted";
    response.writeHead(open ? 204 : 404, open ? { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type", "access-control-allow-methods": "POST" } : {});
    return response.end();
  }
  const body = request.method === "POST" ? JSON.parse(await text(request)) : undefined;
  if (kind === "offers") return offer(response, id, body);
  if (!id) {
    const one = talk.open(body);
    return json(response, 201, { conversation: one.id, token: one.token, ...talk.picture(one) });
  }
  const one = talk.find(id, (request.headers.authorization ?? "").replace("Bearer ", ""));
  if (!one) return json(response, 404, { code: "not_found" });
  if (action === "stream") return stream(request, response, one, url);
  if (!action) return json(response, 200, talk.picture(one));
  if (action === "callback" && !body) return json(response, 200, { slots: slots(), time_zone: "Europe/Berlin" });
  if (action === "typing" || action === "page") return json(response, 200, { seq: one.seq });
  faults.delivered.push({ action, ...body });
  return json(response, 200, talk.act(one, action, body));
}

/** Half hours of the next days, nine to five. */
function slots() {
  const day = new Date().setHours(0, 0, 0, 0);
  return [1, 2, 4].flatMap((days) => Array.from({ length: 16 }, (_, n) => {
    const from_ms = day + days * 86_400_000 + 9 * 3_600_000 + n * 1_800_000;
    return { from_ms, until_ms: from_ms + 1_800_000, text: new Date(from_ms).toString() };
  }));
}

function offer(response, what, body) {
  if (!what) {
    offers.asked.push(body);
    return json(response, 200, { offer: offers.reply(body) });
  }
  offers[what].push(body);
  if (what === "accepted") {
    const one = talk.accept(body);
    return json(response, 200, { conversation: one.id, token: one.token, ...talk.picture(one) });
  }
  response.writeHead(204, { "access-control-allow-origin": "*" });
  response.end();
}

function stream(request, response, one, url) {
  if (faults.streams) return json(response, 503, { code: "unavailable" });
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const stop = talk.listen(one, Number(url.searchParams.get("after") ?? 0), (chunk) => response.write(chunk));
  const beat = setInterval(() => response.write(": beat\n\n"), 10_000);
  request.on("close", () => { stop(); clearInterval(beat); });
}

async function text(request) {
  let all = "";
  for await (const chunk of request) all += chunk;
  return all || "{}";
}

function json(response, status, body) {
  response.writeHead(status, { "content-type": "application/json", "access-control-allow-origin": "*" });
  response.end(JSON.stringify(body));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { origin } = await start(Number(process.argv[2] ?? 4173));
  console.log(`${origin}/demo/tidewater/  ${origin}/demo/fernlight/  ${origin}/widget/frame?site=scene-wait`);
}
