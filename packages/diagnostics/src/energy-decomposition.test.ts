import { infoNCEOnRows } from "@nce-geometry/losses";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { axisRows, equalRows, inner, meanOverPairs, noisyCopy, randomRows, rowOf } from "../test/unit-rows.ts";
import { energyDecomposition } from "./energy-decomposition.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON };
const value = ({ value }: { readonly value: number }) => value;

describe("closed forms", () => {
  test.each([0.01, 0.07, 0.5])("orthonormal identical rows at τ = %d: log1p((n − 1)e^(−1/τ))", async (temperature) => {
    const n = 6;
    const x = axisRows(n, 8);
    const energy = await energyDecomposition(x, x, { temperature });
    const loss = Math.log1p((n - 1) * Math.exp(-1 / temperature));
    for (const part of [energy.infoNCE.xToY, energy.infoNCE.yToX, energy.infoNCE.symmetric])
      expectClose(part.value, loss, exact);
    expectClose(energy.decoupled.symmetric.value, Math.log(n - 1) - 1 / temperature, exact);
    expectClose(energy.positiveMass.xToY.value, Math.exp(-loss), exact);
    expectClose(energy.conditionalEffectiveNegatives.yToX.value, n - 1, exact);
    expectClose(energy.potentialTerm.value, -1 / temperature, exact);
    expectClose(energy.logPartition.leaveOneOut.xx.value, 0, { ...exact, scale: 1 });
    expectClose(energy.smoothedDivergence.all.jeffreys.value, 0, { ...exact, scale: 1 / temperature });
  });

  test("equal rows: log n, mass 1/n, all negatives", async () => {
    const n = 7;
    const x = equalRows([2, 1], n);
    const energy = await energyDecomposition(x, x, { temperature: 0.05 });
    expectClose(energy.infoNCE.symmetric.value, Math.log(n), { ...exact, scale: 20 });
    expectClose(energy.positiveMass.xToY.value, 1 / n, { ...exact, ulps: 1000 });
    expectClose(energy.conditionalEffectiveNegatives.xToY.value, n - 1, { ...exact, ulps: 1000 });
    expectClose(energy.logPartition.all.xy.value, 1 / 0.05, exact);
  });

  test("two points of cosine c: both Kullback–Leibler terms are (1 − c)/τ", async () => {
    const [c, temperature] = [0.6, 0.2];
    const energy = await energyDecomposition(equalRows([1, 0], 4), equalRows([0.6, 0.8], 4), { temperature });
    for (const form of ["all", "leaveOneOut"] as const) {
      const { klXY, klYX, symmetricKL, jeffreys } = energy.smoothedDivergence[form];
      expect([klXY, klYX, symmetricKL].map(value)).toEqual([
        expect.closeTo((1 - c) / temperature, 12),
        expect.closeTo(2, 12),
        expect.closeTo(2, 12),
      ]);
      expectClose(jeffreys.value, (2 * (1 - c)) / temperature, exact);
    }
  });
});

test("the parts add up to the loss", async () => {
  const x = randomRows(1, 20, 5, [1]);
  const y = noisyCopy(2, x, 0.4, [0, 1]);
  const { potentialTerm, logPartition, infoNCE, decoupled } = await energyDecomposition(x, y, { temperature: 0.1 });
  const scaled = { ...exact, scale: 10 };
  expectClose(infoNCE.xToY.value, potentialTerm.value + logPartition.all.xy.value + Math.log(20), scaled);
  expectClose(infoNCE.yToX.value, potentialTerm.value + logPartition.all.yx.value + Math.log(20), scaled);
  expectClose(decoupled.xToY.value, potentialTerm.value + logPartition.leaveOneOut.xy.value + Math.log(19), scaled);
  expectClose(infoNCE.symmetric.value, (infoNCE.xToY.value + infoNCE.yToX.value) / 2, scaled);
});

test("fields equal the sums written out", async () => {
  const [x, y, temperature] = [randomRows(1, 9, 3), randomRows(2, 9, 3, [1]), 0.3];
  const { logPartition, smoothedDivergence } = await energyDecomposition(x, y, { temperature });
  const field = (a: typeof x, b: typeof x, skip: boolean) =>
    Array.from({ length: 9 }, (_, i) => {
      const one = { ...a, rows: 1, data: rowOf(a, i) };
      const sum = 9 * meanOverPairs(one, b, (c) => Math.exp(c / temperature));
      return skip ? Math.log((sum - Math.exp(inner(rowOf(a, i), rowOf(b, i)) / temperature)) / 8) : Math.log(sum / 9);
    }).reduce((total, term) => total + term, 0) / 9;
  const scaled = { ...exact, scale: 4 };
  for (const [form, skip] of [
    ["all", false],
    ["leaveOneOut", true],
  ] as const) {
    const terms = logPartition[form];
    expectClose(terms.xy.value, field(x, y, skip), scaled);
    expectClose(terms.yx.value, field(y, x, skip), scaled);
    expectClose(terms.xx.value, field(x, x, skip), scaled);
    expectClose(terms.yy.value, field(y, y, skip), scaled);
    expectClose(smoothedDivergence[form].klXY.value, terms.xx.value - terms.xy.value, scaled);
    expectClose(smoothedDivergence[form].symmetricKL.value * 2, smoothedDivergence[form].jeffreys.value, scaled);
  }
});

test("the loss is that of @nce-geometry/losses, with its standard error", async () => {
  const x = randomRows(3, 24, 6);
  const y = noisyCopy(4, x, 0.3);
  const ours = await energyDecomposition(x, y, { temperature: 0.07 });
  const theirs = await infoNCEOnRows(x, y, { temperature: 0.07 });
  expectClose(ours.infoNCE.xToY.value, theirs.loss, exact);
  expectClose(ours.infoNCE.xToY.standardError!, theirs.standardError.loss, exact);
  expectClose(ours.decoupled.xToY.value, theirs.decoupledLoss, exact);
  expectClose(ours.positiveMass.xToY.value, theirs.positiveMass, exact);
  expectClose(ours.conditionalEffectiveNegatives.xToY.value, theirs.conditionalEffectiveNegatives, exact);
});

test("message", async () => {
  const x = randomRows(1, 4, 3);
  await expect(energyDecomposition(x, x, { temperature: 0 })).rejects.toThrow(
    "energyDecomposition: `temperature` must be a number in [0.000001, 1000000], got 0. CLIP-like systems use 0.01 to 0.1.",
  );
});
