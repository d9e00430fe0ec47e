import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOfArray } from "../numerics/compensated-sum.ts";
import { createRandom, type RandomState, restoreRandom } from "./random.ts";

const N = 40_000;
/** A statistic further than this many standard errors from its expectation has probability below 10⁻⁶. */
const SIGMAS = 5;

describe("createRandom", () => {
  // Made by a second implementation of the scheme, in Python integers; a change of any stream must be noticed.
  test.each([
    [0, [0.10583711353997738, 0.5543025588541443, 0.7715601488290119]],
    [0n, [0.10583711353997738, 0.5543025588541443, 0.7715601488290119]],
    ["nce", [0.7840321483864522, 0.6311819651913961, 0.4266947200792909]],
    [-(2n ** 70n), [0.05319133939029008, 0.32716139037039926, 0.5733206309760174]],
  ])("first numbers of seed %s", (seed, expected) => {
    expect([...createRandom(seed).uniform(3)]).toEqual(expected);
  });

  test("first numbers of the other draws and of split streams", () => {
    expect([...createRandom(0).integers(6, { high: 10 })]).toEqual([3, 0, 2, 7, 9, 3]);
    expect([...createRandom(0).permutation(8)]).toEqual([0, 3, 4, 7, 6, 2, 5, 1]);
    expect(createRandom(0).split("a").uniform(1)[0]).toBe(0.9338886188570384);
    expect(createRandom(0).split(1).uniform(1)[0]).toBe(0.6864116967917546);
    // Engines may differ in the last bits of log and cos.
    const normal = [-0.4457400698961132, 1.2258482524641545];
    expectAllClose(createRandom(0).normal(2), normal, { ulps: 4, epsilon: 2 ** -52 });
  });

  test("different seeds are different streams", () => {
    const seeds = [0, 1, -1, 2 ** 32, "", "0", "00", "a", "b", 2n ** 64n, 2n ** 96n];
    expect(new Set(seeds.map((seed) => createRandom(seed).uniform(1)[0])).size).toBe(seeds.length);
  });

  test.each([0.5, Number.NaN, 2 ** 53])("refuses the seed %s", (seed) => {
    expect(() => createRandom(seed)).toThrow(
      `createRandom: \`seed\` must be a safe integer, a bigint or a string, got ${seed}.`,
    );
  });
});

describe("uniform", () => {
  test("moments, and no correlation of neighbours", () => {
    const u = createRandom("uniform").uniform(N);
    expectMoment(u, (x) => x, 1 / 2, 1 / 12);
    expectMoment(u, (x) => (x - 1 / 2) ** 2, 1 / 12, 1 / 80 - 1 / 144);
    expectMoment(u.slice(1), (x, i) => (x - 1 / 2) * (u[i]! - 1 / 2), 0, 1 / 144);
    expect(Math.min(...u)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u)).toBeLessThan(1);
  });

  test("all 53 bits are drawn", () => {
    const lowestBit = createRandom("bits").uniform(N);
    expectMoment(lowestBit, (x) => (x * 2 ** 53) % 2, 1 / 2, 1 / 4);
  });

  test("low and high scale the numbers", () => {
    const unit = createRandom(3).uniform(100);
    expect(createRandom(3).uniform(100, { low: -2, high: 6 })).toEqual(unit.map((u) => -2 + 8 * u));
  });

  test("high is never reached, even between neighbouring numbers", () => {
    const high = 1 + 2 ** -52;
    expect(createRandom(4).uniform(1000, { low: 1, high })).toEqual(new Float64Array(1000).fill(1));
    expect(
      createRandom(4)
        .uniform(2000, { low: 1, high: 1 + 2 ** -51 })
        .every((u) => u <= high),
    ).toBe(true);
  });

  test("messages", () => {
    const random = createRandom(0);
    expect(() => random.uniform(-1)).toThrow("uniform: `n` must be an integer from 0 to 2³¹ − 1, got -1.");
    expect(() => random.uniform(1, { low: Number.NaN })).toThrow("uniform: `low` must be a finite number, got NaN.");
    expect(() => random.uniform(1, { low: 2, high: 2 })).toThrow(
      "uniform: `high` must be > low = 2 by a finite amount, got 2.",
    );
    expect(() => random.uniform(1, { low: -1e308, high: 1e308 })).toThrow(
      "uniform: `high` must be > low = -1e+308 by a finite amount, got 1e+308.",
    );
  });
});

describe("normal", () => {
  test("the first four moments, the share beyond two standard deviations, no correlation of neighbours", () => {
    const z = createRandom("normal").normal(N);
    expectMoment(z, (x) => x, 0, 1);
    expectMoment(z, (x) => x ** 2, 1, 2);
    expectMoment(z, (x) => x ** 3, 0, 15);
    expectMoment(z, (x) => x ** 4, 3, 96);
    const beyondTwo = 0.04550026389635842;
    expectMoment(z, (x) => (Math.abs(x) > 2 ? 1 : 0), beyondTwo, beyondTwo * (1 - beyondTwo));
    expectMoment(z.slice(1), (x, i) => x * z[i]!, 0, 1);
  });

  test("message", () => {
    expect(() => createRandom(0).normal(1.5)).toThrow("normal: `n` must be an integer from 0 to 2³¹ − 1, got 1.5.");
  });
});

describe("integers", () => {
  test.each([2, 7, 100])("%d equally likely values", (high) => {
    expectEqualShares(createRandom("dice").integers(N, { high }), high);
    expectEqualShares(
      createRandom("dice")
        .integers(N, { low: -3, high: high - 3 })
        .map((k) => k + 3),
      high,
    );
  });

  test("no remainder is favoured", () => {
    // Of 2³² words, plain remainders of 3·2³⁰ would put one half instead of one third into the lowest third.
    const k = createRandom("thirds").integers(N, { low: -(2 ** 31), high: 2 ** 30 });
    expectMoment(k, (x) => (x < -(2 ** 30) ? 1 : 0), 1 / 3, 2 / 9);
  });

  test("the whole range of 32 bits, and a range of one", () => {
    const k = createRandom(5).integers(N, { low: -(2 ** 31), high: 2 ** 31 });
    expectMoment(k, (x) => x / 2 ** 32, -(2 ** -33), 1 / 12);
    expect([...createRandom(5).integers(3, { low: 9, high: 10 })]).toEqual([9, 9, 9]);
  });

  test("messages", () => {
    const random = createRandom(0);
    expect(() => random.integers(-1, { high: 2 })).toThrow(
      "integers: `n` must be an integer from 0 to 2³¹ − 1, got -1.",
    );
    expect(() => random.integers(1, { high: 0 })).toThrow(
      "integers: `high` must be an integer > low = 0 and ≤ 2³¹, got 0.",
    );
    expect(() => random.integers(1, { high: 2 ** 31 + 1 })).toThrow(
      "integers: `high` must be an integer > low = 0 and ≤ 2³¹, got 2147483649.",
    );
    expect(() => random.integers(1, { low: 0.5, high: 2 })).toThrow(
      "integers: `low` must be an integer from −2³¹ to 2³¹ − 1, got 0.5.",
    );
  });
});

describe("permutation", () => {
  test("every number once", () => {
    expect([...createRandom(1).permutation(1000)].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
    expect(createRandom(1).permutation(0)).toEqual(new Int32Array(0));
    expect(createRandom(1).permutation(1)).toEqual(Int32Array.of(0));
  });

  test("the 24 orders of four are equally likely", () => {
    const random = createRandom("orders");
    const codes = Int32Array.from({ length: 12_000 }, () => lehmerCode(random.permutation(4)));
    expectEqualShares(codes, 24);
  });

  test("message", () => {
    expect(() => createRandom(0).permutation(-2)).toThrow(
      "permutation: `n` must be an integer from 0 to 2³¹ − 1, got -2.",
    );
  });
});

describe("split", () => {
  test("depends on key and label, not on what was drawn or split before", () => {
    const fresh = createRandom(8);
    const used = createRandom(8);
    used.uniform(123);
    used.split("other").normal(5);
    expect(used.split("x").uniform(4)).toEqual(fresh.split("x").uniform(4));
    const before = fresh.uniform(4);
    const again = createRandom(8);
    again.split("x");
    expect(again.uniform(4)).toEqual(before);
  });

  test("every path of labels is a stream of its own", () => {
    const root = createRandom(8);
    const streams = [
      root,
      root.split(0),
      root.split("0"),
      root.split(-1),
      root.split(1),
      root.split("a"),
      root.split("ab"),
      root.split("a").split("b"),
      root.split("b").split("a"),
      root.split(""),
      createRandom(0),
      createRandom("a"),
    ];
    expect(new Set(streams.map((stream) => stream.uniform(1)[0])).size).toBe(streams.length);
  });

  test("sibling streams are uncorrelated, with each other and with their parent", () => {
    const root = createRandom("family");
    const [a, b, parent] = [root.split(0).normal(N), root.split(1).normal(N), root.normal(N)];
    expectMoment(a, (x, i) => x * b[i]!, 0, 1);
    expectMoment(a, (x, i) => x * parent[i]!, 0, 1);
  });

  test("the first numbers of numbered streams are uniform", () => {
    const root = createRandom("many");
    const cells = Int32Array.from({ length: 4000 }, (_, i) => root.split(i).integers(1, { high: 20 })[0]!);
    expectEqualShares(cells, 20);
  });

  test("message", () => {
    expect(() => createRandom(0).split(0.1)).toThrow("split: `label` must be a safe integer or a string, got 0.1.");
  });
});

describe("state", () => {
  test("chunks are invisible", () => {
    const chunked = createRandom(9);
    const whole = createRandom(9);
    expect([...chunked.uniform(3), ...chunked.uniform(0), ...chunked.uniform(5)]).toEqual([...whole.uniform(8)]);
    expect([...chunked.normal(3), ...chunked.normal(5)]).toEqual([...whole.normal(8)]);
    expect([...chunked.integers(1, { high: 3 }), ...chunked.integers(6, { high: 3 })]).toEqual([
      ...whole.integers(7, { high: 3 }),
    ]);
    expect(chunked.state).toEqual(whole.state);
  });

  test("a stream saved as JSON continues where it stood, at every word of a block", () => {
    for (let drawn = 0; drawn < 9; drawn++) {
      const random = createRandom("saved");
      random.integers(drawn, { high: 2 });
      const saved = JSON.parse(JSON.stringify(random.state)) as RandomState;
      expect(saved.counter).toBe(drawn);
      expect(restoreRandom(saved).uniform(5)).toEqual(random.uniform(5));
      expect(restoreRandom(saved).split("x").uniform(2)).toEqual(random.split("x").uniform(2));
    }
  });

  test("counters beyond 32 bits neither repeat nor end silently", () => {
    const { key } = createRandom(2).state;
    const far = restoreRandom({ key, counter: 2 ** 34 });
    expect(far.uniform(2)).not.toEqual(createRandom(2).uniform(2));
    const end = restoreRandom({ key, counter: 2 ** 53 - 9 });
    expect(() => end.uniform(8)).toThrow(
      "random: `state.counter` must be below 2⁵³ − 5, got 9007199254740988. Draw from a stream made by split().",
    );
  });

  test("messages", () => {
    const { key } = createRandom(2).state;
    expect(() => restoreRandom({ key, counter: -1 })).toThrow(
      "restoreRandom: `state.counter` must be an integer from 0 to 2⁵³ − 1, got -1.",
    );
    expect(() => restoreRandom({ key: [0, 0, 0, 2 ** 32], counter: 0 })).toThrow(
      "restoreRandom: `state.key` must be four integers from 0 to 2³² − 1, got [0,0,0,4294967296].",
    );
  });
});

/** The mean of f over the sample, against its expectation; `variance` is that of f at one number. */
function expectMoment(
  sample: Float64Array | Int32Array,
  f: (value: number, index: number) => number,
  expectation: number,
  variance: number,
): void {
  const mean = meanOfArray(Float64Array.from(sample, f));
  const standardError = Math.sqrt(variance / sample.length);
  expect(Math.abs(mean - expectation) / standardError).toBeLessThan(SIGMAS);
}

/** Pearson's statistic has mean cells − 1 and variance about twice that; too even is as suspicious as too uneven. */
function expectEqualShares(sample: Int32Array, cells: number): void {
  const counts = new Float64Array(cells);
  for (const value of sample) counts[value]!++;
  expect(counts.reduce((a, b) => a + b)).toBe(sample.length);
  const expected = sample.length / cells;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = cells - 1;
  expect(statistic).toBeLessThan(freedom + SIGMAS * Math.sqrt(2 * freedom) + SIGMAS ** 2);
  if (freedom > 20) expect(statistic).toBeGreaterThan(freedom - SIGMAS * Math.sqrt(2 * freedom));
}

function lehmerCode(order: Int32Array): number {
  const inversions = (i: number) => order.slice(i + 1).filter((later) => later < order[i]!).length;
  return 6 * inversions(0) + 2 * inversions(1) + inversions(2);
}
