import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** The browsers that know `light-dark()`; nothing older is served. */
const browsers = ["chrome123", "firefox120", "safari17.5"];

export default defineConfig({
  plugins: [svelte()],
  base: "/",
  build: {
    outDir: "../../dist/workspace",
    emptyOutDir: true,
    target: browsers,
    cssTarget: browsers,
    // The content policy allows neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": { target: "http://localhost:8080", ws: true } } },
});
