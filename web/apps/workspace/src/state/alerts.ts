import { t } from "../messages";
import { screen } from "./screen.svelte";

/** An offer must be noticed: a sound, the title bar and, where it was permitted, the desktop. */
let audio: AudioContext | undefined;

/** Browsers let a page sound only after the person has touched it; called on the first touch. */
export function armSound(): void {
  const arm = () => {
    if (audio || !navigator.userActivation.isActive) return;
    audio = new AudioContext();
    void audio.resume();
  };
  addEventListener("pointerup", arm);
  addEventListener("keyup", arm);
}

/** Two soft notes, rising. */
export function beep(): void {
  if (!screen.sound || !audio || audio.state !== "running") return;
  for (const [n, hertz] of [660, 880].entries()) {
    const from = audio.currentTime + n * 0.14;
    const tone = new OscillatorNode(audio, { type: "sine", frequency: hertz });
    const level = new GainNode(audio, { gain: 0 });
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(0.12, from + 0.02);
    level.gain.exponentialRampToValueAtTime(0.0001, from + 0.3);
    tone.connect(level).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.32);
  }
}

export function notifyOffer(who: string, line: string, tag: string): void {
  beep();
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const notice = new Notification(t.offer.title(who), { body: line, tag });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}

export const desktopPermission = (): NotificationPermission | "missing" =>
  "Notification" in window ? Notification.permission : "missing";

export async function allowDesktop(): Promise<void> {
  if ("Notification" in window) await Notification.requestPermission();
}
