// `eks-swap predict` on the instance types that EC2's API tells of: moto answers, with what the data file is made from.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { INSTANCE_TYPES, TYPES } from "../../swap/instance-types";
import { MOTO_CREDENTIALS, MOTO_VERSION, startMoto, type Moto } from "../support/moto";

const root = resolve(__dirname, "..", "..");
const command = join(root, "automation", "eks-swap.mjs");
const examples = join(root, "examples", "predict");

const answerSchema = z.looseObject({ nodes: z.array(z.unknown()), notes: z.array(z.string()) });

describe("instance types from EC2", () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(async () => {
    await moto.stop();
  });

  async function predict(stack: string, source: string) {
    const parameters = ["predict", "-f", examples, "--stack", stack, "--instance-types", source, "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...parameters], {
      cwd: root,
      maxBuffer: 2 ** 26,
      env: { ...process.env, ...MOTO_CREDENTIALS, AWS_ENDPOINT_URL: moto.endpoint },
    });
    return answerSchema.parse(JSON.parse(stdout));
  }

  it("come from the release that the data file is made from", () => {
    assert.ok(TYPES.source.startsWith(`moto ${MOTO_VERSION} `), TYPES.source);
  });

  for (const stack of ["dev", "prod"]) {
    it(`predict for the stack ${stack} to the byte and the cent what the data file predicts`, async () => {
      const [{ notes, ...fromEc2 }, { notes: notesOfFile, ...fromFile }] = await Promise.all([
        predict(stack, "ec2"),
        predict(stack, "file"),
      ]);
      assert.ok(fromFile.nodes.length > 0);
      assert.deepEqual(fromEc2, fromFile);
      const told = `instance types are those that EC2 offers in eu-central-1: ${INSTANCE_TYPES.length}`;
      assert.ok(notes.includes(told), notes.join("\n"));
      assert.ok(!notesOfFile.includes(told));
    });
  }
});
