// Which instance types a prediction goes by: those of the data file, or those that EC2 offers in the stack's region.
import { z } from "zod";
import { INSTANCE_TYPES, readInstanceTypes, TYPES, type InstanceType } from "../../swap/instance-types";
import type * as ec2 from "./ec2-instance-types";
import { ExplainedError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import { say } from "../base/output";

/** Loads the client of the EC2 API. */
export type LoadEc2 = () => typeof ec2;

/** `auto`: EC2 where there are AWS credentials and EC2 answers, else the data file. */
export const INSTANCE_TYPE_SOURCES = ["auto", "ec2", "file"] as const;
export type InstanceTypeSource = (typeof INSTANCE_TYPE_SOURCES)[number];

/** The types, and a sentence that says where they come from. */
export interface ChosenTypes {
  readonly types: readonly InstanceType[];
  readonly note: string;
}

const FILE = `the data file of ${TYPES.date} (EC2's answers of that day, all regions)`;

const accessSchema = z.object({ "aws:region": z.string().optional(), "aws:profile": z.string().optional() });

/**
 * Finds the instance types.
 * @param config the `config` of the stack file, whose region and profile are those of the update
 * @throws ExplainedError when `ec2` is the source and the EC2 API cannot be called
 */
export async function findInstanceTypes(
  source: InstanceTypeSource,
  config: Readonly<Record<string, unknown>>,
  load: LoadEc2,
): Promise<ChosenTypes> {
  if (source === "file") return fromFile("");
  const asked = await ask(config, load);
  if ("types" in asked) return asked;
  const { failure } = asked;
  if (failure === undefined && source === "auto") return fromFile("; with AWS credentials they come from the EC2 API");
  const cause = failure ?? "there are no AWS credentials";
  const message = `the EC2 API returned no instance types: ${cause}`;
  const remedy = "Give credentials that allow ec2:DescribeInstanceTypes, or choose --instance-types file.";
  if (source === "ec2") throw new ExplainedError("ec2", EXIT.unexpected, `${message}. ${remedy}`);
  say(`warning: ${message}. ${remedy} Instance types are those of ${FILE}.`);
  return fromFile(`, since ${message}`);
}

/** The types of EC2, or why there are none; `failure` is undefined where there are no credentials. */
async function ask(
  config: Readonly<Record<string, unknown>>,
  load: LoadEc2,
): Promise<ChosenTypes | { readonly failure: string | undefined }> {
  const { "aws:region": region, "aws:profile": profile } = accessSchema.parse(config);
  const { askEc2 } = load();
  try {
    const answer = await askEc2({ region, profile });
    if (answer === undefined) return { failure: undefined };
    const types = readInstanceTypes(answer.described);
    if (types.length === 0) return { failure: `the region ${answer.region} has none` };
    return { types, note: `instance types are those that EC2 offers in ${answer.region}: ${types.length}` };
  } catch (error) {
    // Whatever the SDK throws is of AWS, its set-up or the network: the data file will do.
    if (!(error instanceof Error)) throw error;
    return { failure: error.name === "Error" ? error.message : `${error.name}: ${error.message}` };
  }
}

function fromFile(why: string): ChosenTypes {
  return { types: INSTANCE_TYPES, note: `instance types are those of ${FILE}${why}` };
}
