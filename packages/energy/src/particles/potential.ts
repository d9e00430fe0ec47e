// Potentials in which particles move: a function of tensors, so that it can be differentiated, with an optional shorter way on rows.

import {
  formatShape,
  fromData,
  InputError,
  type RowMatrix,
  referenceBackend,
  sum,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";

/** U at every row: [n, d] → [n], by differentiable tensor operations, each row by itself. */
export interface Potential {
  (z: Tensor): Tensor;
  /** The same numbers in closed form in float64, which saves the tape. */
  readonly onRows?: (z: RowMatrix) => PotentialOnRows;
}

export interface PotentialOnRows {
  /** U, [n]. */
  readonly values: Float64Array;
  /** ∇U in ambient coordinates, [n, d]; only its tangential part matters. */
  readonly gradient: Float64Array;
}

/** The potential and its gradient at rows, by the shorter way where there is one. */
export function evaluatePotential(
  where: string,
  argument: string,
  potential: Potential,
  z: RowMatrix,
): PotentialOnRows {
  if (potential.onRows !== undefined) return potential.onRows(z);
  const backend = referenceBackend();
  const x = fromData(backend, Float64Array.from(z.data), [z.rows, z.dim]);
  const { gradients } = valueAndGrad((t) => sum(potentialValues(where, argument, potential, t!)), [x]);
  return { values: potential(x).dataSync() as Float64Array, gradient: gradients[0]!.dataSync() as Float64Array };
}

/** U at the rows of a tensor, of the right shape. */
export function potentialValues(where: string, argument: string, potential: Potential, z: Tensor): Tensor {
  const values = potential(z);
  if (values.shape.length === 1 && values.shape[0] === z.shape[0]) return values;
  const expected = `of shape ${formatShape([z.shape[0]!])}`;
  const received = formatShape(values.shape);
  throw new InputError({ code: "E_SHAPE", where, argument: `${argument}(z)`, expected, received });
}

/** Where a potential first is not finite, in words; undefined where it is everywhere. */
export function explainPotential(
  where: string,
  argument: string,
  potential: Potential,
  z: RowMatrix,
): string | undefined {
  const { values } = evaluatePotential(where, argument, potential, z);
  const at = values.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? undefined : `\`${argument}\` is ${values[at]} at row ${at} of ${z.rows}`;
}
