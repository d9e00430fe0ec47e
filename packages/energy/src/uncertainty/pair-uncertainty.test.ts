import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { deviation, mean } from "../../test/sphere-samples.ts";
import { createPairUncertainty } from "./pair-uncertainty.ts";
import { createUncertainty } from "./uncertainty.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON };
const options = { bootstrap: 200 };

test("one caption of each item, in order: the intervals and draws of one sample", () => {
  const values = createRandom(1).normal(50);
  const shares = values.map((value) => (value > 0 ? 1 : 0));
  const one = createUncertainty("f", 50, options);
  for (const owners of [undefined, Int32Array.from({ length: 50 }, (_, i) => i)]) {
    const pairs = createPairUncertainty("f", 50, owners, options);
    expectAllClose(pairs.weights, new Float64Array(50).fill(1), exact);
    const [ofCaptions, ofItems] = [pairs.ofCaptions.mean(values, "1"), one.mean(values, "1")];
    expectClose(ofCaptions.value, ofItems.value, exact);
    expectClose(ofCaptions.standardError!, ofItems.standardError!, exact);
    expectClose(ofCaptions.interval!.low, ofItems.interval!.low, { ...exact, scale: 1 });
    expectClose(pairs.ofCaptions.share(shares).interval!.high, one.share(shares).interval!.high, exact);
    expect(pairs.ofCaptions.median(values, "1").interval).toEqual(one.median(values, "1").interval);
  }
});

describe("five captions of each of 40 items", () => {
  const owners = Int32Array.from({ length: 200 }, (_, j) => Math.floor(j / 5));
  const pairs = createPairUncertainty("f", 40, owners, options);

  test("captions that are all alike say no more than their items; independent ones count each", () => {
    const ofItems = createRandom(2).normal(40);
    const alike = Float64Array.from(owners, (owner) => ofItems[owner]!);
    const clustered = pairs.ofCaptions.mean(alike, "1");
    expectClose(clustered.value, mean([...ofItems]), { ...exact, scale: 1 });
    expectClose(clustered.standardError!, createUncertainty("f", 40, options).mean(ofItems, "1").standardError!, exact);
    expect(clustered.samples).toBe(40);
    const free = pairs.ofCaptions.mean(createRandom(3).normal(200), "1");
    // 1/√200, to the 11 % to which 40 sums tell it, three times over.
    expect(Math.abs(free.standardError! * Math.sqrt(200) - 1)).toBeLessThan(0.34);
  });

  test("the standard error is the scatter over samples", () => {
    const runs = Array.from({ length: 400 }, (_, seed) => {
      const random = createRandom(seed);
      const common = random.split("items").normal(40);
      const own = random.split("captions").normal(200);
      return pairs.meanOfBoth(
        common,
        own.map((value, j) => value + common[owners[j]!]!),
        "1",
      );
    });
    const reported = Math.sqrt(mean(runs.map((run) => run.standardError! ** 2)));
    // A deviation over 400 runs is known to 3.5 %.
    expect(Math.abs(reported / deviation(runs.map((run) => run.value)) - 1)).toBeLessThan(0.12);
  });
});

test("items with more captions than others: the error of the ratio", () => {
  // Item 0 has three captions, item 1 one: the mean over captions leans on item 0.
  const pairs = createPairUncertainty("f", 2, Int32Array.of(0, 0, 0, 1), { bootstrap: 0 });
  expectAllClose(pairs.weights, Float64Array.of(1.5, 0.5), exact);
  const { value, standardError } = pairs.ofCaptions.mean(Float64Array.of(1, 2, 3, 10), "1");
  // Sums of deviations from 4: −6 of item 0 and 6 of item 1, times n/m = ½; √(Σ ψ²/(n(n − 1))).
  expectClose(value, 4, exact);
  expectClose(standardError!, Math.sqrt((9 + 9) / 2), exact);
});
