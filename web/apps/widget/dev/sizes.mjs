// Fails the build where a bundle outgrows its budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../../../dist/widget/", import.meta.url);
const size = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;

const budgets = [
  ["loader", ["widget.js"], 5_000],
  ["card of an offer", ["offer.js"], 4_000],
  ["frame", ["frame.html", "frame.js", "frame.css"], 30_000],
];
for (const [name, files, limit] of budgets) {
  const bytes = files.reduce((sum, file) => sum + size(file), 0);
  console.log(`${name}: ${bytes} bytes gzipped of ${limit}`);
  if (bytes > limit) {
    console.error(`${name} is over its budget`);
    process.exitCode = 1;
  }
}
