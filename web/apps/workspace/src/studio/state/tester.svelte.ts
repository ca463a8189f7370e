import type { PolicyTest, TestRun, Tried, TryTurn } from "@segue/protocol";
import { sentence, studio } from "../api";
import { editor } from "./editor.svelte";

export interface Line { role: TryTurn["role"]; text: string; confidence: number | null }
export interface About { tier: string; verified: boolean; channel: string; url: string; title: string }

const KEY = "segue.policy.try";
const PAUSE_MS = 450;
const NOBODY: About = { tier: "", verified: false, channel: "", url: "", title: "" };

/** The test box: a conversation that was made up, what the text would decide, and the policy's own tests. */
class Tester {
  tab = $state<"try" | "tests">("try");
  lines = $state<Line[]>([{ role: "customer", text: "", confidence: null }]);
  about = $state<About>({ ...NOBODY });
  tried = $state.raw<Tried | null>(null);
  state = $state<"idle" | "busy" | "failed">("idle");
  problem = $state("");
  outcome = $state.raw<TestRun | null>(null);
  /** The text that the run was of; another one makes it stale. */
  ran = $state("");
  runState = $state<"idle" | "busy" | "failed">("idle");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  readonly said = $derived(this.lines.filter((line) => line.text.trim() !== ""));

  constructor() {
    try {
      const held = JSON.parse(localStorage.getItem(KEY) ?? "null") as { lines?: Line[]; about?: About } | null;
      if (held?.lines?.length) this.lines = held.lines;
      if (held?.about) this.about = { ...NOBODY, ...held.about };
    } catch {
      // A conversation that cannot be read is a new one.
    }
  }

  /** Tries again soon: the text or the conversation has changed. */
  soon(): void {
    if (this.said.length > 0) this.state = "busy";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.try(), PAUSE_MS);
  }

  keep(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ lines: this.lines, about: this.about }));
    } catch {
      // It stays on the screen.
    }
  }

  async try(): Promise<void> {
    const asked = (this.#asked += 1);
    if (this.said.length === 0 || !editor.text || !editor.readable || editor.checked === "no") {
      if (this.said.length === 0) this.tried = null;
      this.state = "idle";
      return;
    }
    this.state = "busy";
    try {
      const { tier, verified, channel, url, title } = this.about;
      const tried = await studio.try({
        text: editor.text,
        ...(tier || verified ? { customer: { ...(tier ? { tier } : {}), ...(verified ? { verified } : {}) } } : {}),
        ...(channel ? { channel } : {}),
        ...(url ? { page: { url, title } } : {}),
        turns: this.said.map((line) => ({
          role: line.role, text: line.text.trim(),
          ...(line.role === "assistant" && line.confidence !== null ? { confidence: line.confidence / 100 } : {}),
        })),
      });
      if (asked !== this.#asked) return;
      this.tried = tried;
      this.state = "idle";
    } catch (error) {
      if (asked !== this.#asked) return;
      this.problem = sentence(error);
      this.state = "failed";
    }
  }

  async run(): Promise<void> {
    if (this.runState === "busy") return;
    this.runState = "busy";
    const text = editor.text;
    try {
      this.outcome = await studio.test(text);
      this.ran = text;
      this.runState = "idle";
    } catch {
      this.runState = "failed";
    }
  }

  /** Puts one of the policy's tests into the box. */
  load(test: PolicyTest): void {
    this.lines = test.turns.map((turn) => ({
      role: turn.assistant === undefined ? "customer" : "assistant", text: turn.assistant ?? turn.customer ?? "",
      confidence: turn.confidence === undefined ? null : Math.round(turn.confidence * 100),
    }));
    this.about = { ...NOBODY, tier: test.customer?.tier ?? "", verified: test.customer?.verified ?? false, channel: test.channel ?? "", url: test.page ?? "" };
    this.tab = "try";
  }

  /** The conversation as a test of the policy. */
  asTest(form: Pick<PolicyTest, "name" | "expect" | "reason" | "turn">): PolicyTest {
    const { tier, verified, channel, url } = this.about;
    return {
      name: form.name,
      ...(tier || verified ? { customer: { ...(tier ? { tier } : {}), ...(verified ? { verified } : {}) } } : {}),
      ...(channel ? { channel } : {}),
      ...(url ? { page: url } : {}),
      turns: this.said.map((line) =>
        line.role === "customer" ? { customer: line.text.trim() }
        : { assistant: line.text.trim(), ...(line.confidence === null ? {} : { confidence: line.confidence / 100 }) }),
      expect: form.expect,
      ...(form.reason ? { reason: form.reason } : {}),
      ...(form.turn ? { turn: form.turn } : {}),
    };
  }

  clear(): void {
    this.lines = [{ role: "customer", text: "", confidence: null }];
    this.about = { ...NOBODY };
    this.tried = null;
  }
}

export const tester = new Tester();
