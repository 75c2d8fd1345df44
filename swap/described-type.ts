// An instance type as EC2's DescribeInstanceTypes reports it, reduced to what decides about swap.
// Format: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html
import { own } from "./own";

/** What is read of an answer. */
export interface DescribedType {
  readonly InstanceType?: string | undefined;
  /** Absent for bare metal. */
  readonly Hypervisor?: string | undefined;
  readonly InstanceStorageInfo?:
    | { readonly NvmeSupport?: string | undefined; readonly TotalSizeInGB?: number | undefined }
    | undefined;
  readonly MemoryInfo?: { readonly SizeInMiB?: number | undefined } | undefined;
  readonly ProcessorInfo?:
    | { readonly Manufacturer?: string | undefined; readonly SupportedArchitectures?: readonly string[] | undefined }
    | undefined;
  readonly VCpuInfo?: { readonly DefaultVCpus?: number | undefined } | undefined;
}

export interface InstanceTypeFacts {
  readonly name: string;
  readonly cpu: number;
  readonly memoryMebibytes: number;
  /** Decimal gigabytes, as Karpenter's label counts them; 0 without instance store. */
  readonly localNvmeGigabytes: number;
  readonly architecture: string;
  /** `nitro`, `xen`, or empty for bare metal. */
  readonly hypervisor: string;
  readonly cpuManufacturer: string;
}

/** Names of the architectures in Kubernetes; macOS instances run no nodes. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", arm64: "arm64" };

/** The facts of a type; undefined for one that runs no nodes. */
export function readDescribedType(described: DescribedType): InstanceTypeFacts | undefined {
  const { InstanceType: name, Hypervisor: hypervisor, InstanceStorageInfo: store } = described;
  const architectures = described.ProcessorInfo?.SupportedArchitectures ?? [];
  const architecture = architectures.flatMap((one) => own(ARCHITECTURES, one) ?? [])[0];
  const memoryMebibytes = described.MemoryInfo?.SizeInMiB;
  if (name === undefined || architecture === undefined || memoryMebibytes === undefined) return undefined;
  return {
    name,
    cpu: described.VCpuInfo?.DefaultVCpus ?? 0,
    memoryMebibytes,
    localNvmeGigabytes: store === undefined || store.NvmeSupport === "unsupported" ? 0 : (store.TotalSizeInGB ?? 0),
    architecture,
    hypervisor: hypervisor ?? "",
    cpuManufacturer: (described.ProcessorInfo?.Manufacturer ?? "").toLowerCase(),
  };
}
