import { screen } from "../../state/screen.svelte";

/** The studio's own dialogs: one at a time, and keys belong to it while it is open. */
export type StudioDialog =
  | { kind: "save" }
  | { kind: "template" }
  | { kind: "person"; id: string }
  | { kind: "override"; squad: string; open: boolean }
  | { kind: "confirm"; title: string; about: string; submit: string; danger?: boolean; why?: boolean; perform: (why: string) => Promise<void> };

class Dialogs {
  now = $state.raw<StudioDialog | null>(null);

  open(dialog: StudioDialog): void {
    this.now = dialog;
    screen.dialog = "studio";
  }

  close = (): void => {
    if (screen.dialog === "studio") screen.dialog = null;
    this.now = null;
  };
}

export const dialogs = new Dialogs();
