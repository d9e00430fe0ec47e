// Laws on the sphere with everything about them known, for tests of fields and functionals.

import { logKernelVolume, logVonMisesFisherNormalizer, sphere, vonMisesFisher } from "@nce-geometry/manifold";
import { logSumExpOfArray, type Random, type RowMatrix } from "@nce-geometry/tensor";

export function uniformRows(random: Random, n: number, dim: number): RowMatrix {
  return sphere(dim).rows.sampleUniform(random, n);
}

/** y_i ~ vMF(x_i, κ): E⟨x, y⟩ = A_d(κ) everywhere. Drawn around the pole and reflected onto x_i. */
export function perturbed(random: Random, x: RowMatrix, concentration: number): RowMatrix {
  const pole = Float64Array.from({ length: x.dim }, (_, k) => (k === 0 ? 1 : 0));
  const around = vonMisesFisher({ meanDirection: pole, concentration }).rows.sample(random, x.rows);
  const data = Float64Array.from(around.data);
  for (let i = 0; i < x.rows; i++) reflect(data.subarray(i * x.dim, (i + 1) * x.dim), pole, x.data.subarray(i * x.dim));
  return { rows: x.rows, dim: x.dim, data };
}

/** Householder reflection that exchanges two unit vectors, applied to v. */
function reflect(v: Float64Array, from: ArrayLike<number>, to: ArrayLike<number>): void {
  let [along, square] = [0, 0];
  for (let k = 0; k < v.length; k++) {
    const u = from[k]! - to[k]!;
    along += u * v[k]!;
    square += u * u;
  }
  if (square === 0) return;
  for (let k = 0; k < v.length; k++) v[k]! -= (2 * along * (from[k]! - to[k]!)) / square;
}

export interface Component {
  readonly weight: number;
  readonly meanDirection: readonly number[];
  readonly concentration: number;
}

/** A mixture of von Mises–Fisher laws. */
export function mixture(components: readonly Component[]) {
  const laws = components.map((c) => vonMisesFisher(c));
  const logWeights = components.map((c) => Math.log(c.weight));
  const dim = components[0]!.meanDirection.length;
  return {
    dim,
    logDensity(x: RowMatrix): Float64Array {
      const parts = laws.map((law) => law.rows.logDensity(x));
      return new Float64Array(x.rows).map((_, i) => logSumExpOfArray(parts.map((p, k) => p[i]! + logWeights[k]!)));
    },
    /** Σ_k π_k C(1/τ)C(κ_k)/C(‖z/τ + κ_kμ_k‖), written out. */
    logSmoothed(x: RowMatrix, temperature: number): Float64Array {
      return new Float64Array(x.rows).map((_, i) =>
        logSumExpOfArray(
          components.map(({ meanDirection, concentration }, k) => {
            const sum = meanDirection.map((m, j) => m * concentration + x.data[i * dim + j]! / temperature);
            const joint = logVonMisesFisherNormalizer(dim, Math.hypot(...sum));
            return (
              logWeights[k]! +
              logVonMisesFisherNormalizer(dim, concentration) -
              logKernelVolume(dim, { temperature }) -
              joint
            );
          }),
        ),
      );
    },
    sample(random: Random, n: number): RowMatrix {
      const data = new Float64Array(n * dim);
      const draws = random.split("component").uniform(n);
      const rows = laws.map((law, k) => law.rows.sample(random.split(k), n));
      for (let i = 0; i < n; i++) {
        let k = 0;
        for (let left = draws[i]! - components[0]!.weight; left > 0 && k < laws.length - 1; )
          left -= components[++k]!.weight;
        data.set(rows[k]!.data.subarray(i * dim, (i + 1) * dim), i * dim);
      }
      return { rows: n, dim, data };
    },
  };
}

/** Mean and standard error of the mean. */
export function meanOf(values: ArrayLike<number>): { readonly mean: number; readonly error: number } {
  const list = Array.from(values);
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  const square = list.reduce((a, b) => a + (b - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (list.length * (list.length - 1))) };
}
