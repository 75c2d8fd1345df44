// Lint: type-aware checks, the layers of the source tree, and the limits that keep files small.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import { builtinRules } from "eslint/use-at-your-own-risk";
import globals from "globals";
import typescript from "typescript-eslint";
import { TypeFlags } from "typescript";

/** The folders through which data flows, and which of the others each may import. docs/architecture.md says why. */
const layers = {
  swap: [],
  config: ["swap"],
  userdata: ["swap"],
  monitoring: ["swap"],
  components: ["swap", "userdata", "monitoring"],
  workload: ["swap"],
  automation: ["swap", "config", "userdata", "monitoring", "components", "workload", "sandbox"],
  sandbox: [],
};

/**
 * The arrows within a folder: what it holds by steps, each of which imports the steps before it and not its neighbours.
 * A name is that of a folder or of a file; `.` stands for the files of the folder that have no step of their own.
 */
const steps = {
  config: [["value-at", "catalogue"], ["schema"], ["checks"], ["."]],
  components: [["arn"], ["node-role"], ["cluster", "karpenter", "network", "pool"], ["."]],
  automation: [
    ["base"],
    ["engine", "cluster"],
    ["recovery", "review"],
    ["verify", "drain", "predict", "render"],
    ["."],
    ["cli"],
    ["try"],
  ],
  sandbox: [["provider"], ["aws", "eks"], ["kubernetes"], ["."]],
};

/** Folders that may import every layer, and that no layer imports. */
const aboveLayers = ["tests", "policy", "examples", "bench"];

/** Packages that a folder does without. */
const bannedPackages = {
  swap: { regex: "^[^.]", message: "swap/ holds pure rules: it imports nothing but its own files." },
  config: { group: ["@pulumi/*", "!@pulumi/pulumi"], message: "config/ reads settings and makes no resources." },
  userdata: { regex: "^@pulumi/", message: "userdata/ is made of plain values, known before any Output exists." },
  monitoring: {
    regex: "^@pulumi/",
    message: "monitoring/ is made of plain values, which files and resources both carry.",
  },
  workload: { regex: "^@pulumi/", message: "workload/ reads manifests and knows nothing of Pulumi." },
};

/** `no-restricted-imports` sees static imports only, so layers that have no use for the other kind do without it. */
const noDynamicImport = {
  selector: "ImportExpression",
  message: "Import statically, so that the rules of the layers see it.",
};

/** The rule that allows `folder` what its layer allows, and what `more` does not forbid. */
function restrictImports(folder, files, more = []) {
  const allowed = layers[folder];
  const others = [...Object.keys(layers), ...aboveLayers].filter(
    (other) => other !== folder && !allowed.includes(other),
  );
  const direction = {
    regex: `^(?:\\.\\./)+(?:(?:${others.join("|")})(?:/|$)|index$)`,
    message: `${folder}/ may import ${allowed.map((other) => `${other}/`).join(", ") || "no other folder"}: data flows one way.`,
  };
  const patterns = [direction, ...(folder in bannedPackages ? [bannedPackages[folder]] : []), ...more];
  return { files, rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] } };
}

/** The rules of a layer, and of the steps within it. Later ones count: a file's own step stands behind that of `.`. */
function restrictLayer(folder) {
  const names = (steps[folder] ?? []).flat();
  const ordered = names.toSorted((a, b) => Number(b === ".") - Number(a === "."));
  return [
    restrictImports(folder, [`${folder}/**/*.ts`]),
    ...ordered.flatMap((name) =>
      name === "."
        ? [restrictStep(folder, name, `${folder}/*.ts`, "\\./")]
        : [
            restrictStep(folder, name, `${folder}/${name}.ts`, "\\./"),
            restrictStep(folder, name, `${folder}/${name}/*.ts`, "\\.\\./"),
            restrictStep(folder, name, `${folder}/${name}/*/*.ts`, "\\.\\./\\.\\./"),
          ],
    ),
  ];
}

/** The files that `.` stands for. */
function topFiles(folder) {
  const files = readdirSync(join(import.meta.dirname, folder)).filter((file) => file.endsWith(".ts"));
  return files.map((file) => basename(file, ".ts")).filter((file) => !steps[folder].flat().includes(file));
}

/** @param up how a path from `files` to `folder` begins */
function restrictStep(folder, name, files, up) {
  const step = steps[folder].findIndex((names) => names.includes(name));
  const allowed = steps[folder].slice(0, step).flat();
  const forbidden = steps[folder]
    .slice(step)
    .flat()
    .filter((other) => other !== name && other !== ".");
  const top = name === "." || allowed.includes(".") ? [] : topFiles(folder).map((file) => `${file}$`);
  const regex = `^${up}(?:${[...forbidden.map((other) => `${other}(?:/|$)`), ...top].join("|")})`;
  const from = name === "." ? `The top of ${folder}/` : `${folder}/${name}`;
  return restrictImports(
    folder,
    [files],
    forbidden.length + top.length === 0
      ? []
      : [
          {
            regex,
            message: `${from} may import ${allowed.join(", ") || "nothing else of it"}: ${folder}/ goes in steps.`,
          },
        ],
  );
}

const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name: a name is what searches and renames find.",
};

const noPrivateKeyword = {
  selector:
    ":matches(PropertyDefinition, MethodDefinition, TSAbstractPropertyDefinition)[accessibility][key.name!='constructor']",
  message: "Write #name: it is private when the program runs too.",
};

const noSkippedTest = {
  selector:
    "MemberExpression[property.name='skip']:matches([object.name=/^(it|describe|context)$/], [object.type='ThisExpression'])",
  message: "A test that cannot run fails: a skipped one proves nothing and looks like success.",
};

const lines = builtinRules.get("max-lines-per-function");
const suites = ["describe", "it", "before", "beforeEach", "after", "afterEach"];

/** The rule of the same name for tests, where what mocha calls is a chapter rather than a function. */
const maxLinesPerFunction = {
  meta: lines.meta,
  create(context) {
    const report = (problem) => {
      const { parent } = problem.node;
      if (parent.type !== "CallExpression" || !suites.includes(parent.callee.name)) context.report(problem);
    };
    return lines.create(Object.create(context, { report: { value: report } }));
  },
};

/** Whether a text decides at run time which property is meant: a key that the user chose may be `constructor`. */
const ownKeys = {
  meta: {
    schema: [],
    messages: { inherited: "Every object has `constructor` and `toString`: use a Map, `own` or `valueAt`." },
  },
  create(context) {
    const { program, getTypeAtLocation } = context.sourceCode.parserServices;
    const isText = (node) => (getTypeAtLocation(node).flags & (TypeFlags.String | TypeFlags.TemplateLiteral)) !== 0;
    const isList = (node) => program.getTypeChecker().isArrayLikeType(getTypeAtLocation(node));
    const report = (node) => context.report({ node, messageId: "inherited" });
    const text = (node) => context.sourceCode.getText(node);
    /** `Object.hasOwn(object, key) ? object[key] : …` */
    const isGuarded = ({ object, property, parent }) =>
      parent.type === "ConditionalExpression" &&
      text(parent.test) === `Object.hasOwn(${text(object)}, ${text(property)})`;
    return {
      "MemberExpression[computed=true]": (node) => {
        if (node.property.type === "Literal" || !isText(node.property) || isList(node.object)) return;
        if (!isGuarded(node)) report(node);
      },
      "BinaryExpression[operator='in']": (node) => {
        if (isText(node.left)) report(node);
      },
    };
  },
};

/** `void` is no way around waiting; the engine waits for what goes through Pulumi's log. */
const floatingPromises = {
  ignoreVoid: false,
  allowForKnownSafeCalls: [{ from: "package", package: "@pulumi/pulumi", name: ["debug", "info", "warn", "error"] }],
};

export default defineConfig(
  { ignores: [".try/", "dist/"] },
  { linterOptions: { noInlineConfig: true } },
  { files: ["**/*.mjs"], extends: [eslint.configs.recommended], languageOptions: { globals: globals.node } },
  {
    files: ["**/*.ts"],
    extends: [
      eslint.configs.recommended,
      typescript.configs.strictTypeChecked,
      typescript.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 60],
      "no-restricted-syntax": ["error", noDefaultExport, noPrivateKeyword, noSkippedTest],
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/no-floating-promises": ["error", floatingPromises],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      // `() => socket.destroy()` reads well; what it hides, a promise nobody waits for, has a rule of its own.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // `process.env["NAME"]` shows that the key is data and may be missing.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      // A number in a text is plain; an Output, an object or undefined is what the rule is for.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // An interface may ask for a promise that the method can give at once, and `async` turns its throws into rejections.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    // What nobody catches in the main function of a process ends it with a stack and exit code 1, as it should.
    files: ["automation/{cli/main,try/try}.ts", "sandbox/serve.ts", "tests/*/run.ts"],
    rules: { "@typescript-eslint/no-floating-promises": ["error", { ...floatingPromises, ignoreVoid: true }] },
  },
  {
    // Their own tsconfig.json finds the package where its users install it.
    files: ["examples/**/*.ts"],
    languageOptions: { parserOptions: { projectService: false, project: "tsconfig.json" } },
  },
  {
    files: ["tests/**/*.ts"],
    plugins: { tests: { rules: { "max-lines-per-function": maxLinesPerFunction } } },
    rules: { "max-lines-per-function": "off", "tests/max-lines-per-function": ["error", 60] },
  },
  {
    // Not the sandbox: what reaches it has passed these.
    files: [
      `{${Object.keys(layers)
        .filter((layer) => layer !== "sandbox")
        .join(",")},policy}/**/*.ts`,
    ],
    plugins: { keys: { rules: { own: ownKeys } } },
    rules: { "keys/own": "error" },
  },
  ...Object.keys(layers).flatMap(restrictLayer),
  {
    files: [
      "swap/**/*.ts",
      "config/**/*.ts",
      "userdata/**/*.ts",
      "monitoring/**/*.ts",
      "components/**/*.ts",
      "workload/**/*.ts",
    ],
    rules: { "no-restricted-syntax": ["error", noDefaultExport, noPrivateKeyword, noDynamicImport] },
  },
  {
    files: ["swap/**/*.ts", "userdata/**/*.ts"],
    rules: {
      // Any byte that changes in userData replaces every node, so nothing here may differ from run to run.
      "no-restricted-globals": ["error", "Date", "performance", "process", "crypto"],
      "no-restricted-properties": ["error", { object: "Math", property: "random" }],
    },
  },
);
