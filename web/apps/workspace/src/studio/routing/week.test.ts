import { describe, expect, it } from "vitest";
import { clockOf, readWeek, runs, strip } from "./week";

const drawn = (lines: string[], otherwise: "open" | "closed" = "open") =>
  strip(readWeek(lines, otherwise)).map((spans) => spans.map(([from, to]) => `${clockOf(from)}-${clockOf(to)}`).join(" "));

describe("lines of hours", () => {
  it("draws a week", () => {
    expect(drawn(["Mon-Fri 08:00-20:00", "Sat 10:00-16:00"])).toEqual([...Array<string>(5).fill("08:00-20:00"), "10:00-16:00", ""]);
    expect(drawn(["Mon,Wed 09:00-12:00,13:00-17:00"]).slice(0, 3)).toEqual(["09:00-12:00 13:00-17:00", "", "09:00-12:00 13:00-17:00"]);
    expect(drawn(["Sat-Mon 10:00-12:00"])).toEqual(["10:00-12:00", "", "", "", "", "10:00-12:00", "10:00-12:00"]);
  });

  it("goes on over midnight, also from Sunday into Monday", () => {
    expect(drawn(["Fri 22:00-02:00"]).slice(4, 6)).toEqual(["22:00-24:00", "00:00-02:00"]);
    expect(drawn(["Mon-Sun 22:00-06:00"])[0]).toBe("00:00-06:00 22:00-24:00");
  });

  it("is day and night, or never, where no line speaks of the week", () => {
    expect(drawn([])[6]).toBe("00:00-24:00");
    expect(drawn(["2026-12-25"])[0]).toBe("00:00-24:00");
    expect(drawn([], "closed")[0]).toBe("");
    expect(drawn(["always", "Mon 09:00-10:00"])[0]).toBe("00:00-24:00");
  });

  it("keeps dates apart and says which lines say nothing", () => {
    const week = readWeek(["2026-12-24 09:00-13:00", "12-25", "02-29", "02-30", "Mon 9-17", "noon"], "open");
    expect(week.dates).toEqual([{ day: "2026-12-24", spans: [[540, 780]] }, { day: "12-25", spans: [] }, { day: "02-29", spans: [] }]);
    expect(week.unread).toEqual(["02-30", "Mon 9-17", "noon"]);
    expect(readWeek(["Mon 09:00-17:00"], "dates").unread).toEqual(["Mon 09:00-17:00"]);
  });

  it("says days of the same hours in one go", () => {
    expect(runs(strip(readWeek(["Mon-Fri 08:00-20:00"], "open"))).map(({ from, to }) => [from, to])).toEqual([[0, 4], [5, 6]]);
  });
});
