// Equipment that suites download: tried again where the network was at fault, and only then.
import assert from "node:assert/strict";
import { downloading } from "../support/retry";

/** Fails with each message in turn, then gives `done`. */
function failing(messages: readonly string[]) {
  const seen = { said: new Array<string>(), pauses: new Array<number>(), tries: 0 };
  const result = (): string =>
    downloading(
      "moto",
      () => {
        const message = messages[seen.tries];
        seen.tries += 1;
        if (message !== undefined) throw new Error(message);
        return "done";
      },
      { say: (line) => seen.said.push(line), pause: (milliseconds) => seen.pauses.push(milliseconds) },
    );
  return { seen, result };
}

describe("downloads of equipment", () => {
  it("are tried again after a timeout, and say so", () => {
    const { seen, result } = failing(["dial tcp: i/o timeout", "net/http: TLS handshake timeout"]);
    assert.equal(result(), "done");
    assert.deepEqual(seen.said, [
      "moto: dial tcp: i/o timeout; trying again (1 of 2)",
      "moto: net/http: TLS handshake timeout; trying again (2 of 2)",
    ]);
    assert.ok((seen.pauses[0] ?? 0) < (seen.pauses[1] ?? 0));
  });

  it("fail for good after the third try", () => {
    const { seen, result } = failing(["Read timed out.", "Read timed out.", "Read timed out."]);
    assert.throws(result, /Read timed out/);
    assert.equal(seen.tries, 3);
  });

  it("fail at once for what another try does not mend", () => {
    const { seen, result } = failing(["./main.go:3:1: syntax error"]);
    assert.throws(result, /syntax error/);
    assert.equal(seen.tries, 1);
  });
});
