import { screen } from "./screen.svelte";

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Shows one turn of the stream: scrolls there, flashes it and puts the focus on it. */
export function reveal(turn: number): void {
  screen.briefing = false;
  requestAnimationFrame(() => {
    const place = document.querySelector<HTMLElement>(`[data-turn="${turn}"]`);
    if (!place) return;
    place.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    place.focus({ preventScroll: true });
    place.animate(
      [{ backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)" }, { backgroundColor: "transparent" }],
      { duration: 1_400, easing: "ease-in" },
    );
  });
}
