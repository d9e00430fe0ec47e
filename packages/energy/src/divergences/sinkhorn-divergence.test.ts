import { referenceEngine } from "@nce-geometry/pairwise";
import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  deviation,
  equalRows,
  lawAt,
  mean,
  rotateRows,
  sampleOf,
  shuffled,
  uniformRows,
} from "../../test/sphere-samples.ts";
import { sinkhornDivergence } from "./sinkhorn-divergence.ts";
import { createSoftmin } from "./softmin.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };
const [x, y] = [sampleOf(lawAt(3, 8), 20, 1), sampleOf(lawAt(3, 3, 1), 30, 2)];

test("one point against another: ½‖a − b‖²", async () => {
  const { value, standardError, marginalError, status, notes, unit, method } = await sinkhornDivergence(
    equalRows([1, 0], 3),
    equalRows([0.6, 0.8], 5),
  );
  expectClose(value, 0.4, exact);
  expect(standardError).toBeLessThan(1e-14);
  expect(marginalError).toBeLessThan(1e-12);
  expect([status, notes, unit, method]).toEqual([
    "converged",
    undefined,
    "chord²",
    "Sinkhorn divergence ε=0.05, cost ½‖x−y‖²",
  ]);
});

test("a translation by t: ½‖t‖², for every ε", async () => {
  const moved = { ...x, data: x.data.map((value, i) => value + [0.3, -0.2, 0.5][i % 3]!) };
  for (const regularization of [0.02, 0.5, 10]) {
    const options = { space: "euclidean", regularization, tolerance: 1e-9 } as const;
    const { value } = await sinkhornDivergence(x, moved, options);
    // The dual value is off by the square of the marginal error; the potentials by ε times it.
    expect(Math.abs(value - 0.38 / 2)).toBeLessThan(1e-8);
  }
});

test("ε → 0: half the squared transport distance, here the best of all 120 matchings", async () => {
  const [a, b] = [uniformRows(5, 3, 1), uniformRows(5, 3, 2)];
  const cost = (i: number, j: number) =>
    [0, 1, 2].reduce((sum, k) => sum + (a.data[3 * i + k]! - b.data[3 * j + k]!) ** 2, 0) / 2;
  const best = Math.min(...permutations(5).map((p) => p.reduce((sum, j, i) => sum + cost(i, j), 0) / 5));
  const options = { regularization: 1e-3, tolerance: 1e-4, maxSteps: 20_000 };
  const { value, status } = await sinkhornDivergence(a, b, options);
  expect(status).toBe("converged");
  // ε log n, were the entropies of the plans not the same.
  expect(Math.abs(value - best)).toBeLessThan(1e-3);
});

test("ε → ∞: ½‖mean x − mean y‖²", async () => {
  const meanOf = ({ rows, data }: typeof x) =>
    [0, 1, 2].map((k) => Array.from({ length: rows }, (_, i) => data[3 * i + k]!).reduce((a, b) => a + b, 0) / rows);
  const [a, b] = [meanOf(x), meanOf(y)];
  const expected = a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0) / 2;
  const { value } = await sinkhornDivergence(x, y, { regularization: 1e4 });
  // The next term is of order cost²/ε.
  expect(Math.abs(value - expected)).toBeLessThan(4 / 1e4);
});

test("equal samples: 0 and a note; never below 0 by more than the marginal error", async () => {
  const same = await sinkhornDivergence(x, shuffled(x), { tolerance: 1e-8 });
  expect(Math.abs(same.value)).toBeLessThan(1e-8);
  expect(same.notes).toEqual([
    "Within three standard errors of 0, where the laws may be equal and the error is too small. Ask permutationTest.",
  ]);
  for (let r = 0; r < 10; r++) {
    const { value, marginalError } = await sinkhornDivergence(uniformRows(12, 3, 2 * r), uniformRows(9, 3, 2 * r + 1));
    expect(value).toBeGreaterThan(-marginalError);
  }
});

test("swap, rotation and order change nothing", async () => {
  const options = { tolerance: 1e-10 };
  const { value, standardError } = await sinkhornDivergence(x, y, options);
  for (const [a, b] of [
    [y, x],
    [rotateRows(x), rotateRows(y)],
    [shuffled(x), shuffled(y)],
  ] as const) {
    const moved = await sinkhornDivergence(a, b, options);
    expect(Math.abs(moved.value - value)).toBeLessThan(1e-9);
    expect(Math.abs(moved.standardError! - standardError!)).toBeLessThan(1e-8);
  }
});

test("soft minima: held and streamed agree", async () => {
  const rows = { ...x, data: x.data.map((value) => 1.5 * value) };
  const [held, streamed] = [
    createSoftmin(rows, y, referenceEngine(), true),
    createSoftmin(rows, y, referenceEngine(), false),
  ];
  const [f, g] = [createRandom(1).normal(20), createRandom(2).normal(30)];
  for (const epsilon of [0.01, 1]) {
    const tolerance = { ulps: 64, epsilon: Number.EPSILON, scale: 4 };
    expectAllClose(await streamed.overY(g, epsilon), await held.overY(g, epsilon), tolerance);
    expectAllClose(await streamed.overX(f, epsilon), await held.overX(f, epsilon), tolerance);
  }
});

test("the standard error is the spread over samples", async () => {
  const [p, q] = [lawAt(3, 8), lawAt(3, 3, 0.9)];
  const estimates = [];
  for (let r = 0; r < 40; r++) {
    const options = { regularization: 0.2, tolerance: 1e-4 };
    estimates.push(await sinkhornDivergence(sampleOf(p, 50, 2 * r), sampleOf(q, 35, 2 * r + 1), options));
  }
  const ratio = mean(estimates.map((e) => e.standardError!)) / deviation(estimates.map((e) => e.value));
  // A deviation over 40 runs is known to 11 %.
  expect(Math.abs(ratio - 1)).toBeLessThan(0.34);
});

describe("statuses", () => {
  test("too few steps", async () => {
    const { status, marginalError, notes } = await sinkhornDivergence(x, y, { maxSteps: 1, regularization: 1e-3 });
    expect(status).toBe("maxSteps");
    expect(notes![0]).toBe(
      `Marginal error ${marginalError.toExponential(1)}, above the tolerance 0.000001: take more steps or a larger ε.`,
    );
  });

  test("aborted", async () => {
    const controller = new AbortController();
    const steps: number[] = [];
    const result = await sinkhornDivergence(x, y, {
      regularization: 1e-4,
      tolerance: 1e-14,
      signal: controller.signal,
      onProgress: ({ done }) => {
        steps.push(done);
        controller.abort();
      },
    });
    expect(result.status).toBe("aborted");
    expect(Number.isFinite(result.value)).toBe(true);
  });
});

test.each([
  [{ regularization: 0 }, "`regularization` must be a finite number > 0, got 0."],
  [{ tolerance: -1 }, "`tolerance` must be a finite number > 0, got -1."],
  [{ maxSteps: 0 }, "`maxSteps` must be an integer ≥ 1, got 0."],
  [{ scaling: 1 }, "`scaling` must be a number in (0, 1), got 1."],
])("%j is refused", async (options, message) => {
  await expect(sinkhornDivergence(x, y, options)).rejects.toThrow(`sinkhornDivergence: ${message}`);
});

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, at) => p.toSpliced(at, 0, n - 1)));
}
