// The law of the angle between two uniform points, tabulated where it is not 0 or 1, so that millions of values cost little.

import { logBeta, logCapProbability } from "@nce-geometry/manifold";

export interface CosineLaw {
  /** P(angle ≤ θ), P the cap probability. */
  probability(angle: number): number;
  /** Σ over a stretch from θ₁ to θ₂ of P·sin θ dθ as the difference of this at its ends. */
  integral(angle: number, probability: number): number;
}

const cells = 8192;

/** The outer nodes of Gauss' rule of three points, in cells from the middle. */
const gauss = Math.sqrt(0.15);

/** Fourteen standard deviations of the cosine, 1/√d each: what lies beyond has a probability below 1e-40. */
const reach = 14;

/**
 * The law of the angle between two uniform points of S^{d−1}.
 *
 * Math:     P(θ) = ½ I_{sin²θ}((d−1)/2, ½) up to π/2 and 1 − P(π − θ) beyond;  ∫P sin θ dθ = −P cos θ + sin^{d−1}θ/((d−1)B((d−1)/2, ½)).
 * Numerics: the density integrated by Gauss' rule over 8192 cells, cubic interpolation with exact slopes between: absolute error below 1e-12.
 */
export function cosineLaw(dimension: number): CosineLaw {
  const logNormalizer = logBeta((dimension - 1) / 2, 0.5);
  const half = Math.min(Math.PI / 2, reach / Math.sqrt(dimension));
  const [low, width] = [Math.PI / 2 - half, (2 * half) / cells];
  const values = new Float64Array(cells + 1);
  const slopes = new Float64Array(cells + 1);
  const density = (angle: number) =>
    dimension === 2 ? 1 / Math.PI : Math.exp((dimension - 2) * Math.log(Math.sin(angle)) - logNormalizer);
  values[0] = half === Math.PI / 2 ? 0 : Math.exp(logCapProbability(dimension, low));
  slopes[0] = half === Math.PI / 2 && dimension > 2 ? 0 : width * density(low);
  for (let k = 0; k < cells; k++) {
    const middle = low + (k + 0.5) * width;
    const [left, right] = [density(middle - gauss * width), density(middle + gauss * width)];
    values[k + 1] = values[k]! + (width * (5 * left + 8 * density(middle) + 5 * right)) / 18;
    // The last node is π, whose sine is rounding, or its density is that of the first.
    slopes[k + 1] = k + 1 === cells ? slopes[0]! : width * density(low + (k + 1) * width);
  }
  return {
    probability(angle) {
      const at = (angle - low) / width;
      if (at <= 0) return values[0]!;
      if (at >= cells) return values[cells]!;
      const k = Math.floor(at);
      return hermite(at - k, values[k]!, values[k + 1]!, slopes[k]!, slopes[k + 1]!);
    },
    integral(angle, probability) {
      const boundary = Math.exp((dimension - 1) * Math.log(Math.sin(angle)) - logNormalizer) / (dimension - 1);
      return boundary - probability * Math.cos(angle);
    },
  };
}

function hermite(t: number, from: number, to: number, slopeFrom: number, slopeTo: number): number {
  const step = to - from;
  return from + t * (slopeFrom + t * (3 * step - 2 * slopeFrom - slopeTo + t * (slopeFrom + slopeTo - 2 * step)));
}
