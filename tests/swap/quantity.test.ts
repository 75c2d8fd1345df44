// Quantities: exact to the byte, and the same text again.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  floorToPage,
  formatQuantity,
  isQuantity,
  PAGE_BYTES,
  parseMilliQuantity,
  parseQuantity,
  QuantityError,
} from "../../swap/quantity";

/** Every suffix as numerator and denominator, for a reference that knows nothing of exponents. */
const SCALES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  "": [1n, 1n],
  n: [1n, 1_000_000_000n],
  u: [1n, 1_000_000n],
  m: [1n, 1000n],
  k: [1000n, 1n],
  M: [1_000_000n, 1n],
  G: [1_000_000_000n, 1n],
  T: [1_000_000_000_000n, 1n],
  Ki: [1n << 10n, 1n],
  Mi: [1n << 20n, 1n],
  Gi: [1n << 30n, 1n],
  Ti: [1n << 40n, 1n],
  e3: [1000n, 1n],
  E3: [1000n, 1n],
  "e+6": [1_000_000n, 1n],
  "e-2": [1n, 100n],
};

const bytes = fc.maxSafeNat();
const digits = fc.stringMatching(/^[0-9]{1,9}$/);
const scaled = fc.record({
  whole: digits,
  fraction: fc.option(digits, { nil: "" }),
  suffix: fc.constantFrom(...Object.keys(SCALES)),
});

describe("parseQuantity", () => {
  it("reads what formatQuantity writes", () => {
    fc.assert(fc.property(bytes, (value) => parseQuantity(formatQuantity(value)) === value));
  });

  it("is exact, and rounds a fraction of the base unit up", () => {
    fc.assert(
      fc.property(scaled, ({ whole, fraction, suffix }) => {
        const [multiplier, divisor] = SCALES[suffix] ?? [0n, 1n];
        const numerator = BigInt(whole + fraction) * multiplier;
        const denominator = divisor * 10n ** BigInt(fraction.length);
        const expected = numerator / denominator + (numerator % denominator === 0n ? 0n : 1n);
        const text = `${whole}${fraction === "" ? "" : `.${fraction}`}${suffix}`;
        if (expected > BigInt(Number.MAX_SAFE_INTEGER)) assert.equal(isQuantity(text), false);
        else assert.equal(parseQuantity(text), Number(expected));
      }),
    );
  });

  // The examples of https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory
  // and of the grammar in https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity
  const values: readonly (readonly [text: string, value: number])[] = [
    ["128974848", 128_974_848],
    ["129e6", 129_000_000],
    ["129M", 129_000_000],
    ["128974848000m", 128_974_848],
    ["123Mi", 128_974_848],
    ["30Gi", 32_212_254_720],
    ["30G", 30_000_000_000],
    ["1.5Gi", 1_610_612_736],
    ["0.1Gi", 107_374_183],
    ["1.", 1],
    [".5k", 500],
    ["+1Ki", 1024],
    ["100m", 1],
    ["1n", 1],
    ["0", 0],
    ["0.0Gi", 0],
    ["1e3", 1000],
    ["1E-3", 1],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["7Pi", 7 * 2 ** 50],
  ];
  for (const [text, value] of values) {
    it(`reads ${text} as ${value}`, () => assert.equal(parseQuantity(text), value));
  }

  const noQuantities = [
    "",
    " 1",
    "1 ",
    "1 Gi",
    "Gi",
    ".",
    "-1",
    "-0",
    "--1",
    "1K",
    "1KI",
    "1ki",
    "1gi",
    "1GiB",
    "1GB",
    "1b",
    "1e",
    "1e1.5",
    "1Gi2",
  ];
  const alsoNone = ["1_000", "1,5Gi", "0x10", "NaN", "Infinity", "50%", "1Gi\n", "\n1Gi", "٣Gi", "1.2.3", "null"];
  for (const text of [...noQuantities, ...alsoNone]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseQuantity(text),
        new QuantityError(text, "is not a Kubernetes quantity such as 30Gi, 512Mi or 1G"),
      );
      assert.equal(isQuantity(text), false);
    });
  }

  for (const text of ["9007199254740992", "8Pi", "1E", "1Ei", "1e999"]) {
    it(`refuses ${text}, which is too large to be exact`, () => {
      assert.throws(
        () => parseQuantity(text),
        new QuantityError(text, "is more than 9007199254740991 bytes (8 PiB), which no node has"),
      );
    });
  }
});

describe("parseMilliQuantity", () => {
  // https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-cpu
  const values: readonly (readonly [text: string, millicores: number])[] = [
    ["100m", 100],
    ["0.1", 100],
    ["0.5", 500],
    ["1", 1000],
    ["2k", 2_000_000],
    ["1e-1", 100],
    ["1500u", 2],
    ["1n", 1],
    ["0", 0],
  ];
  for (const [text, millicores] of values) {
    it(`${text} is ${millicores}m`, () => {
      assert.equal(parseMilliQuantity(text), millicores);
    });
  }

  it("is a thousand times the quantity where that is whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (value) => {
        assert.equal(parseMilliQuantity(formatQuantity(value)), 1000 * value);
      }),
    );
  });
});

describe("formatQuantity", () => {
  it("uses the largest binary suffix that leaves a whole number", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1023 }), fc.nat({ max: 4 }), (count, power) => {
        const text = formatQuantity(count * 1024 ** power);
        assert.equal(text, count === 0 ? "0" : `${count}${["", "Ki", "Mi", "Gi", "Ti"][power] ?? ""}`);
      }),
    );
  });

  it("keeps bytes that no suffix divides", () => assert.equal(formatQuantity(1_000_001), "1000001"));
});

describe("floorToPage", () => {
  it("takes less than a page away and leaves whole pages", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const floored = floorToPage(value);
        assert.equal(floored % PAGE_BYTES, 0);
        assert.ok(floored <= value && value - floored < PAGE_BYTES);
      }),
    );
  });
});
