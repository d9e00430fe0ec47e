import { type Critic, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asTensor,
  EPSILON,
  equalRows,
  growth,
  identity,
  nearby,
  numberOf,
  randomRows,
  unitRows,
} from "../test/helpers.ts";
import { infoNCE, infoNCEPerSample, infoNCEStatistics } from "./info-nce.ts";
import { symmetricInfoNCE, symmetricInfoNCEPerSample, symmetricInfoNCEStatistics } from "./symmetric-info-nce.ts";

const critics: Critic[] = [{ kind: "cosine" }, { kind: "rbf", scale: 0.5 }];
const [n, d, temperature] = [10, 5, 0.1];
const x = asTensor(unitRows(1, n, d));
const y = asTensor(nearby(2, unitRows(1, n, d), 0.5));
const tolerance = { ulps: growth({ n, d, temperature }), epsilon: EPSILON };

test.each(critics)("is half the sum of the two directions ($kind)", (critic) => {
  const options = { temperature, critic };
  const forward = infoNCEPerSample(x, y, options).dataSync();
  const backward = infoNCEPerSample(y, x, options).dataSync();
  const expected = Array.from(forward, (value, i) => 0.5 * (value + backward[i]!));
  expectAllClose(symmetricInfoNCEPerSample(x, y, options).dataSync(), expected, tolerance);
  const mean = 0.5 * (numberOf(infoNCE(x, y, options)) + numberOf(infoNCE(y, x, options)));
  expectClose(numberOf(symmetricInfoNCE(x, y, options)), mean, tolerance);
  expect(Math.abs(numberOf(infoNCE(x, y, options)) - mean)).toBeGreaterThan(1e-3);
});

test("swapping the modalities keeps the loss and swaps the gradients", () => {
  const f = (...xs: Tensor[]) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature });
  const direct = valueAndGrad(f, [x, y]);
  const swapped = valueAndGrad(f, [y, x]);
  expectClose(numberOf(swapped.value), numberOf(direct.value), tolerance);
  // Entries cancel among terms of size up to 1/(nτ).
  const scaled = { ...tolerance, scale: 1 / (n * temperature) };
  expectAllClose(swapped.gradients[0]!.dataSync(), direct.gradients[1]!.dataSync(), scaled);
  expectAllClose(swapped.gradients[1]!.dataSync(), direct.gradients[0]!.dataSync(), scaled);
});

describe("limits", () => {
  test("equal rows give log n", () => {
    const rows = asTensor(equalRows(6, [0.6, 0.8]));
    expectClose(numberOf(symmetricInfoNCE(rows, rows, { temperature })), Math.log(6), tolerance);
  });

  test.each([0.07, 0.005])("orthonormal pairs give log1p((n−1)e^(−1/τ)) (τ = %d)", (tau) => {
    const value = numberOf(symmetricInfoNCE(asTensor(identity(8)), asTensor(identity(8)), { temperature: tau }));
    expectClose(value, Math.log1p(7 * Math.exp(-1 / tau)), { ulps: 16 + 2 / tau, epsilon: EPSILON });
  });

  test("a batch of one is exactly 0, NaN stays NaN", () => {
    const one = (value: number) => symmetricInfoNCE(asTensor([[value]]), asTensor([[2]]), { temperature });
    expect(numberOf(one(3))).toBe(0);
    expect(numberOf(one(Number.NaN))).toBeNaN();
  });
});

test("statistics are those of the two directions", () => {
  const s = symmetricInfoNCEStatistics(x, y, { temperature });
  for (const [actual, expected] of [
    [s.forward, infoNCEStatistics(x, y, { temperature })],
    [s.backward, infoNCEStatistics(y, x, { temperature })],
  ] as const) {
    expectClose(numberOf(actual.positiveMass), numberOf(expected.positiveMass), tolerance);
    expectClose(numberOf(actual.decoupledLoss), numberOf(expected.decoupledLoss), { ...tolerance, scale: 1 });
    const counts = { ...tolerance, ulps: 4 * tolerance.ulps };
    expectAllClose(
      actual.perSample.effectiveNegatives.dataSync(),
      expected.perSample.effectiveNegatives.dataSync(),
      counts,
    );
    expectAllClose(
      actual.perSample.conditionalEffectiveNegatives.dataSync(),
      expected.perSample.conditionalEffectiveNegatives.dataSync(),
      counts,
    );
  }
  expectClose(numberOf(s.loss), numberOf(symmetricInfoNCE(x, y, { temperature })), tolerance);
  const one = symmetricInfoNCEStatistics(asTensor([[1]]), asTensor([[2]]), { temperature });
  expect(numberOf(one.backward.positiveMass)).toBe(1);
});

test("messages name x and y", () => {
  expect(() => symmetricInfoNCE(x, asTensor(randomRows(1, 3, d)), { temperature })).toThrow(
    "symmetricInfoNCE: `y` must be of the shape [10, 5] of `x`, got [3, 5]. Row i of one is the partner of row i of the other.",
  );
  expect(() => symmetricInfoNCEPerSample(x, y, { temperature: Number.POSITIVE_INFINITY })).toThrow(
    "symmetricInfoNCEPerSample: `temperature` must be a finite number > 0, got Infinity. CLIP-like systems use 0.01 to 0.1.",
  );
});
