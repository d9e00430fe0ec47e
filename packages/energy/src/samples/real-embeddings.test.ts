// The energies of published embeddings against their golden values, which lie beside the repository and are not part of it.

import { existsSync, readFileSync } from "node:fs";
import type { RowMatrix } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, test } from "vitest";
import { meanOf } from "../../test/laws.ts";
import { logPartitionField } from "../fields/log-partition-field.ts";
import { consistencyResidual } from "./consistency-residual.ts";
import { symmetricParametricEnergyOnSamples } from "./symmetric-parametric-energy-on-samples.ts";

const shared = new URL("../../../../../shared/", import.meta.url);
const oracle = new URL("oracles/real_embeddings.json", shared);
const missing =
  existsSync(oracle) && existsSync(new URL("embeddings/clip.npy", shared))
    ? ""
    : " — SKIPPED: the golden values of real embeddings are absent";

interface Golden {
  readonly n: number;
  readonly dim: number;
  readonly tau: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const golden: Readonly<Record<string, Golden>> = missing ? {} : JSON.parse(readFileSync(oracle, "utf8"));

describe.skipIf(missing !== "")(`energies of real embeddings${missing}`, () => {
  const cases = Object.entries(golden).flatMap(([name, { n, dim, tau }]) =>
    // All temperatures for the small sets; for the large ones the lowest, the hardest, to stay quick.
    Object.entries(tau)
      .filter(([temperature]) => n <= 100 || temperature === "0.01")
      .map(([temperature, values]) => ({ name, n, dim, temperature: Number(temperature), values })),
  );

  test.each(cases)("$name, τ = $temperature", async ({ name, n, dim, temperature, values }) => {
    const [x, y] = readPairs(name, n, dim);
    const agreement = { ulps: 1, epsilon: 1e-9 };
    const options = { temperature, errorSources: "anchors" } as const;
    const { xToY, yToX, symmetric, logKernelVolume } = await symmetricParametricEnergyOnSamples(x, y, options);
    const common = { terms: n, logKernelVolume };
    // J + log(N V) is the loss.
    const lossOf = (energy: number) => -consistencyResidual({ ...common, loss: 0, energy });
    expectClose(lossOf(xToY.standard.value.value), values.infoNCE12!, agreement);
    expectClose(lossOf(yToX.standard.value.value), values.infoNCE21!, agreement);
    expectClose(lossOf(symmetric.standard.value), values.symmetric!, agreement);
    expectClose(xToY.standard.potentialTerm.value, values.potentialTerm!, agreement);
    const mean = async (a: RowMatrix, b: RowMatrix) =>
      meanOf((await logPartitionField(a, b, { temperature, matched: true })).values).mean;
    const [xx, yy] = [await mean(x, x), await mean(y, y)];
    const [xy, yx] = [xToY, yToX].map(({ standard }) => logKernelVolume - standard.crossEntropyTerm.value) as [
      number,
      number,
    ];
    const terms = { logPartitionXY: xy, logPartitionYX: yx, logPartitionXX: xx, logPartitionYY: yy };
    for (const [term, value] of Object.entries(terms)) expectClose(value, values[term]!, agreement);
    expectClose(xx - xy, values.smoothedDivergenceXY!, agreement);
    expectClose(yy - yx, values.smoothedDivergenceYX!, agreement);
    expectClose((xx - xy + yy - yx) / 2, values.smoothedJeffreysHalf!, agreement);
  });
});

/** The two halves of a float32 .npy file of shape (2, n, d), rows normalised in float64. */
function readPairs(name: string, n: number, dim: number): [RowMatrix, RowMatrix] {
  const bytes = readFileSync(new URL(`embeddings/${name}.npy`, shared));
  const start = bytes.length - 2 * n * dim * 4;
  const half = (index: number): RowMatrix => {
    const data = Float64Array.from({ length: n * dim }, (_, k) => bytes.readFloatLE(start + 4 * (index * n * dim + k)));
    for (let i = 0; i < n; i++) {
      const row = data.subarray(i * dim, (i + 1) * dim);
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      for (let k = 0; k < dim; k++) row[k]! /= norm;
    }
    return { rows: n, dim, data };
  };
  return [half(0), half(1)];
}
