// What modules export, as the TypeScript compiler sees it: names, kinds and types in lines that can be read and compared.
import { join, resolve } from "node:path";
import ts from "typescript";

const root = resolve(__dirname, "..", "..");

/** Modules of the tree, compiled together. */
export class Modules {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  /** @param files paths from the root of the tree */
  constructor(files: readonly string[]) {
    const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
    // Without `noErrorTruncation` the checker shortens what it prints.
    const config = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.json"), { noErrorTruncation: true }, host);
    if (config === undefined) throw new Error("tsconfig.json cannot be read");
    this.#program = ts.createProgram({ rootNames: files.map((file) => join(root, file)), options: config.options });
    this.#checker = this.#program.getTypeChecker();
  }

  /** A line for each export of a module, and below it one for each member that is declared in this tree. */
  describe(file: string): readonly string[] {
    return [...this.#exportsOf(file)].flatMap(([name, symbol]) => [
      this.#headOf(name, symbol),
      ...this.#membersOf(symbol).map((line) => `  ${line}`),
    ]);
  }

  /** The keys in what an exported type holds, by path, as in `pools[].nodes[].status: Status`. */
  keys(file: string, name: string): readonly string[] {
    const symbol = this.#exportsOf(file).get(name);
    if (symbol === undefined) throw new Error(`${file} does not export ${name}`);
    return this.#keysIn(this.#checker.getDeclaredTypeOfSymbol(symbol), "");
  }

  /** By name, in its order. */
  #exportsOf(file: string): ReadonlyMap<string, ts.Symbol> {
    const source = this.#program.getSourceFile(join(root, file));
    const module = source && this.#checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module`);
    const exports = this.#checker.getExportsOfModule(module).map((symbol) => {
      const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
      return [symbol.name, isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol] as const;
    });
    return new Map(exports.toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }

  #headOf(name: string, symbol: ts.Symbol): string {
    if ((symbol.flags & ts.SymbolFlags.Interface) !== 0) return `interface ${name}`;
    if ((symbol.flags & ts.SymbolFlags.TypeAlias) !== 0) {
      const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
      return this.#isRecord(type) ? `type ${name}` : `type ${name} = ${this.#printAlias(type, symbol)}`;
    }
    const type = this.#checker.getTypeOfSymbol(symbol);
    if ((symbol.flags & ts.SymbolFlags.Class) !== 0) {
      const [constructor] = type.getConstructSignatures();
      return `class ${name}${constructor === undefined ? "" : this.#printSignature(constructor)}`;
    }
    const [call] = type.getCallSignatures();
    return call === undefined ? `const ${name}: ${this.#print(type)}` : `function ${name}${this.#printSignature(call)}`;
  }

  #membersOf(symbol: ts.Symbol): readonly string[] {
    const types = ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Class;
    if ((symbol.flags & types) === 0) return [];
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    if (!this.#isRecord(type)) return [];
    return this.#propertiesOf(type).map((property) => this.#printProperty(property));
  }

  #keysIn(type: ts.Type, path: string): readonly string[] {
    if (type.isUnion()) {
      const records = type.types.filter((part) => this.#isRecord(part) || this.#checker.isArrayType(part));
      return [...new Set(records.flatMap((part) => this.#keysIn(part, path)))];
    }
    if (this.#checker.isArrayType(type)) {
      const element = type.getNumberIndexType();
      return element === undefined ? [] : this.#keysIn(element, `${path}[]`);
    }
    if (!this.#isRecord(type)) return [];
    return this.#propertiesOf(type).flatMap((property) => {
      const at = `${path}${path === "" ? "" : "."}${property.name}`;
      const below = this.#keysIn(this.#checker.getTypeOfSymbol(property), at);
      return [`${at}${this.#printProperty(property).slice(property.name.length)}`, ...below];
    });
  }

  /** Whether a type is an object with properties of this tree, and not a text, a list, a function or a mapping. */
  #isRecord(type: ts.Type): boolean {
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0 || this.#checker.isArrayType(type))
      return false;
    return type.getCallSignatures().length === 0 && this.#propertiesOf(type).length > 0;
  }

  /** Public properties that are declared in this tree. */
  #propertiesOf(type: ts.Type): readonly ts.Symbol[] {
    return this.#checker.getPropertiesOfType(type).filter(({ name, declarations = [] }) => {
      const isPrivate = declarations.some(
        (declaration) =>
          (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.NonPublicAccessibilityModifier) !== 0,
      );
      const isOurs = declarations.some(
        (declaration) => !declaration.getSourceFile().fileName.includes("/node_modules/"),
      );
      return isOurs && !isPrivate && !name.startsWith("__");
    });
  }

  #printProperty(property: ts.Symbol): string {
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    return `${property.name}${isOptional ? "?" : ""}: ${this.#print(this.#checker.getTypeOfSymbol(property))}`;
  }

  /** What an alias stands for: the checker would print its name. */
  #printAlias(type: ts.Type, { declarations = [] }: ts.Symbol): string {
    if (type.isUnion()) return type.types.map((part) => this.#print(part)).join(" | ");
    return declarations
      .filter(ts.isTypeAliasDeclaration)
      .map((declaration) => declaration.type.getText())
      .join();
  }

  #print(type: ts.Type): string {
    return this.#checker.typeToString(type);
  }

  #printSignature(signature: ts.Signature): string {
    return this.#checker.signatureToString(signature);
  }
}
