// One reduction and one gradient are enough for InfoNCE in the form that keeps its digits near zero loss:
// ℓ_i = softplus(u_i), u_i = log Σ_{j≠i} e^{s_ij/τ} − s_ii/τ.

import { existsSync, readFileSync } from "node:fs";
import type { Critic, RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { matchedValues, matrixOf, referenceEngine } from "../src/index.ts";

const EPSILON = 2 ** -52;
const engine = referenceEngine({ tileRows: 4 });
const cosine: Critic = { kind: "cosine" };

test.each([0.02, 0.05, 1, 50])(
  "orthonormal pairs, τ = %d: log1p((n − 1)e^{−1/τ}) to its last digits",
  async (temperature) => {
    const n = 8;
    const rows = matrixOf(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, k) => (i === k ? 1 : 0))));
    const { loss } = await infoNCE(rows, rows, temperature);
    const expected = Math.log1p((n - 1) * Math.exp(-1 / temperature));
    // u = log(n − 1) − 1/τ is rounded at the size of 1/τ, which e^u turns into a relative error.
    expectClose(loss, expected, { ulps: 4 + 1 / temperature, epsilon: EPSILON });
  },
);

test("equal rows: log n", async () => {
  const rows = matrixOf(Array.from({ length: 11 }, () => [0, 1]));
  expectClose((await infoNCE(rows, rows, 0.5)).loss, Math.log(11), { ulps: 8, epsilon: EPSILON });
});

test.each([0.07, 0.5])("gradients to both sides, τ = %d, against central differences", async (temperature) => {
  const x = matrixOf([
    [0.9, 0.1],
    [0.2, -0.7],
    [0.5, 0.6],
    [-0.3, 0.4],
    [0.8, 0.8],
  ]);
  const y = matrixOf([
    [0.7, -0.2],
    [0.1, -0.9],
    [0.3, 0.9],
    [-0.5, 0.1],
    [0.2, 0.4],
  ]);
  const { gradX, gradY } = await infoNCE(x, y, temperature);
  const step = Math.cbrt(EPSILON);
  for (const [side, gradient] of [
    [x, gradX],
    [y, gradY],
  ] as const) {
    for (let at = 0; at < side.data.length; at++) {
      const before = side.data[at]!;
      side.data[at] = before + step;
      const above = (await infoNCE(x, y, temperature)).loss;
      side.data[at] = before - step;
      const below = (await infoNCE(x, y, temperature)).loss;
      side.data[at] = before;
      // Truncation h²/6·(1/τ)³ and rounding ε·L/h balance near ε^{2/3}.
      const tolerance = step ** 2 * (temperature ** -3 / 6 + 10);
      expect(Math.abs((above - below) / (2 * step) - gradient[at]!)).toBeLessThan(tolerance);
      expect(Math.abs(gradient[at]!)).toBeLessThan(10 / temperature);
    }
  }
});

const oracle = new URL("../../../../shared/oracles/infonce_symmetric.json", import.meta.url);
const present = existsSync(oracle);
describe.skipIf(!present)(
  `golden values of the symmetric loss${present ? "" : " (SKIPPED: shared/oracles is absent)"}`,
  () => {
    const cases: SymmetricCase[] = present ? JSON.parse(readFileSync(oracle, "utf8")) : [];
    test.each(cases)("τ = $tau", async (golden) => {
      const [x, y] = [matrixOf(golden.z1), matrixOf(golden.z2)];
      const forth = await infoNCE(x, y, golden.tau);
      const back = await infoNCE(y, x, golden.tau);
      // The oracle states 1e-12 relative.
      const close = { ulps: 1e-12 / EPSILON, epsilon: EPSILON };
      expectClose(forth.loss, golden.loss12, close);
      expectClose(back.loss, golden.loss21, close);
      const scale = 1 / golden.tau / x.rows;
      expectAllClose(mean(forth.gradX, back.gradY), golden.gradZ1.flat(), { ...close, scale });
      expectAllClose(mean(forth.gradY, back.gradX), golden.gradZ2.flat(), { ...close, scale });
    });
  },
);

interface SymmetricCase {
  readonly tau: number;
  readonly z1: number[][];
  readonly z2: number[][];
  readonly loss12: number;
  readonly loss21: number;
  readonly gradZ1: number[][];
  readonly gradZ2: number[][];
}

/** Mean in-batch loss from x to y, with gradients to both. */
async function infoNCE(
  x: RowMatrix,
  y: RowMatrix,
  temperature: number,
): Promise<{ loss: number; gradX: Float64Array; gradY: Float64Array }> {
  const n = x.rows;
  const kernel = { critic: cosine, temperature, diagonal: "exclude" } as const;
  const [negatives] = await engine.reduce(x, y, [{ kind: "logSumExp", ...kernel }]);
  const positives = await matchedValues(x, y, { kind: "inner" });
  const logOdds = negatives.rows.map((value, i) => value - positives[i]! / temperature);
  const loss = logOdds.reduce((sum, u) => sum + Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))), 0) / n;
  const coefficient = logOdds.map((u) => 1 / (1 + Math.exp(-u)) / (n * temperature));
  const gradient = await engine.gradient(x, y, {
    ...kernel,
    rowWeights: { coefficient, logNormalizer: negatives.rows },
  });
  const positive = (other: RowMatrix) => (g: number, at: number) =>
    g - coefficient[Math.floor(at / x.dim)]! * other.data[at]!;
  return { loss, gradX: gradient.x.map(positive(y)), gradY: gradient.y.map(positive(x)) };
}

function mean(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => (value + b[i]!) / 2);
}
