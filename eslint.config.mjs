/* Rules for the browser scripts. Types and undefined names are the type checker's part (tsconfig.json). */

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "var/", "staticfiles/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "no-else-return": "error",
      "no-implicit-globals": "error",
      "no-param-reassign": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Use textContent, or copy a <template>." },
      ],
      "no-shadow": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      complexity: ["error", 14],
      "max-lines": ["error", { max: 450, skipComments: true }],
    },
  },
  { files: ["static/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/js/**/*.mjs"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
];
