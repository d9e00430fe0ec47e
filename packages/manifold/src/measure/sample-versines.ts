import type { Random } from "@nce-geometry/tensor";

/**
 * Draws 1 − cos of the angle to the mean direction under the von Mises–Fisher law: [n]. Unchecked.
 *
 * Math:     rejection from the law of (1 − (1+b)e)/(1 − (1−b)e), e ~ Beta((d−1)/2, (d−1)/2), b = (d−1)/(2κ + √(4κ² + (d−1)²)).
 * Limits:   κ = 0: no rejection. Fewer than 1.6 tries on average for every d and κ.
 * Numerics: everything is written in 1 − cos, which keeps its digits at κ = 1e12 (there 1 − cos is 1e-12 in size).
 * Source:   A. T. A. Wood, Simulation of the von Mises Fisher distribution, Comm. Statist. Simulation Comput. 23 (1994).
 */
export function sampleVersines(random: Random, n: number, dimension: number, concentration: number): Float64Array {
  const m = dimension - 1;
  const b = m / (2 * concentration + Math.sqrt(4 * concentration * concentration + m * m));
  // One minus the cosine at which proposal and target touch, and that cosine.
  const touch = (2 * b) / (1 + b);
  const cosine = (1 - b) / (1 + b);
  const versines = new Float64Array(n);
  let pending = Int32Array.from(versines.keys());
  while (pending.length > 0) {
    const uniforms = random.uniform(3 * pending.length);
    pending = pending.filter((row, i) => {
      const e = symmetricBeta(dimension, uniforms[3 * i]!, uniforms[3 * i + 1]!);
      const versine = (2 * b * e) / (1 - (1 - b) * e);
      versines[row] = versine;
      const ratio = (cosine * (versine - touch)) / (touch * (2 - touch));
      return concentration * (touch - versine) + m * Math.log1p(ratio) < Math.log(uniforms[3 * i + 2]!);
    });
  }
  return versines;
}

/**
 * A number with the law Beta((d−1)/2, (d−1)/2) from two uniform ones: (1 − t)/2, t a coordinate of a uniform point of S^{d−1}, whose projection
 * to a plane has 1 − r² = u^{2/(d−2)}.
 */
function symmetricBeta(dimension: number, u: number, v: number): number {
  const missing = dimension === 2 ? 0 : u ** (2 / (dimension - 2));
  const radius = Math.sqrt(dimension === 2 ? 1 : -Math.expm1((2 * Math.log(u)) / (dimension - 2)));
  const half = Math.sin(Math.PI * v);
  return missing / (1 + radius) / 2 + radius * half * half;
}
