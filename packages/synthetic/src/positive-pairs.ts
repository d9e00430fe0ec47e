// Anchors and positives: a uniform point of the sphere and a noisy copy of it, so that the alignment potential is constant,
// its Gibbs law uniform at every temperature, and the best possible retrieval one integral.

import { logSphereArea, vonMisesFisher } from "@nce-geometry/manifold";
import type { Random, RowMatrix } from "@nce-geometry/tensor";
import type { Conditional } from "./conditional.ts";
import type { UniformSphereLaw } from "./law.ts";
import { requireCount, requireNonNegative, requireOneOf, requireOption, requireWithin } from "./option-checks.ts";
import {
  type AngleQuadrature,
  meanCosine,
  recallAmongUniform,
  tangentNormalAngles,
  vonMisesFisherAngles,
} from "./pair-angles.ts";
import { uniformRows } from "./rows.ts";
import { sampleAround, tangentNoise } from "./sample-around.ts";

/** The law of a positive given its anchor. */
type PairNoise = Extract<Conditional, { readonly kind: "vonMisesFisher" | "tangent" }>;

export interface PositivePairsOptions {
  readonly kind: "positivePairs";
  /** Pairs n, at least 1. */
  readonly pairs: number;
  /** Dimension d of the embeddings, 2 to 4096. */
  readonly dim: number;
  /** @defaultValue { kind: "vonMisesFisher", concentration: 50 } */
  readonly noise?: PairNoise;
}

export interface PositivePairsTruth {
  readonly kind: "positivePairs";
  /** Both marginals are uniform. */
  readonly laws: { readonly x: UniformSphereLaw; readonly y: UniformSphereLaw };
  readonly conditional: PairNoise;
  /** U(z) = −E⟨z, y⟩ for every z: −A(κ) for von Mises–Fisher noise. The Gibbs law of U is uniform. */
  readonly potential: number;
  /** E⟨x, y⟩ = −U. */
  readonly pairCosine: number;
  /** log |S^{d−1}| of both marginals, nats. */
  readonly entropy: number;
  /** log |S^{d−1}| − H(y|x), nats; null for tangent noise. */
  readonly mutualInformation: number | null;
  /**
   * Expected recall at 1, 5, 10 by cosine among the n pairs; the best possible for von Mises–Fisher noise, under which the
   * cosine orders candidates as their likelihood does.
   */
  readonly recall: { readonly "1": number; readonly "5": number; readonly "10": number };
}

/**
 * Uniform anchors with noisy copies.
 *
 * Shapes:   → x, y [n, d] of unit rows.
 * Limits:   κ = 0 → independent pairs, potential 0, recall k/n;  κ → ∞, scale → 0 → y = x, potential −1, recall 1.
 * Throws:   InputError E_OPTION.
 */
export function generatePositivePairs(
  random: Random,
  options: PositivePairsOptions,
): { readonly x: RowMatrix; readonly y: RowMatrix; readonly truth: PositivePairsTruth } {
  const where = "generatePositivePairs";
  const { pairs, dim, noise = { kind: "vonMisesFisher", concentration: 50 } } = options;
  requireCount(where, "pairs", pairs, 1);
  requireOption(where, "dim", Number.isInteger(dim) && dim >= 2 && dim <= 4096, "an integer in [2, 4096]", dim);
  checkNoise(where, noise);
  const x = uniformRows(random.split("anchors"), pairs, dim);
  const y =
    noise.kind === "tangent"
      ? tangentNoise(random.split("noise"), x, noise.scale)
      : sampleAround(random.split("noise"), x, noise.concentration);
  return { x, y, truth: truthOf(pairs, dim, noise) };
}

function checkNoise(where: string, noise: PairNoise): void {
  requireOneOf(where, "noise.kind", noise?.kind, ["vonMisesFisher", "tangent"]);
  if (noise.kind === "tangent") requireNonNegative(where, "noise.scale", noise.scale);
  else requireWithin(where, "noise.concentration", noise.concentration, 0, 1e9);
}

function truthOf(pairs: number, dim: number, noise: PairNoise): PositivePairsTruth {
  const angles = anglesOf(dim, noise);
  // The law of a positive about any anchor.
  const law =
    noise.kind === "vonMisesFisher"
      ? vonMisesFisher({ meanDirection: new Float64Array(dim).with(0, 1), concentration: noise.concentration })
      : null;
  const pairCosine = law?.meanResultantLength ?? meanCosine(angles);
  const recall = (k: number): number => recallAmongUniform(angles, pairs, k);
  const uniform: UniformSphereLaw = { kind: "uniformSphere", dim };
  return {
    kind: "positivePairs",
    laws: { x: uniform, y: uniform },
    conditional: noise,
    potential: -pairCosine,
    pairCosine,
    entropy: logSphereArea(dim),
    mutualInformation: law?.klToUniform ?? null,
    recall: { "1": recall(1), "5": recall(5), "10": recall(10) },
  };
}

function anglesOf(dim: number, noise: PairNoise): AngleQuadrature {
  return noise.kind === "tangent"
    ? tangentNormalAngles(dim, noise.scale)
    : vonMisesFisherAngles(dim, noise.concentration);
}
