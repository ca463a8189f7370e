import { s } from "../../messages/studio";
import { screen } from "../../state/screen.svelte";
import { studio } from "../api";
import { dialogs } from "../state/dialog.svelte";
import { triggers } from "../state/triggers.svelte";

/** Ends the trial, or brings the version before back. */
export function askRollBack(): void {
  const trial = triggers.trial;
  const live = triggers.live ?? 0;
  dialogs.open({
    kind: "confirm", danger: true, why: true,
    title: trial ? s.trial.confirmEnd : s.trial.confirmBack, about: trial ? s.trial.confirmEndAbout(live) : s.trial.confirmBackAbout,
    submit: trial ? s.trial.end : s.trial.rollback,
    perform: async (why) => {
      triggers.take(await studio.rollBack(why));
      screen.show(trial ? s.trial.ended : s.trial.rolledBack(triggers.live ?? 0));
    },
  });
}

export function askLive(version: number): void {
  dialogs.open({
    kind: "confirm", why: true, title: s.trial.confirmLive(version), about: s.trial.confirmLiveAbout, submit: s.trial.live,
    perform: async (why) => {
      triggers.take(await studio.stage(version, { stage: "live", ...(why ? { why } : {}) }));
      screen.show(s.trial.wentLive(version), false, { label: s.trial.rollback, perform: askRollBack });
    },
  });
}
