import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps}/*/{src,tests}/**/*.test.ts"],
    // Some tests measure time in a real browser; they should not wait for each other's processor.
    fileParallelism: false,
  },
});
