/**
 * As much TOML as a policy needs, for the mock server: reads a text into blocks and values, and writes values back
 * into it with comments and order kept. The real server uses a real parser.
 */
class Bad extends Error {
  constructor(line, column, message, hint = null) {
    super(message);
    Object.assign(this, { line, column, hint });
  }
}

/** One value out of `source` from `at`; a string, number, boolean, array or inline table. */
function value(source, from, fail) {
  let at = from;
  const skip = () => { while (/\s/.test(source[at] ?? "") || source[at] === "#") { if (source[at] === "#") while (at < source.length && source[at] !== "\n") at += 1; else at += 1; } };
  function one() {
    skip();
    const rest = source.slice(at);
    let m;
    if ((m = /^"((?:[^"\\\n]|\\.)*)"/.exec(rest))) { at += m[0].length; return JSON.parse(m[0]); }
    if ((m = /^'([^'\n]*)'/.exec(rest))) { at += m[0].length; return m[1]; }
    if ((m = /^(true|false)\b/.exec(rest))) { at += m[0].length; return m[1] === "true"; }
    if ((m = /^[+-]?\d[\d_]*(\.\d+)?/.exec(rest))) { at += m[0].length; return Number(m[0].replaceAll("_", "")); }
    if (source[at] === "[") {
      at += 1;
      const list = [];
      for (skip(); source[at] !== "]"; skip()) { if (at >= source.length) fail(at, "The list does not end.", "Close it with ]."); list.push(one()); skip(); if (source[at] === ",") at += 1; }
      at += 1;
      return list;
    }
    if (source[at] === "{") {
      at += 1;
      const table = {};
      for (skip(); source[at] !== "}"; skip()) {
        const key = /^[\w-]+|^"[^"]+"/.exec(source.slice(at));
        if (!key) fail(at, "A name was expected here.", "Write it as name = value.");
        at += key[0].length; skip();
        if (source[at] !== "=") fail(at, "An = was expected here.");
        at += 1;
        table[key[0].replaceAll('"', "")] = one(); skip();
        if (source[at] === ",") at += 1;
      }
      at += 1;
      return table;
    }
    return fail(at, "This is not a value.", "Text stands in quotes: \"like this\".");
  }
  const made = one();
  return { made, end: at };
}

/** The text as blocks: the head before the first table, then each table with the comments above it. */
function blocks(text) {
  const lines = text.split("\n");
  const out = [{ header: null, array: false, start: 0, lead: 0 }];
  lines.forEach((line, n) => {
    const m = /^\s*(\[\[?)([\w.-]+)\]\]?/.exec(line);
    if (!m) return;
    let lead = n;
    while (lead > 0 && /^\s*#/.test(lines[lead - 1])) lead -= 1;
    out.at(-1).end = lead;
    out.push({ header: m[2], array: m[1] === "[[", start: n, lead });
  });
  out.at(-1).end = lines.length;
  return { lines, out };
}

/** Reads a text; the first error throws with its place. `places` says on which line each named thing begins. */
export function read(text) {
  const { lines, out } = blocks(text);
  const policy = {};
  const places = new Map();
  const last = {};
  for (const block of out) {
    let into = policy;
    if (block.header) {
      const parts = block.header.split(".");
      if (block.array && parts.length === 1) { into = {}; (policy[parts[0]] ??= []).push(into); last[parts[0]] = into; }
      else {
        for (const [n, part] of parts.entries()) {
          if (n === 0 && last[part]) into = last[part];
          else if (block.array && n === parts.length - 1) { const made = {}; (into[part] ??= []).push(made); into = made; }
          else into = into[part] ??= {};
        }
      }
    }
    for (let n = block.header ? block.start + 1 : 0; n < block.end; n += 1) {
      const line = lines[n];
      if (/^\s*(#.*)?$/.test(line)) continue;
      const key = /^\s*([\w-]+|"[^"]+")\s*=\s*/.exec(line);
      const column = line.search(/\S/) + 1;
      if (!key) throw new Bad(n + 1, column, "This line is neither a name with a value nor a table.", "Write it as name = value.");
      const rest = lines.slice(n).join("\n");
      const { made, end } = value(rest, key[0].length, (at, message, hint) => {
        const before = rest.slice(0, at).split("\n");
        throw new Bad(n + before.length, before.at(-1).length + 1, message, hint);
      });
      const name = key[1].replaceAll('"', "");
      into[name] = made;
      places.set(`${block.header ?? ""}${name === "name" ? `:${made}` : `.${name}`}`, n + 1);
      n += rest.slice(0, end).split("\n").length - 1;
    }
  }
  return { policy, places };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
function word(made) {
  if (Array.isArray(made)) return `[${made.map(word).join(", ")}]`;
  if (made && typeof made === "object") return `{ ${Object.entries(made).map(([k, v]) => `${k} = ${word(v)}`).join(", ")} }`;
  return typeof made === "string" ? JSON.stringify(made) : String(made);
}
const block = (header, table) => [`[[${header}]]`, ...Object.entries(table).map(([k, v]) => `${k} = ${word(v)}`)];

/** Writes `policy` into `text`. What did not change keeps its lines. */
export function edit(text, policy) {
  const before = read(text).policy;
  const { lines, out } = blocks(text);
  const pieces = [];
  const seen = {};
  for (const part of out) {
    const body = lines.slice(part.lead, part.end);
    if (!part.header) { pieces.push({ lines: scalars(body, before, policy, text) }); continue; }
    const [root] = part.header.split(".");
    if (!Array.isArray(before[root])) {
      if (!same(before[root], policy[root])) { if (pieces.some((p) => p.root === root)) continue; pieces.push({ root, lines: policy[root] ? [...body.slice(0, part.start - part.lead), `[${root}]`, ...Object.entries(policy[root]).map(([k, v]) => `${k} = ${word(v)}`), ""] : [] }); } else pieces.push({ root, lines: body });
      continue;
    }
    if (part.array && part.header === root) seen[root] = (seen[root] ?? -1) + 1;
    pieces.push({ root, n: seen[root], lines: body, lead: part.start - part.lead });
  }
  for (const root of ["rule", "override", "area", "test"]) {
    const old = before[root] ?? [];
    const next = policy[root] ?? [];
    if (same(old, next)) continue;
    const at = pieces.findIndex((p) => p.root === root);
    const held = pieces.filter((p) => p.root === root);
    const made = next.flatMap((item) => {
      const n = old.findIndex((o) => same(o, item));
      if (n >= 0) return held.filter((p) => p.n === n);
      const named = old.findIndex((o) => (o.name ?? o.area) === (item.name ?? item.area));
      const lead = held.find((p) => p.n === named);
      return [{ root, lines: [...(lead ? lead.lines.slice(0, lead.lead) : []), ...block(root, item), ""] }];
    });
    const rest = pieces.filter((p) => p.root !== root);
    const where = at < 0 ? rest.length : pieces.slice(0, at).filter((p) => p.root !== root).length;
    pieces.splice(0, pieces.length, ...rest.slice(0, where), ...made, ...rest.slice(where));
  }
  for (const [root, table] of Object.entries(policy)) {
    if (table && typeof table === "object" && !Array.isArray(table) && before[root] === undefined) pieces.push({ root, lines: ["", `[${root}]`, ...Object.entries(table).map(([k, v]) => `${k} = ${word(v)}`), ""] });
  }
  return pieces.flatMap((p) => p.lines).join("\n").replace(/\n{3,}/g, "\n\n");
}

/** The head's lines with changed values put in, comments at their ends kept. */
function scalars(body, before, policy) {
  return body.flatMap((line) => {
    const m = /^(\s*)([\w-]+)(\s*=\s*)(.*?)(\s*#.*)?$/.exec(line);
    if (!m || !(m[2] in before) || same(before[m[2]], policy[m[2]])) return [line];
    return policy[m[2]] === undefined ? [] : [`${m[1]}${m[2]}${m[3]}${word(policy[m[2]])}${m[5] ?? ""}`];
  });
}
