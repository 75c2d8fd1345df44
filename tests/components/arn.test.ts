// Parts of Amazon Resource Names.
import assert from "node:assert/strict";
import fc from "fast-check";
import { findServiceSuffix, parseArn } from "../../components/arn";

describe("parseArn", () => {
  it("reads what was put in, colons in the resource included", () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
    const parts = fc.record(
      {
        partition: word,
        region: fc.oneof(word, fc.constant("")),
        account: fc.stringMatching(/^\d{12}$/),
        resource: fc.stringMatching(/^[A-Za-z0-9/_.:+=,@-]{1,30}$/),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(parts, word, (given, service) => {
        const { partition, region, account, resource } = given;
        assert.deepEqual(parseArn(`arn:${partition}:${service}:${region}:${account}:${resource}`), given);
      }),
    );
  });

  for (const text of [
    "",
    "arn",
    "role/x",
    "arn:aws:iam::123456789012",
    "arn:aws:s3:::bucket",
    "arn::iam::1:role/x",
    "urn:aws:iam::1:role/x",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseArn(text),
        new RangeError(
          `"${text}" is not an Amazon Resource Name: it must look like arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE.`,
        ),
      );
    });
  }
});

describe("findServiceSuffix", () => {
  it("is China's own there, and the common one elsewhere", () => {
    assert.equal(findServiceSuffix("aws-cn"), "amazonaws.com.cn");
    assert.equal(findServiceSuffix("aws"), "amazonaws.com");
    assert.equal(findServiceSuffix("aws-us-gov"), "amazonaws.com");
  });
});
