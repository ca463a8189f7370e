import type { Policy, PolicyProblem, Written } from "@segue/protocol";
import { s } from "../../messages/studio";
import { screen } from "../../state/screen.svelte";
import { sentence, studio } from "../api";
import { readStash, stashed, type Stash, writeStash } from "./stash";

/** Typing pauses this long before the server is asked. */
const CHECK_MS = 350;
/** Keys closer together than this are one step of undo. */
const STEP_MS = 1_200;
const MOST_STEPS = 200;

/**
 * One version of the policy being read or edited: its text, and the same as the cards show it. The text is the truth;
 * a card's form asks the server to write its change into the text, so that comments and order stay.
 */
class Editor {
  version = $state<number | null>(null);
  saved = $state.raw<Written | null>(null);
  loading = $state(false);
  problem = $state("");

  text = $state("");
  /** As the cards show it: of the text, or of its last state that could be read. */
  policy = $state.raw<Policy | null>(null);
  problems = $state.raw<PolicyProblem[]>([]);
  /** Whether `problems` is about the text as it stands. */
  checked = $state<"no" | "yes" | "failed">("no");
  /** A form's change is on its way into the text. */
  writing = $state(false);
  notWritten = $state("");
  forms = $state<Record<string, unknown>>({});
  /** Versions with unsaved edits in this browser. */
  unsaved = $state.raw<ReadonlySet<number>>(new Set());

  #past = $state.raw<readonly string[]>([]);
  #future = $state.raw<readonly string[]>([]);
  /** The cards' policy that the text does not say yet. */
  #want: Policy | null = null;
  #done: Promise<void> = Promise.resolve();
  #typed_ms = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  readonly errors = $derived(this.problems.filter((p) => p.severity === "error").length);
  readonly readable = $derived(this.errors === 0);
  readonly changed = $derived(!!this.saved && (this.text !== this.saved.text || this.writing || this.notWritten !== ""));
  readonly dirty = $derived(this.changed || Object.keys(this.forms).length > 0);
  readonly mayUndo = $derived(this.#past.length > 0);
  readonly mayRedo = $derived(this.#future.length > 0);

  /** Opens a version, with what was edited and not saved. */
  async open(version: number): Promise<void> {
    if (this.version === version && this.saved) return;
    this.#reset(version);
    this.loading = true;
    try {
      const written = await studio.version(version);
      await this.#done;
      if (this.version !== version) return;
      this.saved = written;
      this.policy = written.policy;
      const stash = readStash(version);
      this.text = stash?.text ?? written.text;
      this.forms = stash?.forms ?? {};
      this.#want = stash?.want ?? null;
      if (this.#want) this.retry();
      else void this.check();
    } catch (error) {
      if (this.version === version) this.problem = sentence(error);
    } finally {
      if (this.version === version) this.loading = false;
    }
    this.unsaved = stashed();
  }

  #reset(version: number | null): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    Object.assign(this, { version, saved: null, text: "", policy: null, problems: [], checked: "no", notWritten: "", problem: "", forms: {} });
    this.#past = [];
    this.#future = [];
    this.#want = null;
  }

  /** The text as typed. */
  type(text: string): void {
    const now_ms = Date.now();
    this.#put(text, now_ms - this.#typed_ms > STEP_MS);
    this.#typed_ms = now_ms;
    this.checked = "no";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), CHECK_MS);
  }

  #put(text: string, step = true): void {
    if (text === this.text) return;
    if (step) this.#past = [...this.#past, this.text].slice(-MOST_STEPS);
    this.#future = [];
    this.text = text;
    this.keep();
  }

  /** Another whole text, such as a template's. */
  replace(text: string): void {
    this.#put(text);
    this.#typed_ms = 0;
    void this.check();
  }

  /** Takes the last edit back; one that could not be written into the text first of all. */
  async undo(): Promise<void> {
    await this.#done;
    if (this.#want) {
      this.#want = null;
      this.notWritten = "";
      this.keep();
      return this.check();
    }
    this.#step(this.#past, (text) => {
      this.#future = [...this.#future, this.text];
      this.#past = this.#past.slice(0, -1);
      this.text = text;
    });
  }

  async redo(): Promise<void> {
    await this.#done;
    this.#step(this.#future, (text) => {
      this.#past = [...this.#past, this.text];
      this.#future = this.#future.slice(0, -1);
      this.text = text;
    });
  }

  #step(from: readonly string[], take: (text: string) => void): void {
    const text = from.at(-1);
    if (text === undefined || this.#want) return;
    take(text);
    this.#typed_ms = 0;
    this.keep();
    void this.check();
  }

  /** Asks what is wrong with the text, and what the cards show for it. */
  async check(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = (this.#asked += 1);
    const text = this.text;
    try {
      const { problems, policy } = await studio.check(text);
      if (asked !== this.#asked) return;
      this.problems = problems;
      if (policy && !this.#want) this.policy = policy;
      this.checked = "yes";
    } catch {
      if (asked === this.#asked) this.checked = "failed";
    }
  }

  /** Changes the policy as the cards show it; false where the text cannot be read just now. */
  change(edit: (policy: Policy) => void): boolean {
    if (!this.policy || !this.readable) {
      screen.show(s.editor.blocked, true);
      return false;
    }
    const next = structuredClone(this.policy);
    edit(next);
    this.#want = next;
    this.policy = next;
    this.keep();
    this.retry();
    return true;
  }

  /** Writes the cards' policy into the text, again where it failed. */
  retry = (): void => {
    if (!this.writing) this.#done = this.#write();
  };

  async #write(): Promise<void> {
    this.writing = true;
    this.notWritten = "";
    const version = this.version;
    try {
      while (this.#want && this.version === version) {
        const want: Policy = this.#want;
        const { text } = await studio.edit(this.text, want);
        if (this.version !== version) return;
        if (this.#want === want) this.#want = null;
        this.#put(text);
        this.#typed_ms = 0;
      }
      await this.check();
    } catch (error) {
      if (this.version === version) this.notWritten = sentence(error);
    } finally {
      this.writing = false;
      if (this.version === version) this.keep();
    }
  }

  /** Keeps what is not saved, in this browser. */
  keep(): void {
    if (this.version === null || !this.saved) return;
    const stash: Stash = { text: this.text, want: this.#want, forms: $state.snapshot(this.forms) };
    const plain = this.text === this.saved.text && !this.#want && Object.keys(this.forms).length === 0;
    writeStash(this.version, plain ? null : stash);
    if (this.unsaved.has(this.version) === plain) this.unsaved = stashed();
  }

  discard(): void {
    if (!this.saved) return;
    const forms = $state.snapshot(this.forms);
    const typed = this.text !== this.saved.text;
    this.forms = {};
    this.#want = null;
    this.notWritten = "";
    this.replace(this.saved.text);
    this.policy = this.saved.policy;
    this.keep();
    const back = () => {
      this.forms = forms;
      if (typed) void this.undo();
      else this.keep();
    };
    screen.show(s.editor.discarded, false, { label: s.editor.undo, perform: back });
  }

  /** Saves the text as a draft of its own; forms that are still open go on with the new version. */
  async save(note: string): Promise<number> {
    const { text } = this;
    const forms = $state.snapshot(this.forms);
    const { version } = await studio.save(text, note);
    if (this.version !== null) writeStash(this.version, null);
    if (Object.keys(forms).length > 0) writeStash(version, { text, want: null, forms });
    this.unsaved = stashed();
    this.#reset(null);
    return version;
  }

  // ------------------------------------------------------------------ forms

  form<T>(card: string): T | undefined {
    return this.forms[card] as T | undefined;
  }

  openForm(card: string, value: unknown): void {
    this.forms[card] = $state.snapshot(value);
    this.keep();
  }

  closeForm(card: string): void {
    delete this.forms[card];
    this.keep();
  }
}

export const editor = new Editor();
