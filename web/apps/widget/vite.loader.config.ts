import { defineConfig } from "vite";

/** The loader: one classic script, written beside the frame. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../../dist/widget",
    emptyOutDir: false,
    target: "es2022",
    reportCompressedSize: false,
    rolldownOptions: {
      input: "src/loader/index.ts",
      output: { format: "iife", entryFileNames: "widget.js" },
    },
  },
});
