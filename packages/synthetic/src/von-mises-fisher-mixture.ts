// von Mises–Fisher laws and their mixtures on S^{d−1}. Notation: w weights, μ means, κ concentrations, A(κ) = E⟨μ, z⟩.

import { type VonMisesFisher, vonMisesFisher } from "@nce-geometry/manifold";
import { logSumExpOfArray, type Random, type RowMatrix } from "@nce-geometry/tensor";
import { type Estimate, estimateOf } from "./known.ts";
import type { VonMisesFisherMixtureLaw } from "./law.ts";
import { requireCount, requireOption, requireUnitVector, requireWeights, requireWithin } from "./option-checks.ts";
import { dot, drawLabels, makeRows, rowOf, uniformRows } from "./rows.ts";
import { sampleAround } from "./sample-around.ts";

export interface VonMisesFisherMixtureOptions {
  readonly kind: "vonMisesFisherMixture";
  /** Rows n, at least 1. */
  readonly rows: number;
  /** Dimension d of the embeddings, 2 to 4096. */
  readonly dim: number;
  /** Concentration κ of each component, 0 to 1e9. @defaultValue [20], one component */
  readonly concentrations?: readonly number[];
  /** Probabilities of the components, > 0 with sum 1. @defaultValue equal */
  readonly weights?: readonly number[];
  /** Mean directions, unit vectors. @defaultValue uniform at random */
  readonly means?: readonly (readonly number[])[];
}

export interface VonMisesFisherMixtureTruth {
  readonly kind: "vonMisesFisherMixture";
  readonly law: VonMisesFisherMixtureLaw;
  /** E z = Σ_k w_k A(κ_k) μ_k. */
  readonly mean: readonly number[];
  /** E⟨z, z'⟩ = ‖E z‖²: the cone effect. */
  readonly meanCosine: number;
  /** −E log ρ, nats: closed form for one component, a mean over a sample of its own for several. */
  readonly entropy: number | Estimate;
  /** −log ∫ρ², closed form; a lower bound of the entropy. Nats. */
  readonly collisionEntropy: number;
}

const entropySamples = 4096;

/**
 * Independent samples of a mixture of von Mises–Fisher laws.
 *
 * Shapes:   → x [n, d] of unit rows; labels [n], the component of each row.
 * Limits:   κ = 0 → uniform;  one component → meanCosine A(κ)²; far components → collisionEntropy of the parts, less log Σw².
 * Throws:   InputError E_OPTION.
 */
export function generateVonMisesFisherMixture(
  random: Random,
  options: VonMisesFisherMixtureOptions,
): { readonly x: RowMatrix; readonly labels: Int32Array; readonly truth: VonMisesFisherMixtureTruth } {
  const law = resolve(random, options);
  const { components, dim } = law;
  const [x, labels] = draw(random.split("rows"), law, options.rows);
  const mean = new Float64Array(dim);
  for (const component of components) {
    const length = component.weight * lawOf(component).meanResultantLength;
    component.mean.forEach((value, k) => {
      mean[k]! += length * value;
    });
  }
  const truth: VonMisesFisherMixtureTruth = {
    kind: "vonMisesFisherMixture",
    law,
    mean: [...mean],
    meanCosine: dot(mean, mean),
    entropy: components.length === 1 ? lawOf(components[0]!).entropy : estimateEntropy(random, law),
    collisionEntropy: -logOverlap(law),
  };
  return { x, labels, truth };
}

/** log ρ at each row, which must be a unit vector. */
export function logVonMisesFisherMixtureDensity(law: VonMisesFisherMixtureLaw, points: RowMatrix): Float64Array {
  const terms = law.components.map((component) => {
    const logWeight = Math.log(component.weight);
    return lawOf(component)
      .rows.logDensity(points)
      .map((value) => value + logWeight);
  });
  return new Float64Array(points.rows).map((_, i) => logSumExpOfArray(terms.map((term) => term[i]!)));
}

/** log ∫ρ² = log Σ_kl w_k w_l ∫ρ_k ρ_l. */
function logOverlap({ components }: VonMisesFisherMixtureLaw): number {
  const laws = components.map(lawOf);
  const terms = components.flatMap((a, k) =>
    components.map((b, l) => Math.log(a.weight * b.weight) + laws[k]!.logOverlap(laws[l]!)),
  );
  return logSumExpOfArray(terms);
}

function lawOf(component: VonMisesFisherMixtureLaw["components"][number]): VonMisesFisher {
  return vonMisesFisher({ meanDirection: component.mean, concentration: component.concentration });
}

function resolve(random: Random, options: VonMisesFisherMixtureOptions): VonMisesFisherMixtureLaw {
  const where = "generateVonMisesFisherMixture";
  const { rows, dim, concentrations = [20] } = options;
  requireCount(where, "rows", rows, 1);
  requireOption(where, "dim", Number.isInteger(dim) && dim >= 2 && dim <= 4096, "an integer in [2, 4096]", dim);
  const count = concentrations.length;
  requireOption(
    where,
    "concentrations",
    Array.isArray(concentrations) && count > 0,
    "one or more numbers",
    concentrations,
  );
  concentrations.forEach((kappa, k) => {
    requireWithin(where, `concentrations[${k}]`, kappa, 0, 1e9);
  });
  const weights = options.weights ?? new Array<number>(count).fill(1 / count);
  requireWeights(where, "weights", weights);
  requireOption(
    where,
    "weights",
    weights.length === count,
    `${count} numbers, one for each concentration`,
    weights.length,
  );
  const drawn = uniformRows(random.split("means"), count, dim);
  const means = options.means ?? Array.from({ length: count }, (_, k) => [...rowOf(drawn, k)]);
  requireOption(where, "means", means.length === count, `${count} vectors, one for each concentration`, means.length);
  means.forEach((mean, k) => {
    requireUnitVector(where, `means[${k}]`, mean, dim);
  });
  return {
    kind: "vonMisesFisherMixture",
    dim,
    components: concentrations.map((concentration, k) => ({ weight: weights[k]!, mean: means[k]!, concentration })),
  };
}

/** Every component has a stream of its own; its samples go to its rows in order. */
function draw(random: Random, { dim, components }: VonMisesFisherMixtureLaw, rows: number): [RowMatrix, Int32Array] {
  const weights = components.map(({ weight }) => weight);
  const labels = drawLabels(random.split("labels"), rows, weights);
  const x: RowMatrix = makeRows(rows, dim, () => {});
  components.forEach(({ mean, concentration }, k) => {
    const own = Array.from(labels.keys()).filter((i) => labels[i] === k);
    if (own.length === 0) return;
    const centres = makeRows(own.length, dim, (row) => row.set(mean));
    const sample = sampleAround(random.split(k), centres, concentration);
    own.forEach((i, j) => {
      rowOf(x, i).set(rowOf(sample, j));
    });
  });
  return [x, labels];
}

function estimateEntropy(random: Random, law: VonMisesFisherMixtureLaw): Estimate {
  const [sample] = draw(random.split("entropy"), law, entropySamples);
  return estimateOf(logVonMisesFisherMixtureDensity(law, sample).map((value) => -value));
}
