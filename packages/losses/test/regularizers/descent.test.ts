// Gradient descent on each regulariser closes a gap that was made on purpose.

import { vonMisesFisher } from "@nce-geometry/manifold";
import { createRandom, fromData, mul, normalizeRows, sub, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import * as losses from "../../src/index.ts";
import { backend, numberOf } from "../helpers.ts";

const n = 40;
const cloud = (label: string, meanDirection: number[]): Tensor => {
  const law = vonMisesFisher({ meanDirection, concentration: 15 });
  return fromData(backend, law.rows.sample(createRandom("descent").split(label), n).data, [n, 3]);
};
const x = cloud("x", [1, 0, 0]);
const y = cloud("y", [Math.cos(1.2), Math.sin(1.2), 0]);
const directions = losses.randomDirections(createRandom(1), { count: 16, dimension: 3 });
const gapOf = (a: Tensor, b: Tensor) => Math.sqrt(numberOf(losses.squaredCentroidDistance(a, b, { statistic: "V" })));

/** Rates in units of n: a row's share of a gradient is 1/n. */
const penalties: readonly { name: string; rate: number; penalty: (a: Tensor, b: Tensor) => Tensor }[] = [
  { name: "symmetricKL", rate: 0.02, penalty: (a, b) => losses.symmetricKL(a, b, { temperature: 0.1 }) },
  { name: "squaredMMD", rate: 0.2, penalty: (a, b) => losses.squaredMMD(a, b) },
  { name: "energyDistance", rate: 0.1, penalty: (a, b) => losses.energyDistance(a, b) },
  {
    name: "squaredSlicedWasserstein",
    rate: 0.6,
    penalty: (a, b) => losses.squaredSlicedWasserstein(a, b, { directions }),
  },
  { name: "squaredCentroidDistance", rate: 0.1, penalty: (a, b) => losses.squaredCentroidDistance(a, b) },
];

describe.each(penalties)("$name", ({ rate, penalty }) => {
  test("moves both clouds of the sphere together, from a gap of about 1", () => {
    const before = gapOf(x, y);
    expect(before).toBeGreaterThan(0.9);
    const value = numberOf(penalty(x, y));
    let [a, b] = [x, y];
    for (let step = 0; step < 60; step++) {
      const { gradients } = valueAndGrad((...xs) => penalty(xs[0]!, xs[1]!), [a, b]);
      a = normalizeRows(sub(a, mul(gradients[0]!, rate * n)));
      b = normalizeRows(sub(b, mul(gradients[1]!, rate * n)));
    }
    expect(gapOf(a, b)).toBeLessThan(0.1 * before);
    expect(numberOf(penalty(a, b))).toBeLessThan(0.1 * value);
  });
});

test("a loss and a penalty are added as any two scalars are", () => {
  const f = (...xs: Tensor[]) =>
    sub(
      losses.symmetricInfoNCE(xs[0]!, xs[1]!, { temperature: 0.1 }),
      mul(losses.energyDistance(xs[0]!, xs[1]!), -0.5),
    );
  const { value } = valueAndGrad(f, [x, y]);
  const parts = [losses.symmetricInfoNCE(x, y, { temperature: 0.1 }), losses.energyDistance(x, y)].map(numberOf);
  expect(numberOf(value)).toBeCloseTo(parts[0]! + 0.5 * parts[1]!, 12);
});
