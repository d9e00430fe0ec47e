// Controls that need covariances: whitening, the map between Gaussian laws, and the rotation of Procrustes.

import { InputError, type RowMatrix } from "@nce-geometry/tensor";
import { Matrix, SVD } from "ml-matrix";
import type { ResolvedControl } from "./control-options.ts";
import type { ControlStep } from "./control-transform.ts";
import type { BothSteps } from "./mean-controls.ts";
import {
  averageCovariance,
  centredAt,
  covarianceOf,
  meanOf,
  productOf,
  shrunken,
  spectralForm,
  square,
} from "./moments.ts";
import { gatherRows, ownersOf, type PairRows } from "./pair-rows.ts";

/** Steps with the shrinkage of each covariance behind them. */
export interface ShrunkenSteps {
  readonly steps: BothSteps;
  readonly shrinkage: readonly number[];
}

/** See {@link WhitenControl}. */
export function whitenSteps(where: string, pair: PairRows, options: ResolvedControl<"whiten">): ShrunkenSteps {
  const { dim } = pair.x;
  const [x, y] = [momentsOf(pair.x), momentsOf(pair.y)];
  const covariances =
    options.covariance === "shared" ? [averageCovariance(x.covariance, y.covariance)] : [x.covariance, y.covariance];
  const shrunk = covariances.map((covariance) => shrunken(covariance, dim, options.shrinkage));
  const roots = shrunk.map(
    ({ data }) => spectralForm(where, data, dim).apply((value) => 1 / Math.sqrt(value)).data as Float64Array,
  );
  const steps = (mean: Float64Array, matrix: Float64Array): readonly ControlStep<Float64Array>[] => [
    { op: "subtract", vector: mean },
    { op: "multiply", matrix },
  ];
  return {
    steps: { x: steps(x.mean, roots[0]!), y: steps(y.mean, roots.at(-1)!) },
    shrinkage: shrunk.map(({ alpha }) => alpha),
  };
}

/**
 * See {@link GaussianMapControl}.
 *
 * Math: A = C_X^{−½}(C_X^{½} C_Y C_X^{½})^{½} C_X^{−½} takes N(0, C_X) to N(0, C_Y); half way is ½(I + A), and ½(I + A^{−1}) for y.
 */
export function gaussianMapSteps(
  where: string,
  pair: PairRows,
  options: ResolvedControl<"gaussianMap">,
): ShrunkenSteps {
  const { dim } = pair.x;
  const { target, keepMean, shrinkage } = options;
  const [x, y] = [momentsOf(pair.x), momentsOf(pair.y)];
  const [ofX, ofY] = [shrunken(x.covariance, dim, shrinkage), shrunken(y.covariance, dim, shrinkage)];
  const spectrumX = spectralForm(where, ofX.data, dim);
  const root = spectrumX.apply(Math.sqrt);
  const inverseRoot = spectrumX.apply((value) => 1 / Math.sqrt(value));
  const middle = symmetric(between(root, square(ofY.data, dim)), dim);
  const spectrum = spectralForm(where, middle, dim);
  const forth = () => between(inverseRoot, spectrum.apply(Math.sqrt));
  const back = () =>
    between(
      root,
      spectrum.apply((value) => 1 / Math.sqrt(value)),
    );
  const half = (map: Float64Array) => map.map((value, at) => (value + (at % (dim + 1) === 0 ? 1 : 0)) / 2);
  const maps = {
    midpoint: () => ({ x: half(forth()), y: half(back()) }),
    y: () => ({ x: forth(), y: undefined }),
    x: () => ({ x: undefined, y: back() }),
  }[target]();
  const weight = { midpoint: 0.5, y: 0, x: 1 }[target];
  // Subtracting its negative adds it back.
  const kept = x.mean.map((value, k) => -(weight * value + (1 - weight) * y.mean[k]!));
  const steps = (mean: Float64Array, map: Float64Array | undefined): readonly ControlStep<Float64Array>[] => [
    { op: "subtract", vector: mean },
    ...(map ? ([{ op: "multiply", matrix: symmetric(map, dim) }] as const) : []),
    ...(keepMean ? ([{ op: "subtract", vector: kept }] as const) : []),
  ];
  return { steps: { x: steps(x.mean, maps.x), y: steps(y.mean, maps.y) }, shrinkage: [ofX.alpha, ofY.alpha] };
}

/** Weight of the identity that decides where the pairs do not, half way between rounding and the data. */
const tieBreak = Math.sqrt(Number.EPSILON);

/** See {@link ProcrustesControl}: the orthogonal factor UVᵀ of XᵀY + ρsI = USVᵀ. */
export function procrustesSteps(where: string, pair: PairRows, options: ResolvedControl<"procrustes">): BothSteps {
  const { dim } = pair.x;
  const [meanX, meanY] = [meanOf(pair.x), meanOf(pair.y)];
  const product = productOf(centredAt(gatherRows(pair.x, ownersOf(pair.pairing)), meanX), centredAt(pair.y, meanY));
  const scale = Math.sqrt(product.reduce((sum, value) => sum + value * value, 0) / dim);
  // The centred rows of one item, or of equal ones, are rounding.
  if (scale <= pair.y.rows * Number.EPSILON ** 2 * dim) {
    const received = "rows that are uncorrelated with those of `x`";
    throw new InputError({ code: "E_DOMAIN", where, argument: "y", expected: "related to `x`", received });
  }
  const identity = Math.max(options.towardsIdentity, tieBreak);
  const matrix = Matrix.from1DArray(
    dim,
    dim,
    product.map((value) => value / scale),
  );
  for (let k = 0; k < dim; k++) matrix.set(k, k, matrix.get(k, k) + identity);
  const { leftSingularVectors, rightSingularVectors } = new SVD(matrix);
  const rows = (matrix: Matrix) => square(Float64Array.from(matrix.transpose().to1DArray()), dim);
  const rotation = productOf(rows(leftSingularVectors), rows(rightSingularVectors));
  return {
    x: [
      { op: "subtract", vector: meanX },
      { op: "multiply", matrix: rotation },
    ],
    y: [{ op: "subtract", vector: meanY }],
  };
}

function momentsOf(rows: PairRows["x"]) {
  const mean = meanOf(rows);
  return { mean, covariance: covarianceOf(centredAt(rows, mean)) };
}

/** R M R of symmetric matrices. */
function between(outer: RowMatrix, inner: RowMatrix): Float64Array {
  // productOf takes the transpose of its first argument: (M R)ᵀ R.
  return productOf(square(productOf(inner, outer), outer.dim), outer);
}

/** The symmetric part: products of symmetric matrices are symmetric to rounding alone. */
function symmetric(matrix: Float64Array, dim: number): Float64Array {
  return matrix.map((value, at) => (value + matrix[(at % dim) * dim + Math.floor(at / dim)]!) / 2);
}
