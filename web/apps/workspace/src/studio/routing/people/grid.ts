export interface Cell { row: number; column: number }

/** Where a key leads in a grid; undefined where it leads nowhere. */
export function step(key: string, mod: boolean, { row, column }: Cell, of: { rows: number; columns: number; page: number; rtl: boolean }): Cell | undefined {
  const clamp = (n: number, most: number) => Math.max(0, Math.min(most - 1, n));
  const to = (r: number, c: number): Cell => ({ row: clamp(r, of.rows), column: clamp(c, of.columns) });
  const ahead = of.rtl ? -1 : 1;
  switch (key) {
    case "ArrowDown": return to(mod ? of.rows : row + 1, column);
    case "ArrowUp": return to(mod ? 0 : row - 1, column);
    case "ArrowRight": return to(row, column + ahead);
    case "ArrowLeft": return to(row, column - ahead);
    case "PageDown": return to(row + of.page, column);
    case "PageUp": return to(row - of.page, column);
    case "Home": return to(mod ? 0 : row, 0);
    case "End": return to(mod ? of.rows : row, of.columns);
    default: return undefined;
  }
}
