/** What the clock of a zone shows, as `YYYY-MM-DDTHH:MM`. */
export function wallOf(at_ms: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at_ms);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "00";
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/** The moment at which the clock of a zone shows a time; undefined where the text is no time. */
export function momentOf(wall: string, zone: string): number | undefined {
  const wanted = Date.parse(`${wall}:00Z`);
  if (!/^\d{4}-/.test(wall) || Number.isNaN(wanted)) return undefined;
  let at = wanted;
  // Twice, because the offset may differ on the two sides of a change of the clock.
  for (let n = 0; n < 2; n += 1) at += wanted - Date.parse(`${wallOf(at, zone)}:00Z`);
  return at;
}
