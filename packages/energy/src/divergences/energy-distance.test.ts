import { uniformChordMoment, vonMises } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  deviation,
  equalRows,
  lawAt,
  mean,
  rotateRows,
  sampleOf,
  shuffled,
  stacked,
  uniformRows,
} from "../../test/sphere-samples.ts";
import { energyDistance } from "./energy-distance.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };

function chord(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0));
}

function meanChord(x: ReturnType<typeof uniformRows>, y: typeof x, skipDiagonal = false): number {
  const row = (m: typeof x, i: number) => Float64Array.from(m.data.subarray(i * m.dim, (i + 1) * m.dim));
  let [sum, count] = [0, 0];
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++) {
      if (skipDiagonal && i === j) continue;
      sum += chord(row(x, i), row(y, j));
      count++;
    }
  }
  return sum / count;
}

test("samples of 12 and 17 rows: the sums written out", async () => {
  const [x, y] = [sampleOf(lawAt(4, 5), 12, 1), sampleOf(lawAt(4, 2, 1), 17, 2)];
  const { uStatistic, vStatistic, pairedStatistic } = await energyDistance(x, y);
  const across = 2 * meanChord(x, y);
  expectClose(uStatistic.value, across - meanChord(x, x, true) - meanChord(y, y, true), exact);
  expectClose(vStatistic.value, across - meanChord(x, x) - meanChord(y, y), exact);
  expect(pairedStatistic).toBeUndefined();
  expect([uStatistic.method, vStatistic.method, uStatistic.unit, uStatistic.samples]).toEqual([
    "energy distance, U",
    "energy distance, V",
    "chord",
    29,
  ]);
});

test("one point against another: twice their distance, with error 0", async () => {
  const { uStatistic, vStatistic } = await energyDistance(equalRows([1, 0], 3), equalRows([0, 1], 5));
  expectClose(uStatistic.value, 2 * Math.SQRT2, exact);
  expectClose(vStatistic.value, 2 * Math.SQRT2, exact);
  expect(uStatistic.standardError).toBe(0);
});

test("the von Mises laws of concentrations 6 and 3, an angle of 1 apart: 0.7830322017", async () => {
  const truth = 0.7830322017;
  expect(Math.abs(lawAt(2, 6).energyDistance(lawAt(2, 3, 1)) - truth)).toBeLessThan(1e-10);
  // (8/π) Σ (a² + b² − 2ab cos nΔ)/(4n² − 1)
  const [a, b] = [6, 3].map((concentration) => vonMises({ concentration }).fourierCoefficients(60));
  const series = a!.reduce((sum, value, n) => {
    return n === 0 ? 0 : sum + (value ** 2 + b![n]! ** 2 - 2 * value * b![n]! * Math.cos(n)) / (4 * n * n - 1);
  }, 0);
  expect(Math.abs((8 / Math.PI) * series - truth)).toBeLessThan(1e-10);
  const { uStatistic } = await energyDistance(sampleOf(lawAt(2, 6), 300, 1), sampleOf(lawAt(2, 3, 1), 400, 2));
  expect(Math.abs(uStatistic.value - truth)).toBeLessThan(3 * uStatistic.standardError!);
  expect(uStatistic.notes).toBeUndefined();
});

describe("equal laws", () => {
  test("V in R^512 with 500 rows each is its bias (1/n + 1/m)E‖x − x'‖ = 0.005655", async () => {
    const predicted = (2 / 500) * uniformChordMoment(512, 1);
    expect(Math.abs(predicted - 0.005655)).toBeLessThan(1e-6);
    const { uStatistic, vStatistic } = await energyDistance(uniformRows(500, 512, 1), uniformRows(500, 512, 2), {
      bootstrap: 0,
    });
    // U and V differ by the bias, known to 1/n of itself and the deviation of a mean distance.
    expect(Math.abs(vStatistic.value - uStatistic.value - predicted)).toBeLessThan(0.001 * predicted);
    expect(Math.abs(uStatistic.value)).toBeLessThan(0.1 * predicted);
  });

  test("U has mean 0, and its spread is the one the note speaks of", async () => {
    const estimates = [];
    for (let r = 0; r < 400; r++) {
      const [x, y] = [uniformRows(15, 3, 2 * r), uniformRows(25, 3, 2 * r + 1)];
      estimates.push((await energyDistance(x, y, { bootstrap: 0 })).uStatistic);
    }
    const values = estimates.map(({ value }) => value);
    expect(Math.abs(mean(values))).toBeLessThan((3 * deviation(values)) / Math.sqrt(400));
    const noted = estimates.filter(({ notes }) => notes?.[0]?.includes("Ask permutationTest"));
    // 1.3 % lie beyond 3 spreads; a little more where the spread is estimated low. Less 3 standard deviations of the count.
    expect(noted.length).toBeGreaterThanOrEqual(380);
    const spreads = noted.map(({ notes }) => Number(/3·([\d.e-]+) of 0/.exec(notes![0]!)![1]));
    // A deviation over 400 runs is known to 4 %, or twice that with the long tail of U.
    expect(Math.abs(mean(spreads) / deviation(values) - 1)).toBeLessThan(0.15);
  });
});

test("swap, rotation and order of the rows change nothing", async () => {
  const [x, y] = [sampleOf(lawAt(3, 5), 20, 1), sampleOf(lawAt(3, 2, 1), 30, 2)];
  const { value, standardError } = (await energyDistance(x, y, { bootstrap: 0 })).uStatistic;
  for (const [a, b] of [
    [y, x],
    [rotateRows(x), rotateRows(y)],
    [shuffled(x), shuffled(y)],
  ] as const) {
    const moved = (await energyDistance(a, b, { bootstrap: 0 })).uStatistic;
    expectClose(moved.value, value, exact);
    expectClose(moved.standardError!, standardError!, exact);
  }
});

test("independent samples: bootstrap and normal intervals agree, and cover", async () => {
  const [p, q] = [lawAt(3, 5), lawAt(3, 2, 1)];
  const [x, y] = [sampleOf(p, 150, 1), sampleOf(q, 250, 2)];
  const bootstrap = (await energyDistance(x, y, { bootstrap: 4000 })).uStatistic;
  const normal = (await energyDistance(x, y, { bootstrap: 0 })).uStatistic;
  expect([bootstrap.interval!.method, normal.interval!.method]).toEqual(["bootstrap", "normal"]);
  for (const end of ["low", "high"] as const) {
    const difference = Math.abs(bootstrap.interval![end] - normal.interval![end]);
    expect(difference).toBeLessThan(5 * 0.042 * normal.standardError!);
  }
  let covered = 0;
  for (let r = 0; r < 60; r++) {
    const draw = await energyDistance(sampleOf(p, 60, 3 * r), sampleOf(q, 40, 3 * r + 1), { bootstrap: 0 });
    const { low, high } = draw.uStatistic.interval!;
    covered += low <= p.energyDistance(q) && p.energyDistance(q) <= high ? 1 : 0;
  }
  // 95 % of 60 less 3 standard deviations.
  expect(covered).toBeGreaterThanOrEqual(52);
});

test("messages name the sample and the row", async () => {
  const x = uniformRows(4, 3, 1);
  const rejects = (y: typeof x, message: string) => expect(energyDistance(x, y)).rejects.toThrow(message);
  await rejects(
    uniformRows(1, 3, 1),
    "energyDistance: `y` must be of at least 2 rows, got [1, 3]. A single row has nothing to be compared with.",
  );
  await rejects(
    stacked(x, equalRows([0, 0, 0], 1)),
    "energyDistance: `y` must be of unit rows, got zeros in row 4. A zero row has no direction; remove it.",
  );
  await rejects({ ...x, rows: 3 }, "energyDistance: `y` must be 3 · 3 numbers, got 12.");
});
