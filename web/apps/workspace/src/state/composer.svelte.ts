import { api } from "../api";
import { isMine } from "./lists";
import { focusOn, screen } from "./screen.svelte";
import { workspace } from "./workspace.svelte";

export type Mode = "reply" | "note";

const key = (conversation: string, mode: Mode) => `segue.draft.${mode}.${conversation}`;

/** What the agent is writing. A draft survives a reload of the tab, one for each conversation and kind. */
class Composer {
  mode = $state<Mode>("reply");
  text = $state("");
  #conversation: string | null = null;
  #told_ms = 0;

  readonly mayReply = $derived.by(() => {
    const row = workspace.row;
    return !!row && isMine(row, workspace.me) && (row.state === "human" || row.state === "preparing");
  });
  readonly maySend = $derived(this.text.trim() !== "" && (this.mode === "note" || this.mayReply));

  load(conversation: string | null): void {
    if (conversation === this.#conversation) return;
    this.#conversation = conversation;
    this.mode = "reply";
    this.text = conversation ? (sessionStorage.getItem(key(conversation, "reply")) ?? "") : "";
  }

  setMode(mode: Mode): void {
    if (mode === this.mode || !this.#conversation) return;
    this.mode = mode;
    this.text = sessionStorage.getItem(key(this.#conversation, mode)) ?? "";
  }

  edit(text: string): void {
    this.text = text;
    if (!this.#conversation) return;
    try {
      if (text === "") sessionStorage.removeItem(key(this.#conversation, this.mode));
      else sessionStorage.setItem(key(this.#conversation, this.mode), text);
    } catch {
      // A full storage costs the reload, not the draft on the screen.
    }
    if (this.mode === "reply" && this.mayReply && Date.now() - this.#told_ms > 3_000) {
      this.#told_ms = Date.now();
      workspace.socket.send({ type: "typing", conversation: this.#conversation });
    }
  }

  /** Adds to the draft of the reply; never sends. */
  insert(text: string): void {
    this.setMode("reply");
    this.edit(this.text.trim() === "" ? text : `${this.text.trimEnd()}\n${text}`);
    screen.briefing = false;
    focusOn("composer");
  }

  /** Sends the draft; while preparing, the agent joins with it. */
  async send(): Promise<void> {
    const conversation = this.#conversation;
    const row = workspace.row;
    if (!conversation || !row || !this.maySend) return;
    if (this.mode === "reply" && row.state === "preparing") {
      const joined = await workspace.act("join", async () => workspace.take(await api.join(conversation, row.epoch)));
      if (!joined) return;
    }
    const text = this.text.trim();
    this.edit("");
    this.#told_ms = 0;
    workspace.send(conversation, this.mode, text);
    screen.say("");
  }
}

export const composer = new Composer();
