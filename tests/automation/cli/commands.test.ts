// What the commands are made of, without an engine: overrides of the config, failures in words, locks, messages.
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { parseOverrides, withOverrides } from "../../../automation/base/override";
import { explainFailure, isTransient } from "../../../automation/engine/failure";
import { findLocks, isStale } from "../../../automation/engine/lock";
import { defaultMessage } from "../../../automation/engine/update-message";

describe("--config", () => {
  const config = { "eks-swap:pools": { ebs: { swap: { size: "30Gi" }, taints: [{ key: "a" }] } } };

  it("sets typed values at paths, and leaves the given config as it is", () => {
    const overrides = parseOverrides([
      "pools.ebs.swap.size=60Gi",
      "eks-swap:network.zones=2",
      "aws:region=eu-west-1",
      "cluster.endpoint.public=false",
      'tags["team.name"]=a=b',
      "pools.ebs.taints[1].key=c",
    ]);
    assert.deepEqual(withOverrides(config, overrides), {
      "eks-swap:pools": { ebs: { swap: { size: "60Gi" }, taints: [{ key: "a" }, { key: "c" }] } },
      "eks-swap:network": { zones: 2 },
      "aws:region": "eu-west-1",
      "eks-swap:cluster": { endpoint: { public: false } },
      "eks-swap:tags": { "team.name": "a=b" },
    });
    assert.equal(config["eks-swap:pools"].ebs.swap.size, "30Gi");
  });

  it("refuses what it cannot follow", () => {
    assert.throws(() => parseOverrides(["pools"]), /is not key=value/);
    assert.throws(() => withOverrides(config, { "pools..size": 1 }), /is not a path/);
    assert.throws(
      () => withOverrides(config, { "pools.ebs.swap.size.more": 1 }),
      /^UsageError: pools\.ebs\.swap\.size is a string and has no key more$/,
    );
    assert.throws(() => withOverrides(config, { "pools.ebs[0]": 1 }), /pools\.ebs is an object and has no entry \[0\]/);
    assert.throws(() => withOverrides(config, { "pools.ebs.taints.key": 1 }), /taints is a list and has no key key/);
    assert.throws(
      () => withOverrides(config, { "pools.ebs.taints[5].key": 1 }),
      /pools\.ebs\.taints has 1 entries: the next one is \[1\], not \[5\]/,
    );
  });
});

describe("failures", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["error: no stack named 'dev' found", "stack-missing"],
    ["error: getting secrets manager: incorrect passphrase", "wrong-passphrase"],
    ["ExpiredToken: The security token included in the request is expired", "credentials"],
    ["resource x violates plan: properties changed", "beyond-plan"],
    ["creating EC2 VPC: VpcLimitExceeded", "update-failed"],
  ];
  for (const [text, kind] of cases) {
    it(`${kind}: ${text}`, () => {
      assert.equal(explainFailure(new Error(text), "dev").kind, kind);
    });
  }

  it("are tried again only when every error may pass", () => {
    const throttled = "creating IAM Role: ThrottlingException: Rate exceeded";
    assert.ok(isTransient([throttled, "update failed"]));
    assert.ok(isTransient(["read tcp 10.0.0.1:1->10.0.0.2:443: read: connection reset by peer"]));
    assert.ok(!isTransient([throttled, "creating EC2 VPC: VpcLimitExceeded"]));
    assert.ok(!isTransient(["update failed"]));
    assert.ok(!isTransient([]));
  });
});

describe("locks", () => {
  const text = (host: string, pid: number): string =>
    `the stack is currently locked by 1 lock(s). Either wait or …\n  file:///x.json: created by me@${host} (pid ${pid}) at 2026-01-02T03:04:05Z`;

  it("are read from what the CLI writes", () => {
    assert.deepEqual(findLocks(text("ci-7", 42)), [
      { owner: "me@ci-7", host: "ci-7", pid: 42, since: "2026-01-02T03:04:05Z" },
    ]);
    assert.equal(findLocks("something else"), undefined);
  });

  it("are not stale where no run of this machine is known that had them", () => {
    const stale = (host: string, pid: number): readonly boolean[] => (findLocks(text(host, pid)) ?? []).map(isStale);
    assert.deepEqual(stale(hostname(), process.pid), [false]);
    assert.deepEqual(stale("another-host", 2 ** 22 + 1), [false]);
    // Linux gives no process an id above 4194304.
    assert.deepEqual(stale(hostname(), 2 ** 22 + 1), [false]);
  });
});

describe("the message of an update", () => {
  const sha = "0123456789abcdef";
  it("names commit and run of the pipeline", () => {
    const github = {
      GITHUB_SHA: sha,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "a/b",
      GITHUB_RUN_ID: "7",
    };
    assert.equal(defaultMessage(".", github), "commit 0123456789ab, https://github.com/a/b/actions/runs/7");
    assert.equal(
      defaultMessage(".", { CI_COMMIT_SHA: sha, CI_JOB_URL: "https://gitlab.com/a/b/-/jobs/7" }),
      "commit 0123456789ab, https://gitlab.com/a/b/-/jobs/7",
    );
  });
});
