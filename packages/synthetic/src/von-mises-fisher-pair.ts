// Two modalities with von Mises–Fisher marginals on S^{d−1}: x ~ vMF(μ_x, κ_x), y ~ vMF(μ_y, κ_y), μ_x = e_d, μ_y at an angle
// α from it towards e_1. With p, q the heights along e_d and u, v the directions in R^{d−1}:
//   x = (√(1 − p²) u, p),   y = Q(√(1 − q²) v, q),   v ~ vMF(u, c) on S^{d−2},
// Q the rotation by α in the plane of e_d and e_1. p and q are independent; the coupling c alone pairs the modalities.

import {
  logBesselIScaled,
  logGammaRatio,
  meanResultantLength,
  type VonMisesFisher,
  vonMisesFisher,
} from "@nce-geometry/manifold";
import type { Random, RowMatrix } from "@nce-geometry/tensor";
import type { VonMisesFisherMixtureLaw } from "./law.ts";
import { requireCount, requireOption, requireWithin } from "./option-checks.ts";
import { makeRows, norm, normalizeInPlace, rowOf } from "./rows.ts";
import { sampleAround, sampleAroundAxis } from "./sample-around.ts";

export interface VonMisesFisherPairOptions {
  readonly kind: "vonMisesFisherPair";
  /** Pairs n, at least 1. */
  readonly pairs: number;
  /** Dimension d of the embeddings, 3 to 4096. */
  readonly dim: number;
  /** Angle α of the mean directions, radians, in [0, π]. @defaultValue 1 */
  readonly angle?: number;
  /** Concentration of x, 0 to 1e9. @defaultValue 20 */
  readonly concentrationX?: number;
  /** Concentration of y, 0 to 1e9. @defaultValue that of x */
  readonly concentrationY?: number;
  /** Concentration c of the partner's direction, 0 (independent) to 1e9. @defaultValue 50 */
  readonly coupling?: number;
}

export interface VonMisesFisherPairTruth {
  readonly kind: "vonMisesFisherPair";
  readonly laws: { readonly x: VonMisesFisherMixtureLaw; readonly y: VonMisesFisherMixtureLaw };
  /** D(x‖y) + D(y‖x) = 2 D_S, nats. */
  readonly jeffreys: number;
  readonly symmetricKL: number;
  readonly kl: { readonly xToY: number; readonly yToX: number };
  /** Differential entropies, nats. */
  readonly entropy: { readonly x: number; readonly y: number };
  /** log ∫ρ_x ρ_y. */
  readonly logOverlap: number;
  /** 2E‖X − Y‖ − E‖X − X'‖ − E‖Y − Y'‖. */
  readonly energyDistance: number;
  /** Squared maximum mean discrepancy with the kernel e^{−2‖x − y‖²}. */
  readonly squaredMMD: number;
  /** ‖E x − E y‖. */
  readonly centroidGap: number;
  /** Of different rows: A(κ_x)², A(κ_y)², A(κ_x)A(κ_y) cos α. */
  readonly meanCosine: { readonly xx: number; readonly yy: number; readonly xy: number };
  /** E⟨x, y⟩ of a pair: meanCosine.xy + E√(1−p²) E√(1−q²) A_{d−1}(c)·(cos α + d − 2)/(d − 1). */
  readonly pairCosine: number;
}

/**
 * Pairs with von Mises–Fisher marginals about two directions.
 *
 * Shapes:   → x, y [n, d] of unit rows.
 * Limits:   α = 0, equal κ → every divergence 0;  κ = 0 → uniform;  coupling = 0 → pairCosine is meanCosine.xy.
 * Throws:   InputError E_OPTION.
 */
export function generateVonMisesFisherPair(
  random: Random,
  options: VonMisesFisherPairOptions,
): { readonly x: RowMatrix; readonly y: RowMatrix; readonly truth: VonMisesFisherPairTruth } {
  const resolved = resolve(options);
  const { pairs, dim, angle, concentrationX, concentrationY, coupling } = resolved;
  const x = sampleAroundAxis(random.split("x"), pairs, dim, concentrationX);
  const own = sampleAroundAxis(random.split("y"), pairs, dim, concentrationY);
  const directions = makeRows(pairs, dim - 1, (row, i) => {
    row.set(rowOf(x, i).subarray(0, dim - 1));
    normalizeInPlace(row);
  });
  const partners = sampleAround(random.split("coupling"), directions, coupling);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const y = makeRows(pairs, dim, (row, i) => {
    const radius = norm(rowOf(own, i).subarray(0, dim - 1));
    rowOf(partners, i).forEach((value, k) => {
      row[k] = radius * value;
    });
    const [first, height] = [row[0]!, rowOf(own, i)[dim - 1]!];
    row[0] = cosine * first + sine * height;
    row[dim - 1] = cosine * height - sine * first;
  });
  return { x, y, truth: truthOf(resolved) };
}

type Resolved = Required<VonMisesFisherPairOptions>;

function resolve(options: VonMisesFisherPairOptions): Resolved {
  const where = "generateVonMisesFisherPair";
  const { kind, pairs, dim, angle = 1, concentrationX = 20, coupling = 50 } = options;
  const { concentrationY = concentrationX } = options;
  requireCount(where, "pairs", pairs, 1);
  requireOption(where, "dim", Number.isInteger(dim) && dim >= 3 && dim <= 4096, "an integer in [3, 4096]", dim);
  requireOption(where, "angle", angle >= 0 && angle <= Math.PI, "a number in [0, π]", angle);
  requireWithin(where, "concentrationX", concentrationX, 0, 1e9);
  requireWithin(where, "concentrationY", concentrationY, 0, 1e9);
  requireWithin(where, "coupling", coupling, 0, 1e9);
  return { kind, pairs, dim, angle, concentrationX, concentrationY, coupling };
}

function truthOf({ dim, angle, concentrationX, concentrationY, coupling }: Resolved): VonMisesFisherPairTruth {
  const axis = new Float64Array(dim).with(dim - 1, 1);
  const turned = axis.map((value, k) => Math.cos(angle) * value + (k === 0 ? Math.sin(angle) : 0));
  const x = vonMisesFisher({ meanDirection: axis, concentration: concentrationX });
  const y = vonMisesFisher({ meanDirection: turned, concentration: concentrationY });
  const [a, b] = [x.meanResultantLength, y.meanResultantLength];
  const meanCosine = { xx: a * a, yy: b * b, xy: a * b * Math.cos(angle) };
  const trace = (Math.cos(angle) + dim - 2) / (dim - 1);
  const sines = meanSine(dim, concentrationX) * meanSine(dim, concentrationY);
  return {
    kind: "vonMisesFisherPair",
    laws: { x: recordOf(x), y: recordOf(y) },
    jeffreys: x.jeffreys(y),
    symmetricKL: x.symmetricKL(y),
    kl: { xToY: x.klDivergence(y), yToX: y.klDivergence(x) },
    entropy: { x: x.entropy, y: y.entropy },
    logOverlap: x.logOverlap(y),
    energyDistance: x.energyDistance(y),
    squaredMMD: x.squaredMMD(y, { scale: 2 }),
    centroidGap: Math.sqrt((a - b) ** 2 + 4 * a * b * Math.sin(angle / 2) ** 2),
    meanCosine,
    pairCosine: meanCosine.xy + sines * meanResultantLength(dim - 1, coupling) * trace,
  };
}

function recordOf({ ambientDimension, meanDirection, concentration }: VonMisesFisher): VonMisesFisherMixtureLaw {
  return {
    kind: "vonMisesFisherMixture",
    dim: ambientDimension,
    components: [{ weight: 1, mean: [...meanDirection], concentration }],
  };
}

/** E√(1 − t²), t the height of a von Mises–Fisher law: √(2/κ) Γ(d/2)/Γ((d−1)/2) · I_{(d−1)/2}(κ)/I_{d/2−1}(κ). */
function meanSine(dim: number, kappa: number): number {
  const gammas = logGammaRatio((dim - 1) / 2, 0.5);
  // The uniform law: Γ(d/2)²/(Γ((d−1)/2) Γ((d+1)/2)).
  if (kappa < 1e-6) return Math.exp(gammas - logGammaRatio(dim / 2, 0.5));
  const bessels = logBesselIScaled((dim - 1) / 2, kappa) - logBesselIScaled(dim / 2 - 1, kappa);
  return Math.exp(0.5 * Math.log(2 / kappa) + gammas + bessels);
}
