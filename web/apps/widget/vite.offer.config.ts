import { defineConfig } from "vite";

/** The card of an offer: one classic script that the loader fetches where there is something to offer. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../../dist/widget",
    emptyOutDir: false,
    target: "es2022",
    reportCompressedSize: false,
    rolldownOptions: {
      input: "src/offer/index.ts",
      output: { format: "iife", entryFileNames: "offer.js" },
    },
  },
});
