// The sandbox's store on disk.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store, type StoredResource } from "../../../sandbox/provider/store";

function resource(id: string, type = "aws:ec2/vpc:Vpc"): StoredResource {
  return { type, id, inputs: { a: 1 }, outputs: { a: 1, arn: `arn:${id}` }, secrets: ["a"], memory: { b: null } };
}

describe("the sandbox's store", () => {
  let directory: string;
  let store: Store;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "eks-swap-store-"));
    store = new Store(directory);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("gives back what was put, to another process as well", () => {
    for (const id of [
      "vpc-1",
      "arn:aws:iam::123456789012:policy/a/b",
      "https://sqs/1/queue",
      "kube-system/karpenter",
      "é%",
    ]) {
      store.put(resource(id));
      assert.deepEqual(new Store(directory).get("aws:ec2/vpc:Vpc", id), resource(id));
    }
  });

  it("keeps types apart, and writes over an earlier version", () => {
    store.put(resource("one"));
    store.put(resource("one", "aws:ec2/subnet:Subnet"));
    store.put({ ...resource("one"), outputs: {} });
    assert.deepEqual(store.list("aws:ec2/vpc:Vpc"), [{ ...resource("one"), outputs: {} }]);
    assert.equal(store.list().length, 2);
  });

  it("finds by an output, and nothing without a text to look for", () => {
    store.put(resource("one"));
    assert.equal(store.find("aws:ec2/vpc:Vpc", "arn", "arn:one")?.id, "one");
    assert.equal(store.find("aws:ec2/vpc:Vpc", "name", undefined), undefined);
  });

  it("knows nothing of what was removed or never there", () => {
    store.put(resource("one"));
    store.remove("aws:ec2/vpc:Vpc", "one");
    store.remove("aws:ec2/vpc:Vpc", "one");
    assert.equal(store.get("aws:ec2/vpc:Vpc", "one"), undefined);
    assert.deepEqual(store.list(), []);
  });

  it("takes a half-written file for nothing, and leaves none itself", () => {
    store.put(resource("one"));
    const folder = join(directory, "cloud", "aws", "ec2", "vpc", "Vpc");
    assert.deepEqual(readdirSync(folder), ["one.json"]);
    writeFileSync(join(folder, "two.json.1.draft"), "{");
    assert.equal(store.list().length, 1);
  });

  it("says which file is not its own", () => {
    store.put(resource("one"));
    writeFileSync(join(directory, "cloud", "aws", "ec2", "vpc", "Vpc", "two.json"), "{}");
    assert.throws(() => store.list(), /two\.json is not a resource of the sandbox/);
  });
});
