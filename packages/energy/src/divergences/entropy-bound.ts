// Of all laws on the sphere with a given mean vector the von Mises–Fisher law has the largest entropy. An estimate above that
// bound is biased, and says so: that is how an estimator knows that it is out of its depth in high dimension.

import { fitVonMisesFisher, logSphereArea } from "@nce-geometry/manifold";
import type { RowMatrix } from "@nce-geometry/tensor";

/** A note where an entropy exceeds the bound by more than three errors, its own and the bound's κ·SE(R̄) together. */
export function entropyNotes(x: RowMatrix, value: number, standardError: number): string[] {
  const { law } = fitVonMisesFisher(unitAgain(x), { estimator: "debiased" });
  if (law === undefined) return [];
  const largest = law.concentration === 0 ? logSphereArea(x.dim) : law.entropy;
  const boundError = law.concentration * Math.sqrt(law.cosineVariance / x.rows);
  if (!(value > largest + 3 * Math.hypot(standardError, boundError))) return [];
  return [
    `Biased up: no law with this mean has an entropy above ${largest.toPrecision(6)} nats. ${x.rows} rows are too few in dimension ${x.dim}; see vonMisesFisherEntropy.`,
  ];
}

/** Rows that are of unit length to float32 precision brought to the sphere to float64, as fits demand. */
export function unitAgain({ rows, dim, data }: RowMatrix): RowMatrix {
  const unit = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    const row = unit.subarray(i * dim, (i + 1) * dim);
    const norm = Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
    for (let k = 0; k < dim; k++) row[k]! /= norm;
  }
  return { rows, dim, data: unit };
}
