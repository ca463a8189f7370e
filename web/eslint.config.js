import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist/**", "**/node_modules/**"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  { files: ["**/*.svelte", "**/*.svelte.ts"], languageOptions: { parserOptions: { parser: ts.parser } } },
  { files: ["**/*.mjs", "**/*.config.{js,ts}", "**/dev/**", "**/tests/**"], languageOptions: { globals: { ...globals.node } } },
  {
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Untrusted text is written as text nodes." },
        { property: "outerHTML", message: "Untrusted text is written as text nodes." },
        { property: "insertAdjacentHTML", message: "Untrusted text is written as text nodes." },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "svelte/no-at-html-tags": "error",
      // Shared state is replaced, never edited in place.
      "svelte/prefer-svelte-reactivity": "off",
      // The workspace is one page with its own small router.
      "svelte/no-navigation-without-resolve": "off",
    },
  },
);
