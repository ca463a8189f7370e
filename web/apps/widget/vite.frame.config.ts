import { defineConfig } from "vite";

/** The frame: fixed names, one chunk per language, `frame.html` copied from public/. */
export default defineConfig({
  base: "./",
  publicDir: "public",
  build: {
    outDir: "../../dist/widget",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: "src/frame/main.ts",
      output: {
        entryFileNames: "frame.js",
        // What is not needed at first: a language, and parts that few people see.
        chunkFileNames: (chunk) => (chunk.moduleIds.some((id) => id.includes("/i18n/")) ? "lang/[name].js" : "part/[name].js"),
        assetFileNames: "frame[extname]",
      },
    },
  },
});
