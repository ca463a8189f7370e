import { s } from "../../../messages/studio";
import { decimal, points } from "../../numbers";

/** "71 s", "8.3 min". */
export const wait = (seconds: number): string => (Math.abs(seconds) < 120 ? s.routing.report.s(decimal(seconds, 0)) : s.routing.report.min(decimal(seconds / 60, 1)));

const signed = (n: number, text: string): string => (n > 0 ? `+${text}` : text.replace("-", "−"));

export const waitChange = (seconds: number): string => signed(seconds, wait(seconds));
export const numberChange = (n: number): string => signed(n, decimal(n, 1));
export const pointsChange = (share: number): string => points(share).replace("-", "−");
