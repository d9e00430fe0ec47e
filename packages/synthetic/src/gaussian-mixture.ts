// A mixture of isotropic Gaussians in R^d, the inputs of the gradient-consistency experiment, with augmented copies.
// Notation: μ_k means of length s, σ deviation, ρ(z) = Σ_k w_k N(z; μ_k, σ²I).

import { logSumExpOfArray, type Random, type RowMatrix } from "@nce-geometry/tensor";
import type { Conditional } from "./conditional.ts";
import { type Estimate, estimateOf } from "./known.ts";
import type { GaussianMixtureLaw } from "./law.ts";
import { requireCount, requireNonNegative, requireOption, requirePositive, requireWeights } from "./option-checks.ts";
import { drawLabels, makeRows, rowOf, uniformRows } from "./rows.ts";

export interface GaussianMixtureOptions {
  readonly kind: "gaussianMixture";
  /** Rows n, at least 1. */
  readonly rows: number;
  /** Dimension d. @defaultValue 64 */
  readonly dim?: number;
  /** Number of components. @defaultValue 4 */
  readonly components?: number;
  /** Their probabilities, > 0 with sum 1. @defaultValue equal */
  readonly weights?: readonly number[];
  /** Length s of the means, whose directions are uniform. @defaultValue 4 */
  readonly separation?: number;
  /** Standard deviation σ of each coordinate about its mean. @defaultValue 1 */
  readonly deviation?: number;
  /** Standard deviation of each coordinate of the augmentation that makes y from x. @defaultValue 0.05 */
  readonly augmentation?: number;
}

export interface GaussianMixtureTruth {
  readonly kind: "gaussianMixture";
  readonly laws: {
    readonly x: GaussianMixtureLaw;
    /** The same mixture with deviation √(σ² + augmentation²). */
    readonly y: GaussianMixtureLaw;
  };
  /** y given x is N(x, augmentation² I). */
  readonly conditional: Extract<Conditional, { readonly kind: "gaussian" }>;
  /** Σ_k w_k μ_k. */
  readonly mean: readonly number[];
  /** E‖x − E x‖² = dσ² + Σ_k w_k ‖μ_k − E x‖². */
  readonly totalVariance: number;
  /** E‖y − x‖² = d·augmentation². */
  readonly meanSquaredPairDistance: number;
  /** −E log ρ over a sample of its own; nats. */
  readonly entropy: Estimate;
  /** −log ∫ρ², closed form; a lower bound of the entropy. Nats. */
  readonly collisionEntropy: number;
}

const entropySamples = 4096;

/**
 * Rows of a mixture of Gaussians, each with an augmented copy.
 *
 * Shapes:   → x, y [n, d]; labels [n], the component of each row.
 * Limits:   one component → entropy ½d log(2πeσ²), collision entropy ½d log(4πσ²);  augmentation = 0 → y = x.
 * Throws:   InputError E_OPTION.
 * Source:   defaults: arXiv:2601.19597.
 */
export function generateGaussianMixture(
  random: Random,
  options: GaussianMixtureOptions,
): {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly labels: Int32Array;
  readonly truth: GaussianMixtureTruth;
} {
  const { rows, dim, deviation, augmentation, law } = resolve(random, options);
  const [x, labels] = draw(random.split("rows"), law, rows);
  const noise = random.split("augmentation").normal(rows * dim);
  const y = { rows, dim, data: x.data.map((value, at) => value + augmentation * noise[at]!) };
  const mean = Array.from({ length: dim }, (_, k) => law.components.reduce((sum, c) => sum + c.weight * c.mean[k]!, 0));
  const spread = law.components.reduce((sum, c) => sum + c.weight * squaredDistance(c.mean, mean), 0);
  let entropy: Estimate | undefined;
  const truth: GaussianMixtureTruth = {
    kind: "gaussianMixture",
    laws: { x: law, y: { ...law, deviation: Math.hypot(deviation, augmentation) } },
    conditional: { kind: "gaussian", deviation: augmentation },
    mean,
    totalVariance: dim * deviation ** 2 + spread,
    meanSquaredPairDistance: dim * augmentation ** 2,
    // It takes thousands of draws and is often not wanted.
    get entropy() {
      entropy ??= entropyOf(random.split("entropy"), law);
      return entropy;
    },
    collisionEntropy: -logOverlap(law),
  };
  return { x, y, labels, truth };
}

function entropyOf(random: Random, law: GaussianMixtureLaw): Estimate {
  const [sample] = draw(random, law, entropySamples);
  return estimateOf(logGaussianMixtureDensity(law, sample).map((value) => -value));
}

/** log ρ at each row. */
export function logGaussianMixtureDensity(law: GaussianMixtureLaw, points: RowMatrix): Float64Array {
  const { dim, deviation, components } = law;
  const constant = -(dim / 2) * Math.log(2 * Math.PI * deviation ** 2);
  return new Float64Array(points.rows).map((_, i) => {
    const z = rowOf(points, i);
    const terms = components.map((c) => Math.log(c.weight) - squaredDistance(z, c.mean) / (2 * deviation ** 2));
    return constant + logSumExpOfArray(terms);
  });
}

function resolve(random: Random, options: GaussianMixtureOptions) {
  const where = "generateGaussianMixture";
  const { rows, dim = 64, components = 4, separation = 4, deviation = 1, augmentation = 0.05 } = options;
  requireCount(where, "rows", rows, 1);
  requireCount(where, "dim", dim, 1);
  requireCount(where, "components", components, 1);
  requireNonNegative(where, "separation", separation);
  requirePositive(where, "deviation", deviation);
  requireNonNegative(where, "augmentation", augmentation);
  const weights = options.weights ?? new Array<number>(components).fill(1 / components);
  requireOption(where, "weights", weights.length === components, `${components} numbers > 0 with sum 1`, weights);
  requireWeights(where, "weights", weights);
  const directions = uniformRows(random.split("means"), components, dim);
  const law: GaussianMixtureLaw = {
    kind: "gaussianMixture",
    dim,
    deviation,
    components: weights.map((weight, k) => ({ weight, mean: Array.from(rowOf(directions, k), (v) => separation * v) })),
  };
  return { rows, dim, deviation, augmentation, law };
}

function draw(random: Random, law: GaussianMixtureLaw, rows: number): [RowMatrix, Int32Array] {
  const { dim, deviation, components } = law;
  const labels = drawLabels(
    random.split("labels"),
    rows,
    components.map(({ weight }) => weight),
  );
  const noise = random.split("noise").normal(rows * dim);
  const matrix = makeRows(rows, dim, (row, i) => {
    const { mean } = components[labels[i]!]!;
    for (let k = 0; k < dim; k++) row[k] = mean[k]! + deviation * noise[i * dim + k]!;
  });
  return [matrix, labels];
}

/** log ∫ρ² = log Σ_kl w_k w_l N(μ_k − μ_l; 0, 2σ²I). */
function logOverlap({ dim, deviation, components }: GaussianMixtureLaw): number {
  const terms = components.flatMap((a) =>
    components.map((b) => Math.log(a.weight * b.weight) - squaredDistance(a.mean, b.mean) / (4 * deviation ** 2)),
  );
  return logSumExpOfArray(terms) - (dim / 2) * Math.log(4 * Math.PI * deviation ** 2);
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return sum;
}
