// Both forms of every loss give the same numbers.

import { type Critic, type RowSource, scalar, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import type { InfoNCEMeasures } from "../src/index.ts";
import * as losses from "../src/index.ts";
import { asRows, asTensor, backend, EPSILON, growth, type Matrix, nearby, numberOf, unitRows } from "./helpers.ts";

const [n, d] = [40, 7];
const x = unitRows(11, n, d);
const y = nearby(12, x, 0.3);
const w = unitRows(13, 55, d);
const settings = [
  { temperature: 0.5, critic: { kind: "cosine" } as Critic },
  { temperature: 0.02, critic: { kind: "cosine" } as Critic },
  { temperature: 0.1, critic: { kind: "rbf", scale: 0.5 } as Critic },
];

/** The rows form subtracts log-sum-exps of size up to max|s|/τ + log n, ≤ 2/τ + 4 here, so its ε is amplified by that once more. */
const toleranceOf = (temperature: number) => ({
  ulps: growth({ n: 55, d, temperature }) + 2 * (2 / temperature + 4),
  epsilon: EPSILON,
});

const measures = [
  "loss",
  "decoupledLoss",
  "positiveMass",
  "effectiveNegatives",
  "conditionalEffectiveNegatives",
] as const satisfies readonly (keyof InfoNCEMeasures<unknown>)[];

function expectSameMeasures(
  rows: InfoNCEMeasures<Float64Array>,
  tensors: InfoNCEMeasures<Tensor>,
  temperature: number,
): void {
  for (const name of measures) {
    // Effective numbers hold twice the exponents, twice; a decoupled loss may pass through 0.
    const tolerance = toleranceOf(temperature);
    const scaled = { ...tolerance, ulps: 4 * tolerance.ulps, scale: name === "decoupledLoss" ? 1 : 0 };
    expectAllClose(rows[name], tensors[name].dataSync(), scaled);
  }
}

describe.each(settings)("τ = $temperature, $critic.kind", (options) => {
  const { temperature } = options;
  const tolerance = toleranceOf(temperature);
  // Gradients cancel among terms of size up to 2/(nτ); that of τ among terms of size 2/τ².
  const rowTolerance = { ...tolerance, scale: 2 / (n * temperature) };
  const temperatureTolerance = { ...tolerance, scale: 2 / temperature ** 2 };
  const gradientsOf = (f: (...xs: Tensor[]) => Tensor, inputs: readonly Matrix[]) =>
    valueAndGrad(f, [...inputs.map((rows) => asTensor(rows)), scalar(backend, temperature)]);

  test("in-batch", async () => {
    const statistics = losses.infoNCEStatistics(asTensor(x), asTensor(y), options);
    const perSample = await losses.infoNCEPerSampleOnRows(asRows(x), asRows(y), options);
    expectSameMeasures(perSample, statistics.perSample, temperature);
    const summary = await losses.infoNCEOnRows(asRows(x), asRows(y), options);
    expect(summary).toEqual(losses.summarizeInfoNCE(perSample));
    for (const name of measures) {
      expectClose(summary[name], numberOf(statistics[name]), { ...tolerance, ulps: 4 * tolerance.ulps, scale: 1 });
    }
    const f = (...xs: Tensor[]) => losses.infoNCE(xs[0]!, xs[1]!, { ...options, temperature: xs[2]! });
    const { value, gradients } = gradientsOf(f, [x, y]);
    const actual = await losses.infoNCEGradientOnRows(asRows(x), asRows(y), options);
    expectClose(actual.loss, numberOf(value), tolerance);
    expectAllClose(actual.gradients.anchors, gradients[0]!.dataSync(), rowTolerance);
    expectAllClose(actual.gradients.positives, gradients[1]!.dataSync(), rowTolerance);
    expectClose(actual.gradients.temperature, numberOf(gradients[2]!), temperatureTolerance);
  });

  test("pool", async () => {
    const statistics = losses.poolInfoNCEStatistics(asTensor(x), asTensor(y), asTensor(w), options);
    const perSample = await losses.poolInfoNCEPerSampleOnRows(asRows(x), asRows(y), asRows(w), options);
    expectSameMeasures(perSample, statistics.perSample, temperature);
    expect(perSample.negatives).toBe(55);
    expect(await losses.poolInfoNCEOnRows(asRows(x), asRows(y), asRows(w), options)).toEqual(
      losses.summarizeInfoNCE(perSample),
    );
    const f = (...xs: Tensor[]) => losses.poolInfoNCE(xs[0]!, xs[1]!, xs[2]!, { ...options, temperature: xs[3]! });
    const { value, gradients } = gradientsOf(f, [x, y, w]);
    const actual = await losses.poolInfoNCEGradientOnRows(asRows(x), asRows(y), asRows(w), options);
    expectClose(actual.loss, numberOf(value), tolerance);
    expectAllClose(actual.gradients.anchors, gradients[0]!.dataSync(), rowTolerance);
    expectAllClose(actual.gradients.positives, gradients[1]!.dataSync(), rowTolerance);
    expectAllClose(actual.gradients.negatives, gradients[2]!.dataSync(), rowTolerance);
    expectClose(actual.gradients.temperature, numberOf(gradients[3]!), temperatureTolerance);
  });

  test("symmetric", async () => {
    const statistics = losses.symmetricInfoNCEStatistics(asTensor(x), asTensor(y), options);
    const perSample = await losses.symmetricInfoNCEPerSampleOnRows(asRows(x), asRows(y), options);
    expectSameMeasures(perSample.forward, statistics.forward.perSample, temperature);
    expectSameMeasures(perSample.backward, statistics.backward.perSample, temperature);
    const pairs = losses.symmetricInfoNCEPerSample(asTensor(x), asTensor(y), options);
    expectAllClose(perSample.loss, pairs.dataSync(), tolerance);
    const f = (...xs: Tensor[]) => losses.symmetricInfoNCE(xs[0]!, xs[1]!, { ...options, temperature: xs[2]! });
    const { value, gradients } = gradientsOf(f, [x, y]);
    const actual = await losses.symmetricInfoNCEGradientOnRows(asRows(x), asRows(y), options);
    expectClose(actual.loss, numberOf(value), tolerance);
    expectAllClose(actual.gradients.x, gradients[0]!.dataSync(), rowTolerance);
    expectAllClose(actual.gradients.y, gradients[1]!.dataSync(), rowTolerance);
    expectClose(actual.gradients.temperature, numberOf(gradients[2]!), temperatureTolerance);
  });
});

test("rows read on demand, in more than one block and in another order, give what rows in memory give", async () => {
  const [size, dim, temperature] = [1030, 3, 0.1];
  const rows = unitRows(14, size, dim);
  const partners = nearby(15, rows, 0.2);
  const source = (matrix: Matrix): RowSource => {
    const { data } = asRows(matrix);
    const read = async (start: number, count: number) => data.slice(start * dim, (start + count) * dim);
    return { rows: matrix.length, dim, dtype: "float64", read };
  };
  const streamed = await losses.symmetricInfoNCEGradientOnRows(source(rows), source(partners), { temperature });
  const [last, lastPartner] = [asRows([...rows].reverse()), asRows([...partners].reverse())];
  const reversed = await losses.symmetricInfoNCEGradientOnRows(last, lastPartner, { temperature });
  // Only the order of sums of n terms differs. Gradients cancel among terms of size up to 2/(nτ).
  const tolerance = { ulps: growth({ n: size, d: dim, temperature }), epsilon: EPSILON };
  expectClose(streamed.loss, reversed.loss, tolerance);
  for (const side of ["x", "y"] as const) {
    const expected = Array.from({ length: size }, (_, i) => [
      ...reversed.gradients[side].subarray((size - 1 - i) * dim, (size - i) * dim),
    ]).flat();
    expectAllClose(streamed.gradients[side], expected, { ...tolerance, scale: 2 / (size * temperature) });
  }
  expectClose(streamed.gradients.temperature, reversed.gradients.temperature, {
    ...tolerance,
    scale: 2 / temperature ** 2,
  });
});
