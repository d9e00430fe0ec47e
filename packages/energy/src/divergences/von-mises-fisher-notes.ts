// Whether rows contradict the von Mises–Fisher law fitted to them. Notation: t_i = ⟨x_i, μ⟩, u_i the unit vector of x_i − t_i μ.

import type { VonMisesFisher } from "@nce-geometry/manifold";
import { meanOfArray, type RowMatrix } from "@nce-geometry/tensor";

/** A contradiction is reported from four standard errors on, where it is also of a practical size. */
const manyErrors = 4;
const practical = 0.05;

/**
 * Two tests of the fit.
 * - Spread: Var t against A'(κ).
 * - Isotropy: mean ⟨u_i, u_j⟩² over disjoint pairs against 1/(d − 1), what directions around μ without preference have.
 */
export function fitNotes(x: RowMatrix, law: VonMisesFisher, name: string): string[] {
  return [...spreadNotes(x, law, name), ...isotropyNotes(x, law, name)];
}

function spreadNotes(x: RowMatrix, law: VonMisesFisher, name: string): string[] {
  const along = new Float64Array(x.rows).map((_, i) => cosine(x, i, law.meanDirection));
  const centre = meanOfArray(along);
  const squares = along.map((t) => (t - centre) ** 2);
  const ratio = meanOfArray(squares) / law.cosineVariance;
  if (!differs(ratio, relativeError(squares, law.cosineVariance))) return [];
  return [`Not a von Mises–Fisher law: the cosines of ${name} to its mean vary ${ratio.toPrecision(3)} times as much.`];
}

function isotropyNotes(x: RowMatrix, law: VonMisesFisher, name: string): string[] {
  const freedom = x.dim - 1;
  const half = Math.floor(x.rows / 2);
  if (freedom < 2 || half < 2) return [];
  const squares = new Float64Array(half).map(
    (_, i) => freedom * transverseCosine(x, i, i + half, law.meanDirection) ** 2,
  );
  const ratio = meanOfArray(squares);
  if (!(ratio > 1 && differs(ratio, relativeError(squares, 1)))) return [];
  const used = (freedom / ratio).toPrecision(3);
  return [`Not a von Mises–Fisher law: around its mean ${name} uses about ${used} of ${freedom} directions.`];
}

function differs(ratio: number, error: number): boolean {
  return Math.abs(ratio - 1) > Math.max(practical, manyErrors * error);
}

function relativeError(values: Float64Array, scale: number): number {
  const centre = meanOfArray(values);
  const variance = meanOfArray(values.map((value) => (value - centre) ** 2));
  return Math.sqrt(variance / values.length) / scale;
}

function cosine({ dim, data }: RowMatrix, i: number, mu: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += data[i * dim + k]! * mu[k]!;
  return sum;
}

/** ⟨u_i, u_j⟩; 0 where a row lies on the axis. */
function transverseCosine(x: RowMatrix, i: number, j: number, mu: Float64Array): number {
  const { dim, data } = x;
  const [a, b] = [cosine(x, i, mu), cosine(x, j, mu)];
  let [inner, first, second] = [0, 0, 0];
  for (let k = 0; k < dim; k++) {
    const u = data[i * dim + k]! - a * mu[k]!;
    const v = data[j * dim + k]! - b * mu[k]!;
    inner += u * v;
    first += u * u;
    second += v * v;
  }
  return first === 0 || second === 0 ? 0 : inner / Math.sqrt(first * second);
}
