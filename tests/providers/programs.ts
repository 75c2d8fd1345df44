// The providers of Pulumi that run here, built from Go modules into the cache of tests/kube: each once per version and source.
import { appendFileSync, copyFileSync, cpSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { hashFolder } from "../boot/image";
import { provideProgram, runGo, type Say } from "../kube/go";
import { trimSource } from "./aws-source";

/** The packages whose providers are run for real. */
export type ProviderPackage = "aws" | "kubernetes";

/** How many Go packages are compiled between two lines of progress. */
const CHUNK = 60;

const packageSchema = z.object({ devDependencies: z.record(z.string(), z.string()) });

const downloadSchema = z.object({ Dir: z.string() });

/** What the providers' code comes from, by name; recorded plans carry it. */
export interface ProviderVersions {
  /** Versions of the SDKs that package.json pins. */
  readonly packages: Readonly<Record<string, string>>;
  /** Versions of the Go modules that go.mod pins. */
  readonly modules: Readonly<Record<string, string>>;
}

/** The versions that the checkout pins. */
export function pinnedVersions(): ProviderVersions {
  const pinned = packageSchema.parse(JSON.parse(readFileSync(resolve(__dirname, "../../package.json"), "utf8")));
  const packages = Object.entries(pinned.devDependencies).filter(([name]) => name.startsWith("@pulumi/"));
  const texts = (["aws", "kubernetes"] as const).map((name) => readFileSync(join(sourcesOf(name), "go.mod"), "utf8"));
  const modules = [...texts.join("\n").matchAll(/^(?:require|\t|replace .* =>) ?(\S+) (v\S+)$/gm)];
  return {
    packages: Object.fromEntries(packages),
    modules: Object.fromEntries(
      modules
        .map(([, name = "", version = ""]) => [name, version] as const)
        .filter(([, version]) => version !== "v0.0.0-00010101000000-000000000000"),
    ),
  };
}

/** The AWS provider: about nine CPU minutes when nothing of it was compiled before. */
export function provideAws(say: Say): string {
  return provide("aws", say, (folder) => {
    const module = "github.com/hashicorp/terraform-provider-aws";
    const { Dir: source } = downloaded(folder, module);
    trimSource(source, join(folder, "upstream"));
    appendFileSync(join(folder, "go.sum"), readFileSync(join(source, "go.sum")));
    runGo(folder, ["mod", "edit", `-replace=${module}=./upstream`]);
  });
}

/** Pulumi's Kubernetes provider: about nineteen CPU minutes when nothing of it was compiled before. */
export function provideKubernetesProvider(say: Say): string {
  return provide("kubernetes", say, (folder) => {
    const module = "github.com/pulumi/pulumi-kubernetes/provider/v4";
    const { Dir: source } = downloaded(folder, module);
    for (const file of ["schema.json", "terraform-mapping.json"]) {
      copyFileSync(join(source, "cmd", "pulumi-resource-kubernetes", file), join(folder, file));
    }
  });
}

function provide(name: ProviderPackage, say: Say, addSource: (folder: string) => void): string {
  const sources = sourcesOf(name);
  const version = pinnedVersions().packages[`@pulumi/${name}`] ?? "";
  const path = join(`pulumi-${name}-${version}-${hashFolder(sources)}`, `pulumi-resource-${name}`);
  return provideProgram(
    {
      path,
      package: ".",
      linkerFlags: [`-X main.version=${version}`],
      prepare: (folder) => {
        cpSync(sources, folder, { recursive: true });
        addSource(folder);
        compile(folder, say);
      },
    },
    say,
  );
}

/** Compiles what the program is made of in steps. Go keeps each, so an interrupted build goes on where it was. */
function compile(folder: string, say: Say): void {
  const listed = runGo(folder, ["list", "-deps", "-f", "{{.ImportPath}}", "."]);
  const packages = listed.split("\n").filter((name) => name !== "" && name !== "unsafe");
  for (let from = 0; from < packages.length; from += CHUNK) {
    runGo(folder, ["build", "-trimpath", ...packages.slice(from, from + CHUNK)]);
    say(`  ${Math.min(from + CHUNK, packages.length)} of ${packages.length} packages compiled`);
  }
}

function downloaded(folder: string, module: string): z.output<typeof downloadSchema> {
  return downloadSchema.parse(JSON.parse(runGo(folder, ["mod", "download", "-json", module])));
}

function sourcesOf(name: ProviderPackage): string {
  return join(__dirname, name);
}
