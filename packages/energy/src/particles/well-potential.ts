import {
  add,
  div,
  fromData,
  InputError,
  logSumExp,
  matMul,
  mul,
  neg,
  type RowMatrix,
  type Tensor,
} from "@nce-geometry/tensor";
import { refuseOption, requirePositive } from "../checks.ts";
import type { Potential } from "./potential.ts";

export interface WellPotentialOptions {
  /** Unit vectors m_k at the bottoms of the wells, at least one. */
  readonly wells: readonly ArrayLike<number>[];
  /** κ > 0: how sharply the wells are told apart. */
  readonly concentration: number;
  /** w_k > 0, up to a common factor. @defaultValue equal weights */
  readonly weights?: readonly number[];
}

/**
 * A smooth potential with wells on the unit sphere: the logarithm of a mixture of von Mises–Fisher laws, in units of its concentration.
 *
 * Math:     U(z) = −(1/κ) log Σ_k w_k e^{κ⟨z, m_k⟩},  Σ w_k = 1
 * Shapes:   [n, d] → [n].
 * Domain:   ‖m_k‖ = 1 within 1e-6, κ > 0, w_k > 0.
 * Limits:   one well → −⟨z, m⟩;  κ → ∞ → −max_k ⟨z, m_k⟩;  Gibbs law at τ = 1/κ: the mixture itself.
 * Numerics: log-sum-exp. The same numbers on tensors and on rows up to rounding.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2601.19597, the simulation on S² with two wells, κ = 12.
 */
export function wellPotential(options: WellPotentialOptions): Potential {
  const { wells, concentration: kappa } = options;
  const logWeights = checkWells(options);
  const [count, dim] = [wells.length, wells[0]!.length];
  const centers = Float64Array.from(wells.flatMap((well) => Array.from(well)));
  const onTensors = (z: Tensor): Tensor => {
    return z.backend.scope(() => {
      const cosines = matMul(z, fromData(z.backend, centers, [count, dim]), { transposeB: true });
      const exponents = add(mul(cosines, kappa), fromData(z.backend, logWeights, [1, count]));
      return neg(div(logSumExp(exponents, { axis: 1 }), kappa));
    });
  };
  return Object.assign(onTensors, { onRows: (z: RowMatrix) => wellsOnRows(z, { centers, logWeights, kappa }) });
}

interface Wells {
  /** [k, d]. */
  readonly centers: Float64Array;
  readonly logWeights: Float64Array;
  readonly kappa: number;
}

function wellsOnRows({ rows, dim, data }: RowMatrix, { centers, logWeights, kappa }: Wells) {
  const values = new Float64Array(rows);
  const gradient = new Float64Array(rows * dim);
  const exponents = new Float64Array(logWeights.length);
  for (let i = 0; i < rows; i++) {
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < exponents.length; k++) {
      let cosine = 0;
      for (let c = 0; c < dim; c++) cosine += data[i * dim + c]! * centers[k * dim + c]!;
      exponents[k] = kappa * cosine + logWeights[k]!;
      top = Math.max(top, exponents[k]!);
    }
    let total = 0;
    for (let k = 0; k < exponents.length; k++) total += Math.exp(exponents[k]! - top);
    const log = top + Math.log(total);
    values[i] = -log / kappa;
    for (let k = 0; k < exponents.length; k++) {
      const share = Math.exp(exponents[k]! - log);
      for (let c = 0; c < dim; c++) gradient[i * dim + c]! -= share * centers[k * dim + c]!;
    }
  }
  return { values, gradient };
}

/** Logarithms of the weights, normalised. */
function checkWells({ wells, concentration, weights }: WellPotentialOptions): Float64Array {
  const where = "wellPotential";
  requirePositive(where, "concentration", concentration);
  if (wells.length === 0) refuseOption(where, "wells", "at least one unit vector", "none");
  for (const [k, well] of wells.entries()) {
    if (well.length !== wells[0]!.length || well.length < 2) {
      const expected =
        wells[0]!.length < 2 ? "of at least 2 numbers" : `of ${wells[0]!.length} numbers, as \`wells[0]\` is`;
      const received = `${well.length}`;
      throw new InputError({ code: "E_SHAPE", where, argument: `wells[${k}]`, expected, received });
    }
    const norm = Math.hypot(...Array.from(well));
    if (!(Math.abs(norm - 1) <= 1e-6)) refuseOption(where, `wells[${k}]`, "a unit vector", `one of norm ${norm}`);
  }
  const given = weights ?? wells.map(() => 1);
  if (given.length !== wells.length) {
    const expected = `${wells.length} numbers, one per well`;
    throw new InputError({ code: "E_SHAPE", where, argument: "weights", expected, received: `${given.length}` });
  }
  given.forEach((weight, k) => {
    requirePositive(where, `weights[${k}]`, weight);
  });
  const total = given.reduce((a, b) => a + b);
  return Float64Array.from(given, (weight) => Math.log(weight / total));
}
