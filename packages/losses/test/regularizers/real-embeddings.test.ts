import { existsSync, readFileSync } from "node:fs";
import type { RowMatrix } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, test } from "vitest";
import { energyDistanceOnRows, squaredCentroidDistanceOnRows, squaredMMDOnRows } from "../../src/index.ts";

interface Golden {
  readonly n: number;
  readonly dim: number;
  readonly centroidGap: number;
  readonly medianCrossDistance: number;
  readonly energyDistanceU: number;
  readonly energyDistanceV: number;
  readonly [name: string]: number;
}

const shared = new URL("../../../../../shared/", import.meta.url);
const oracle = new URL("oracles/real_embeddings.json", shared);
const missing = existsSync(oracle) ? "" : " — SKIPPED: the golden values of real embeddings are absent";
const golden: Readonly<Record<string, Golden>> = missing ? {} : JSON.parse(readFileSync(oracle, "utf8"));

/** The two halves of a float32 .npy file of shape (2, n, d), rows normalised in float64. */
function readClouds(name: string, n: number, dim: number): [RowMatrix, RowMatrix] {
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

describe.skipIf(missing !== "")(`golden values of real embeddings${missing}`, () => {
  const sets = Object.entries(golden).map(([name, values]) => ({ name, values }));
  const agreement = { ulps: 1, epsilon: 1e-9 };

  test.each(sets)("$name: energy and centroid distance", async ({ name, values }) => {
    const [x, y] = readClouds(name, values.n, values.dim);
    expectClose((await energyDistanceOnRows(x, y)).value, values.energyDistanceU, agreement);
    const { value } = await squaredCentroidDistanceOnRows(x, y, { statistic: "V" });
    expectClose(Math.sqrt(value), values.centroidGap, agreement);
  });

  // The small sets alone, to stay quick.
  test.each(sets.filter(({ values }) => values.n <= 100))("$name: both statistics", async ({ name, values }) => {
    const [x, y] = readClouds(name, values.n, values.dim);
    const energy = await energyDistanceOnRows(x, y, { statistic: "V" });
    expectClose(energy.value, values.energyDistanceV, agreement);
    for (const statistic of ["U", "V"] as const) {
      for (const factor of ["0.5", "1.0", "2.0"]) {
        const bandwidth = Number(factor) * values.medianCrossDistance;
        const { value } = await squaredMMDOnRows(x, y, { statistic, bandwidth });
        expectClose(value, values[`mmd2${statistic}_${factor}`]!, agreement);
      }
    }
  });
});
