import { api } from "../api";
import { t } from "../messages";
import { composer, type Mode } from "../state/composer.svelte";
import { isMine, isTakeable } from "../state/lists";
import { router } from "../state/route.svelte";
import { focusOn, screen } from "../state/screen.svelte";
import { workspace } from "../state/workspace.svelte";
import type { Action } from "./action";

const words = (id: string) => t.keywords[id] ?? [];
const mine = () => !!workspace.row && isMine(workspace.row, workspace.me);
const mineIn = (...states: string[]) => mine() && states.includes(workspace.row?.state ?? "");
const offer = () =>
  workspace.offers.find((o) => o.conversation === workspace.conversation) ?? workspace.offers[0];

/** Where the briefing is a drawer, preparing begins with it open. */
function openBriefing(): void {
  screen.briefing = matchMedia("(max-width: 1099px)").matches;
}

const write = (mode: Mode) => () => {
  composer.setMode(mode);
  focusOn("composer");
};

function onRow(id: string, perform: (conversation: string, epoch: number) => Promise<void>): () => void {
  return () => {
    const row = workspace.row;
    if (row) void workspace.act(id, () => perform(row.conversation, row.epoch));
  };
}

const opening = (n: number): Action => ({
  id: `opening-${n}`, label: t.actions.opening(n), group: "conversation", keywords: words("opening"), shortcut: String(n),
  when: () => mineIn("preparing") && (workspace.view?.package.opening_lines.length ?? 0) >= n,
  perform: () => {
    const line = workspace.view?.package.opening_lines[n - 1];
    if (line) composer.insert(line.text);
  },
});

/** What can be done with an offer and with the open conversation. */
export const conversationActions = (): Action[] => [
  {
    id: "accept", label: t.actions.accept, short: t.actions.acceptShort, group: "conversation", keywords: words("accept"),
    shortcut: "a", when: () => !!offer(),
    perform: () => {
      const taken = offer();
      if (!taken) return;
      void workspace.act("accept", async () => {
        await workspace.accept(taken);
        openBriefing();
        focusOn("preparation");
      });
    },
  },
  {
    id: "decline", label: t.actions.decline, short: t.actions.declineShort, group: "conversation", keywords: words("decline"),
    shortcut: "d", when: () => !!offer(),
    perform: () => {
      const declined = offer();
      if (!declined) return;
      void workspace.act("decline", async () => {
        await api.decline(declined.conversation, declined.epoch);
        workspace.dropOffer(declined);
      });
    },
  },
  {
    id: "claim", label: t.actions.claim, short: t.actions.claimShort, group: "conversation", keywords: words("claim"),
    shortcut: "c", when: () => !!workspace.row && isTakeable(workspace.row) && !mine(),
    perform: onRow("claim", async (id) => {
      const view = await api.claim(id);
      router.go({ list: "mine", conversation: id });
      workspace.take(view);
      openBriefing();
      focusOn("preparation");
    }),
  },
  {
    id: "join", label: t.actions.join, group: "conversation", keywords: words("join"), shortcut: "Enter",
    when: () => mineIn("preparing"),
    perform: onRow("join", async (id, epoch) => {
      workspace.take(await api.join(id, epoch));
      screen.briefing = false;
      focusOn("composer");
    }),
  },
  opening(1), opening(2), opening(3),
  {
    id: "reply", label: t.actions.reply, group: "conversation", keywords: words("reply"), shortcut: "r",
    when: () => composer.mayReply, perform: write("reply"),
  },
  {
    id: "note", label: t.actions.note, group: "conversation", keywords: words("note"), shortcut: "n",
    when: () => !!workspace.view, perform: write("note"),
  },
  {
    id: "send", label: t.actions.send, group: "conversation", keywords: [], shortcut: "Mod+Enter",
    when: () => composer.maySend && !!workspace.view, perform: () => void composer.send(),
  },
  {
    id: "transfer", label: t.actions.transfer, group: "conversation", keywords: words("transfer"), shortcut: "t",
    when: () => mineIn("human", "preparing"), perform: () => (screen.dialog = "transfer"),
  },
  {
    id: "resolve", label: t.actions.resolve, group: "conversation", keywords: words("resolve"), shortcut: "e",
    when: () => mineIn("human"), perform: () => (screen.dialog = "resolve"),
  },
  {
    id: "finish", label: t.actions.finish, short: t.actions.finishShort, group: "conversation", keywords: words("finish"),
    shortcut: "f", when: () => mineIn("wrap_up"),
    perform: onRow("finish", async (id, epoch) => workspace.take(await api.finish(id, epoch))),
  },
  {
    id: "briefing", label: t.actions.briefing, group: "conversation", keywords: words("briefing"), shortcut: "b",
    when: () => !!workspace.view || router.now.ticket !== null, perform: () => (screen.briefing = !screen.briefing),
  },
  {
    id: "copy-link", label: t.actions.copyLink, group: "conversation", keywords: ["share", "address"],
    when: () => !!workspace.conversation,
    perform: () => void navigator.clipboard.writeText(location.href).then(() => screen.show(t.briefing.copied)),
  },
  {
    id: "close", label: t.actions.close, group: "conversation", keywords: ["back"], shortcut: "Escape",
    when: () => screen.briefing || !!workspace.conversation,
    perform: () => {
      if (screen.briefing) screen.briefing = false;
      else router.go({ list: router.list, conversation: null });
    },
  },
];
