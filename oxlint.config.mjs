// The fast half of the lint: what oxlint has of the rules of eslint.config.mjs, the compiler's own checks, and cycles.
import entries from "./eslint.config.mjs";

/** What only ESLint finds, or finds right: CI runs it. */
const eslintOnly = [
  "no-dupe-args",
  "no-octal",
  "no-restricted-syntax",
  "tests/max-lines-per-function",
  "keys/own",
  "@typescript-eslint/no-unsafe-class-instance-assignment",
  // Reports js-yaml's deprecated `sortKeys`, with which the golden files are written.
  "@typescript-eslint/no-deprecated",
  // Joins conditions of `undefined` and of `null`.
  "@typescript-eslint/prefer-optional-chain",
];

const typescript = entries.filter(({ files, rules }) => rules !== undefined && !files.includes("**/*.mjs"));
const isOn = (setting) => ![setting].flat().includes("off");
const rulesOn = new Set(typescript.flatMap(({ rules }) => Object.keys(rules).filter((rule) => isOn(rules[rule]))));

/** Of a rule of ESLint's own that typescript-eslint extends, oxlint has one for both. */
function translate([rule, setting]) {
  return [rule.replace("@typescript-eslint/", "typescript/"), setting];
}

export default {
  plugins: ["typescript", "import"],
  categories: { correctness: "off" },
  options: { typeAware: true, typeCheck: true },
  // Examples find the package where their users install it, which is nowhere here.
  ignorePatterns: [".try/", "dist/", "**/*.mjs", "examples/*/index.ts"],
  rules: { "import/no-cycle": ["error", { ignoreTypes: false }] },
  overrides: [
    ...typescript.map(({ files, rules }) => ({
      // Where a file must match two patterns, the second is a preset's for all of TypeScript.
      files: [...new Set(files.map((pattern) => [pattern].flat()[0]))],
      rules: Object.fromEntries(
        Object.entries(rules)
          .filter(([rule]) => rulesOn.has(rule) && !eslintOnly.includes(rule))
          .map(translate),
      ),
    })),
    // Of arguments it reports `promise.finally(async () => ...)` too, which waits.
    {
      files: ["**/*.ts"],
      rules: { "typescript/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }] },
    },
  ],
};
