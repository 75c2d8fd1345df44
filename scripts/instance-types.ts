// Writes swap/data/ec2-instance-types.json: the EC2 instance types with what decides about swap, and a price of each.
// The facts come from packages of registries, so that no AWS account is needed:
// - memory, instance store, vCPUs, architecture: moto's copy of the answers of EC2's DescribeInstanceTypes (PyPI, Apache-2.0);
// - the price: Karpenter's first prices, from AWS's price list for us-east-1 (Go module, Apache-2.0).
// Run: node --import tsx scripts/instance-types.ts, with pip, unzip and go; a newer moto is a change of MOTO below.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { readDescribedType } from "../swap/described-type";

const MOTO = "5.2.5";
const KARPENTER = "v1.15.0";
const RESOURCE = "moto/ec2/resources/instance_types.json.gz";
const PRICES = "pkg/providers/pricing/zz_generated.pricing_aws.go";
const TARGET = join(__dirname, "..", "swap", "data", "ec2-instance-types.json");

const typesSchema = z.record(
  z.string(),
  z.object({
    InstanceType: z.string(),
    Hypervisor: z.string().optional(),
    InstanceStorageInfo: z.object({ NvmeSupport: z.string(), TotalSizeInGB: z.number() }).optional(),
    MemoryInfo: z.object({ SizeInMiB: z.number() }),
    ProcessorInfo: z.object({ Manufacturer: z.string(), SupportedArchitectures: z.array(z.string()) }),
    VCpuInfo: z.object({ DefaultVCpus: z.number() }),
  }),
);

const moduleSchema = z.object({ Dir: z.string() });

function readMoto(): { readonly date: string; readonly types: z.infer<typeof typesSchema> } {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-instance-types-"));
  try {
    run("pip", ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, `moto==${MOTO}`]);
    const wheel = join(folder, readdirSync(folder)[0] ?? "");
    const types = typesSchema.parse(JSON.parse(gunzipSync(run("unzip", ["-p", wheel, RESOURCE])).toString()));
    const listed = run("unzip", ["-Z", "-T", wheel, RESOURCE]).toString();
    const [, year = "", month = "", day = ""] = /(\d{4})(\d{2})(\d{2})\.\d{6}/.exec(listed) ?? [];
    return { date: `${year}-${month}-${day}`, types };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readPrices(): {
  readonly date: string;
  readonly region: string;
  readonly prices: ReadonlyMap<string, number>;
} {
  const answer = run("go", ["mod", "download", "-json", `github.com/aws/karpenter-provider-aws@${KARPENTER}`]);
  const text = readFileSync(join(moduleSchema.parse(JSON.parse(answer.toString())).Dir, PRICES), "utf8");
  const [, date = "", region = ""] = /generated at (\d{4}-\d{2}-\d{2})T\S* for (\S+)/.exec(text) ?? [];
  const found = [...text.matchAll(/"([a-z0-9-]+\.[a-z0-9-]+)": (\d+\.\d+)/g)];
  return { date, region, prices: new Map(found.map(([, type = "", price = ""]) => [type, Number(price)])) };
}

function run(command: string, parameters: readonly string[]): Buffer {
  // The module may ask for a newer Go than the one installed.
  const env = { ...process.env, GOTOOLCHAIN: "auto" };
  return execFileSync(command, parameters, { env, maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "inherit"] });
}

async function main(): Promise<void> {
  const { date, types } = readMoto();
  const { date: priceDate, region, prices } = readPrices();
  const rows = Object.values(types).flatMap((described) => {
    const facts = readDescribedType(described);
    if (facts === undefined) return [];
    const { name, cpu, memoryMebibytes, localNvmeGigabytes, architecture, hypervisor, cpuManufacturer } = facts;
    const price = prices.get(name) ?? null;
    return [
      [name, cpu, memoryMebibytes, localNvmeGigabytes, architecture, hypervisor, cpuManufacturer, price] as const,
    ];
  });
  const data = {
    types: {
      source: `moto ${MOTO} on PyPI (Apache-2.0), ${RESOURCE}: answers of EC2's DescribeInstanceTypes`,
      date,
    },
    prices: {
      source: `github.com/aws/karpenter-provider-aws ${KARPENTER} (Apache-2.0), ${PRICES}: AWS's price list, on-demand, Linux`,
      date: priceDate,
      region,
      currency: "USD",
    },
    columns: [
      "type",
      "cpu",
      "memoryMebibytes",
      "localNvmeGigabytes",
      "architecture",
      "hypervisor",
      "cpuManufacturer",
      "pricePerHour",
    ],
    rows: rows.toSorted(([left], [right]) => (left < right ? -1 : 1)),
  };
  const options = await resolveConfig(TARGET);
  writeFileSync(TARGET, await format(JSON.stringify(data), { ...options, filepath: TARGET }));
  process.stdout.write(`${rows.length} types of ${date}, ${prices.size} prices of ${priceDate}: ${TARGET}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
