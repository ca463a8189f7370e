/** Line icons on a 24-unit grid, as path data. */
export const CLOSE = "M6.5 6.5l11 11M17.5 6.5l-11 11";
export const SEND = "M12 19V5.5M6 11l6-6 6 6";
export const PERSON = "M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5zM4.8 20c.7-3.6 3.6-5.5 7.2-5.5s6.5 1.9 7.2 5.5";
export const SPARK = "M12 3.5c.7 4.9 3.2 7.6 8.5 8.5-5.3.9-7.8 3.6-8.5 8.5-.7-4.9-3.2-7.6-8.5-8.5 5.3-.9 7.8-3.6 8.5-8.5z";
export const HANDOFF = "M3.5 8.5h11.5M11.5 4.5l4 4-4 4M20.5 15.5h-11.5M12.5 11.5l-4 4 4 4";
export const MAIL = "M4 6.5h16v11.5h-16zM4.5 7l7.5 6 7.5-6";
export const CALENDAR = "M5 6.5h14v13H5zM5 10.500h14M9 4v4M15 4v4M9.500 15l1.800 1.800 3.400-3.600";
export const CLOCK = "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5v4.8l3.2 1.9";
export const BOOK = "M5 5.5c2.6-.8 4.9-.4 7 1.2 2.1-1.6 4.4-2 7-1.2v13c-2.6-.8-4.9-.4-7 1.2-2.1-1.6-4.4-2-7-1.2zM12 6.7v13";
export const CHECK = "M5 12.5l4.5 4.5 9.5-10";
export const DOWN = "M12 5.5v13M6.5 13l5.5 5.5 5.5-5.5";
export const FLAG = "M12 7.5v5.5M12 16.5h.01M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z";

/** Five faces from very bad to very good: eyes and a mouth. */
export const FACES = ["M8 17c1-2.3 2.4-3.2 4-3.2s3 .9 4 3.2", "M8.3 16.3c1.2-1.2 2.4-1.6 3.7-1.6s2.5.4 3.7 1.6", "M8.5 15.5h7", "M8.3 14.5c1.2 1.3 2.4 1.8 3.7 1.8s2.5-.5 3.7-1.8", "M7.7 13.8c.8 2.5 2.4 3.7 4.3 3.7s3.5-1.2 4.3-3.7z"]
  .map((mouth) => `M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9.8v.6M15 9.8v.6${mouth}`);
