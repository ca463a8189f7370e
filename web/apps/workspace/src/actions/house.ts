import type { Presence } from "@segue/protocol";
import { api } from "../api";
import { t } from "../messages";
import { allowDesktop, desktopPermission } from "../state/alerts";
import { listing } from "../state/listing.svelte";
import { mayTune } from "../state/people";
import { LISTS, router } from "../state/route.svelte";
import { focusOn, screen, type Theme } from "../state/screen.svelte";
import { session } from "../state/session.svelte";
import { workspace } from "../state/workspace.svelte";
import type { Action } from "./action";

const words = (id: string) => t.keywords[id] ?? [];
const inInbox = () => router.now.page === "inbox";

export const PRESENCES: readonly Presence[] = ["available", "busy", "focus", "away"];
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** Going about: the list, its views, the pages, presence and looks. */
export const houseActions = (): Action[] => [
  {
    id: "next", label: t.actions.next, group: "move", keywords: ["down"], shortcut: "j",
    when: () => inInbox() && listing.order.length > 0, perform: () => listing.step(1),
  },
  {
    id: "previous", label: t.actions.previous, group: "move", keywords: ["up"], shortcut: "k",
    when: () => inInbox() && listing.order.length > 0, perform: () => listing.step(-1),
  },
  {
    id: "search", label: t.actions.search, group: "move", keywords: words("search"), shortcut: "/",
    when: inInbox, perform: () => focusOn("search"),
  },
  ...[...LISTS, "all" as const].map((list): Action => ({
    id: `list-${list}`, label: t.actions.goTo(t.lists[list]), group: "move", keywords: words("list"),
    when: () => true, perform: () => router.go({ list, conversation: inInbox() ? router.now.conversation : null }),
  })),
  {
    id: "tickets", label: t.actions.tickets, group: "move", keywords: ["inbox", "e-mail"],
    when: () => true, perform: () => router.go({ page: "tickets", ticket: null }),
  },
  {
    id: "triggers", label: t.actions.triggers, group: "move", keywords: words("triggers"),
    when: mayTune, perform: () => router.go({ page: "studio", studio: ["triggers"] }),
  },
  {
    id: "routing", label: t.actions.routing, group: "move", keywords: words("routing"),
    when: mayTune, perform: () => router.go({ page: "studio", studio: ["routing"] }),
  },
  {
    id: "palette", label: t.actions.palette, group: "help", keywords: ["commands"], shortcut: "Mod+k",
    when: () => true, perform: () => (screen.dialog = screen.dialog === "palette" ? null : "palette"),
  },
  {
    id: "help", label: t.actions.help, group: "help", keywords: ["shortcuts", "keyboard"], shortcut: "?",
    when: () => true, perform: () => (screen.dialog = "help"),
  },
  {
    id: "reconnect", label: t.actions.reconnect, group: "help", keywords: ["connection", "offline"],
    when: () => workspace.connection.state === "waiting", perform: () => workspace.socket.nudge(),
  },
  ...PRESENCES.map((presence): Action => ({
    id: `presence-${presence}`, label: t.actions.setPresence(t.presences[presence].name.toLocaleLowerCase()), group: "presence",
    keywords: words("presence"), when: () => workspace.me?.presence !== presence,
    perform: () => void workspace.act("presence", async () => {
      workspace.desk = { ...workspace.desk, me: await api.setPresence(presence) };
    }),
  })),
  ...THEMES.map((theme): Action => ({
    id: `theme-${theme}`, label: t.actions.theme(t.themes[theme].toLocaleLowerCase()), group: "look", keywords: words("theme"),
    when: () => screen.theme !== theme, perform: () => screen.setTheme(theme),
  })),
  {
    id: "sound", label: t.actions.sound, group: "look", keywords: words("sound"),
    when: () => true, perform: () => screen.setSound(!screen.sound),
  },
  {
    id: "desktop", label: t.actions.desktop, group: "look", keywords: words("desktop"),
    when: () => desktopPermission() === "default", perform: () => void allowDesktop(),
  },
  {
    id: "sign-out", label: t.actions.signOut, group: "look", keywords: ["leave", "log out"],
    when: () => true,
    perform: () => void workspace.act("sign-out", async () => {
      await api.signOut();
      session.leave();
    }),
  },
];
