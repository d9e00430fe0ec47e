import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { massesOf, normalizeLogDensity } from "../grid/grid-measure.ts";
import { cellMeasure } from "../grid/measures.ts";
import { countBasins, sampleLogDensity } from "./basins.ts";
import { pathBarrier } from "./path-barrier.ts";

const EPSILON = 2 ** -52;
const measure = cellMeasure({ cells: 6 });
const wells = Float64Array.of(0, 2, 2, 0, 2, 2);
const floor = { kind: "cellMass", value: 0.01 } as const;
const startsOf = (seed: number, count: number) => {
  const random = createRandom(seed);
  return Array.from(
    { length: count },
    () => [sampleLogDensity(random, measure), sampleLogDensity(random, measure)] as const,
  );
};

describe("countBasins", () => {
  test("λ = 1 with one potential: all matched; λ = 0 with a floor: all separated", async () => {
    const functional = { potentials: [wells, wells], temperature: 1 } as const;
    const matched = await countBasins(measure, { ...functional, ownWeight: 1 }, startsOf(1, 12));
    expect(matched.counts).toEqual({ matched: 12, separated: 0, unfinished: 0 });
    const separated = await countBasins(measure, functional, startsOf(2, 12), { floor, maxSteps: 5000 });
    expect(separated.counts).toEqual({ matched: 0, separated: 12, unfinished: 0 });
    expect(separated.ends.every(({ symmetricKL, overlap }) => symmetricKL > 0.5 && overlap < 0.5)).toBe(true);
  });

  test("shares of 12 out of 12 have Wilson's interval, z = 1.96: 1/(1 + z²/n) … 1", async () => {
    const functional = { potentials: [wells, wells], temperature: 1, ownWeight: 1 } as const;
    const { shares } = await countBasins(measure, functional, startsOf(1, 12));
    const z2 = 1.959963984540054 ** 2;
    expect(shares.matched).toMatchObject({
      value: 1,
      samples: 12,
      unit: "1",
      interval: { level: 0.95, method: "wilson" },
    });
    expectClose(shares.matched.interval!.low, 1 / (1 + z2 / 12), { ulps: 64, epsilon: EPSILON });
    expectClose(shares.separated.interval!.high, z2 / 12 / (1 + z2 / 12), { ulps: 64, epsilon: EPSILON });
    expect(shares.matched.method).toBe("mirror descent, separated if D_S > 0.5");
  });

  test("between the thresholds the start decides: near the matched state it is stable for λ > ¾", async () => {
    const functional = { potentials: [wells, wells], temperature: 1, ownWeight: 0.85 } as const;
    const gibbs = normalizeLogDensity(
      measure,
      wells.map((u) => -u),
    );
    const apart = [Float64Array.of(6, 0, 0, 0, 0, 0), Float64Array.of(0, 0, 0, 6, 0, 0)] as const;
    const far = [normalizeLogDensity(measure, apart[0]), normalizeLogDensity(measure, apart[1])] as const;
    const random = createRandom(4);
    const near = [
      sampleLogDensity(random, measure, { around: gibbs, spread: 0.05 }),
      sampleLogDensity(random, measure, { around: gibbs, spread: 0.05 }),
    ] as const;
    const low = { kind: "cellMass", value: 1e-9 } as const;
    const { ends } = await countBasins(measure, functional, [near, far], { floor: low, maxSteps: 5000 });
    expect(ends.map(({ basin }) => basin)).toEqual(["matched", "separated"]);
  });

  test("what is not finished is said; an abort returns what there is", async () => {
    const functional = { potentials: [wells, wells], temperature: 1, ownWeight: 1 } as const;
    const { counts } = await countBasins(measure, functional, startsOf(1, 3), { maxSteps: 2 });
    expect(counts).toEqual({ matched: 0, separated: 0, unfinished: 3 });
    let done = 0;
    const signal = {
      reason: undefined,
      get aborted() {
        return done >= 2;
      },
    };
    const onProgress = (progress: { done: number }) => {
      done = progress.done;
    };
    const some = await countBasins(measure, functional, startsOf(1, 5), { signal, onProgress });
    expect(some.ends).toHaveLength(2);
  });

  test("the messages", async () => {
    const functional = { potentials: [wells, wells], temperature: 1 } as const;
    await expect(countBasins(measure, functional, startsOf(1, 1))).rejects.toThrow(
      "countBasins: `starts` must be at least 2 states, for shares with intervals, got 1.",
    );
    await expect(countBasins(measure, functional, startsOf(1, 2), { level: 1 })).rejects.toThrow(
      "countBasins: `level` must be a number in (0, 1 − 1e-6], got 1.",
    );
    expect(() => sampleLogDensity(createRandom(0), measure, { spread: -1 })).toThrow(
      "sampleLogDensity: `spread` must be a finite number ≥ 0, got -1.",
    );
  });
});

describe("sampleLogDensity", () => {
  test("spread 0 is the density around; masses are 1", () => {
    const around = normalizeLogDensity(measure, wells);
    expectAllClose(sampleLogDensity(createRandom(1), measure, { around, spread: 0 }), around, {
      ulps: 4,
      epsilon: EPSILON,
      scale: 1,
    });
    const masses = massesOf(measure, sampleLogDensity(createRandom(1), measure, { spread: 3 }));
    expectClose(
      masses.reduce((a, b) => a + b, 0),
      1,
      { ulps: 8, epsilon: EPSILON },
    );
  });
});

describe("pathBarrier", () => {
  const flat = new Float64Array(6);
  const peak = (cell: number, height: number) => normalizeLogDensity(measure, flat.with(cell, height));

  test("a convex functional has no barrier above the higher end; equal ends have none at all", () => {
    const functional = { kind: "unimodal", potential: wells, temperature: 1 } as const;
    const path = pathBarrier(measure, functional, [[peak(0, 5)], [peak(3, 6)]]);
    expect(path.path).toBe("logLinear");
    expect(Math.min(path.heightFromStart, path.heightFromEnd)).toBe(0);
    const none = pathBarrier(measure, functional, [[peak(0, 5)], [peak(0, 5)]]);
    expectClose(none.heightFromStart, 0, { ulps: 16, epsilon: EPSILON, scale: 5 });
  });

  test("two modalities that change places along the straight path meet half way, as matched densities", () => {
    const functional = { kind: "multimodal", potentials: [wells, wells], temperature: 1 } as const;
    const path = pathBarrier(measure, functional, [
      [peak(0, 3), peak(3, 3)],
      [peak(3, 3), peak(0, 3)],
    ]);
    expectClose(path.heightFromStart, path.heightFromEnd, { ulps: 64, epsilon: EPSILON, scale: 5 });
    // The value is flat to second order there, so that the place is known to half of the digits.
    expectClose(path.at, 0.5, { ulps: 1, epsilon: 2 ** -24 });
    // F^Sym at the start, masses e³ : 1 : … of a sum a, and in the middle, masses e^1.5 on both wells of a sum b; density 6 × mass.
    const [a, b] = [Math.exp(3) + 5, 2 * Math.exp(1.5) + 4];
    const start = 2 * (4 / a) + Math.log(6 / a) + 3 / a;
    const middle = 2 * (4 / b) + Math.log(6 / b) + 1.5 * ((2 * Math.exp(1.5)) / b);
    expectClose(path.heightFromStart, middle - start, { ulps: 64, epsilon: EPSILON, scale: 5 });
  });

  test("on two cells every such path passes matched densities, so −log Z at least; relaxing it leads there", () => {
    const two = cellMeasure({ cells: 2 });
    const potential = Float64Array.of(0, 1.5);
    const functional = {
      kind: "multimodal",
      potentials: [potential, potential],
      temperature: 1,
      ownWeight: 0.3,
    } as const;
    const [left, right] = [Float64Array.of(3, 0), Float64Array.of(0, 3)].map((rho) => normalizeLogDensity(two, rho));
    const ends = [
      [left!, right!],
      [right!, left!],
    ] as const;
    const low = { kind: "cellMass", value: 1e-3 } as const;
    const straight = pathBarrier(two, functional, ends, { images: 17, floor: low });
    const relaxed = pathBarrier(two, functional, ends, { images: 17, floor: low, relaxSteps: 100, stepSize: 0.05 });
    expect(relaxed.path).toBe("string");
    const saddle = -Math.log((1 + Math.exp(-1.5)) / 2);
    // Straight, the two meet as uniform densities, D_KL(uniform‖Gibbs) above that.
    const share = 1 / (1 + Math.exp(-1.5));
    const excess = -0.5 * Math.log(4 * share * (1 - share));
    expectClose(straight.value, saddle + excess, { ulps: 64, epsilon: EPSILON, scale: 5 });
    expect(relaxed.value).toBeGreaterThan(saddle - 16 * EPSILON);
    expect(relaxed.value).toBeLessThan(saddle + 0.01 * excess);
    expectClose(relaxed.values[0]!, straight.values[0]!, { ulps: 4, epsilon: EPSILON });
    expectClose(relaxed.values.at(-1)!, straight.values.at(-1)!, { ulps: 4, epsilon: EPSILON });
  });

  test("the messages", () => {
    const functional = { kind: "unimodal", potential: wells, temperature: 1 } as const;
    const run = (options: object) => () => pathBarrier(measure, functional, [[flat], [flat]], options);
    expect(run({ images: 2 })).toThrow("pathBarrier: `images` must be an integer ≥ 3, got 2.");
    expect(run({ stepSize: 2 })).toThrow("pathBarrier: `stepSize` must be a number ≤ 1, got 2.");
  });
});
