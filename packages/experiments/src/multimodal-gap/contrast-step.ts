// One step's loss and gradient of two 2 × 2 encoders in closed form, on plain arrays: what `symmetricInfoNCE` and
// differentiation give, some ten times as fast.
//
// Notation: u_i = W₁x_i/‖·‖, v_i = W₂y_i/‖·‖ unit vectors of the plane, e = e^{(s−1)/τ}. For an anchor with positive weight e₊ and
// negatives that sum to N, ℓ = log1p(N/e₊), ∂ℓ/∂N = 1/(e₊ + N), ∂ℓ/∂(s₊/τ) = −N/(e₊ + N).

import { addExponentials } from "./exponentials.ts";

export interface ContrastStepOptions {
  /** Pairs of a batch, n. */
  readonly batch: number;
  /** τ ≥ 0.006, so that e^{−2/τ} does not underflow. */
  readonly temperature: number;
  readonly denominator: "cross" | "own" | "pooled" | "mixed";
  /** λ, read where the denominator is mixed. */
  readonly ownWeight: number;
}

/**
 * Features [n, 2] of both modalities and weights (W₁, W₂), each row-major, → loss in nats; the gradient by the eight weights is written to `gradient`.
 */
export type ContrastStep = (x: Float64Array, y: Float64Array, weights: Float64Array, gradient: Float64Array) => number;

/**
 * Symmetric InfoNCE of two normalised linear encoders of the plane with its gradient.
 *
 * Math:     L = (1/2n) Σ_i (ℓ_i^{x→y} + ℓ_i^{y→x}), negatives of the other modality (cross), of the own (own), of both (pooled), or
 *           (1 − λ)·ℓ of the first and λ·ℓ of the second (mixed); the positive counts in each.
 * Limits:   `symmetricInfoNCE` of the losses package on the reference backend, with the same options.
 * Numerics: losses keep their relative accuracy near 0. Scores are at most 1, so that e^{(s−1)/τ} never overflows.
 */
export function createContrastStep(options: ContrastStepOptions): ContrastStep {
  const { batch: n, temperature: tau, denominator } = options;
  const sides = [createSide(n), createSide(n)] as const;
  const [left, right] = sides;
  const withCross = denominator !== "own";
  const withOwn = denominator !== "cross";
  const cross = new Float64Array(withCross ? n * n : 0);
  const own = sides.map(() => new Float64Array(withOwn ? (n * (n - 1)) / 2 : 0));
  const terms = termsOf(options);
  return (x, y, weights, gradient) => {
    encode(left, x, weights, 0);
    encode(right, y, weights, 4);
    if (withCross) crossSums(cross, left, right, tau);
    if (withOwn) for (const [k, side] of sides.entries()) ownSums(own[k]!, side, tau);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const score = left.u[i]! * right.u[i]! + left.v[i]! * right.v[i]!;
      const positive = Math.exp((score - 1) / tau);
      let pull = 0;
      for (const side of sides) {
        const { loss: part, pull: away } = anchorTerms(side, i, positive, terms);
        loss += part;
        pull += away;
      }
      attract(left, right, i, -pull);
    }
    if (withCross) crossGradient(cross, left, right);
    if (withOwn) for (const [k, side] of sides.entries()) ownGradient(own[k]!, side);
    gradient.fill(0);
    const scale = 1 / (2 * n * tau);
    weightGradient(gradient, left, x, 0, scale);
    weightGradient(gradient, right, y, 4, scale);
    return loss / (2 * n);
  };
}

/** Unit vectors of one modality, their sums of negatives, and what is found on the way back. */
interface Side {
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly norm: Float64Array;
  readonly crossSum: Float64Array;
  readonly ownSum: Float64Array;
  /** ∂ℓ/∂N of the two kinds of negatives. */
  readonly crossSlope: Float64Array;
  readonly ownSlope: Float64Array;
  readonly toU: Float64Array;
  readonly toV: Float64Array;
}

/** A logarithm in the loss: its weight, and how much the two kinds of negatives count in it. */
interface Term {
  readonly weight: number;
  readonly cross: 0 | 1;
  readonly own: 0 | 1;
}

function termsOf({ denominator, ownWeight }: ContrastStepOptions): readonly Term[] {
  if (denominator === "cross") return [{ weight: 1, cross: 1, own: 0 }];
  if (denominator === "own") return [{ weight: 1, cross: 0, own: 1 }];
  if (denominator === "pooled") return [{ weight: 1, cross: 1, own: 1 }];
  return [
    { weight: 1 - ownWeight, cross: 1, own: 0 },
    { weight: ownWeight, cross: 0, own: 1 },
  ];
}

function createSide(n: number): Side {
  const array = () => new Float64Array(n);
  return {
    u: array(),
    v: array(),
    norm: array(),
    crossSum: array(),
    ownSum: array(),
    crossSlope: array(),
    ownSlope: array(),
    toU: array(),
    toV: array(),
  };
}

function encode(side: Side, x: Float64Array, weights: Float64Array, from: number): void {
  const [a, b, c, d] = [weights[from]!, weights[from + 1]!, weights[from + 2]!, weights[from + 3]!];
  for (let i = 0; i < side.u.length; i++) {
    const [p, q] = [x[2 * i]!, x[2 * i + 1]!];
    const [h, k] = [a * p + b * q, c * p + d * q];
    const norm = Math.sqrt(h * h + k * k);
    side.norm[i] = norm;
    side.u[i] = h / norm;
    side.v[i] = k / norm;
  }
  for (const array of [side.crossSum, side.ownSum, side.toU, side.toV]) array.fill(0);
}

/** Exponentials of all pairs across, and their sums along rows and columns; partners are left out, and are 0. */
function crossSums(out: Float64Array, left: Side, right: Side, tau: number): void {
  const n = left.u.length;
  const vectors = { u: right.u, v: right.v, sums: right.crossSum };
  for (let i = 0; i < n; i++) {
    const [p, q, start] = [left.u[i]! / tau, left.v[i]! / tau, i * n];
    const before = addExponentials(out, { from: 0, to: i, start }, vectors, p, q, 1 / tau);
    left.crossSum[i] = before + addExponentials(out, { from: i + 1, to: n, start }, vectors, p, q, 1 / tau);
  }
}

/** Exponentials of the pairs j < i of one modality, row after row, and their sums for both. */
function ownSums(out: Float64Array, { u, v, ownSum }: Side, tau: number): void {
  const vectors = { u, v, sums: ownSum };
  for (let i = 1; i < u.length; i++) {
    const span = { from: 0, to: i, start: (i * (i - 1)) / 2 };
    ownSum[i]! += addExponentials(out, span, vectors, u[i]! / tau, v[i]! / tau, 1 / tau);
  }
}

/** Loss of anchor i of a side and how hard it pulls its positive; notes the slopes by its negatives. */
function anchorTerms(
  side: Side,
  i: number,
  positive: number,
  terms: readonly Term[],
): { readonly loss: number; readonly pull: number } {
  let [loss, pull, crossSlope, ownSlope] = [0, 0, 0, 0];
  for (const { weight, cross, own } of terms) {
    const negatives = cross * side.crossSum[i]! + own * side.ownSum[i]!;
    const slope = weight / (positive + negatives);
    loss += weight * Math.log1p(negatives / positive);
    pull += slope * negatives;
    crossSlope += cross * slope;
    ownSlope += own * slope;
  }
  side.crossSlope[i] = crossSlope;
  side.ownSlope[i] = ownSlope;
  return { loss, pull };
}

/** The gradient of a score of partners, times a factor. */
function attract(left: Side, right: Side, i: number, factor: number): void {
  left.toU[i]! += factor * right.u[i]!;
  left.toV[i]! += factor * right.v[i]!;
  right.toU[i]! += factor * left.u[i]!;
  right.toV[i]! += factor * left.v[i]!;
}

function crossGradient(weights: Float64Array, left: Side, right: Side): void {
  const n = left.u.length;
  const { u, v, crossSlope, toU, toV } = right;
  for (let i = 0; i < n; i++) {
    const [p, q, slope, start] = [left.u[i]!, left.v[i]!, left.crossSlope[i]!, i * n];
    let [alongU, alongV] = [0, 0];
    for (let j = 0; j < n; j++) {
      const weight = weights[start + j]! * (slope + crossSlope[j]!);
      alongU += weight * u[j]!;
      alongV += weight * v[j]!;
      toU[j]! += weight * p;
      toV[j]! += weight * q;
    }
    left.toU[i]! += alongU;
    left.toV[i]! += alongV;
  }
}

function ownGradient(weights: Float64Array, { u, v, ownSlope, toU, toV }: Side): void {
  for (let i = 1; i < u.length; i++) {
    const [p, q, slope, start] = [u[i]!, v[i]!, ownSlope[i]!, (i * (i - 1)) / 2];
    let [alongU, alongV] = [0, 0];
    for (let j = 0; j < i; j++) {
      const weight = weights[start + j]! * (slope + ownSlope[j]!);
      alongU += weight * u[j]!;
      alongV += weight * v[j]!;
      toU[j]! += weight * p;
      toV[j]! += weight * q;
    }
    toU[i]! += alongU;
    toV[i]! += alongV;
  }
}

/** Through the normalisation to the weights. */
function weightGradient(out: Float64Array, side: Side, x: Float64Array, to: number, scale: number): void {
  const { u, v, norm, toU, toV } = side;
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < u.length; i++) {
    // Across the unit vector: (toU, toV) − (u, v)⟨…⟩ = t·(−v, u).
    const t = (toV[i]! * u[i]! - toU[i]! * v[i]!) / norm[i]!;
    const [h, k] = [-t * v[i]!, t * u[i]!];
    a += h * x[2 * i]!;
    b += h * x[2 * i + 1]!;
    c += k * x[2 * i]!;
    d += k * x[2 * i + 1]!;
  }
  out[to] = a * scale;
  out[to + 1] = b * scale;
  out[to + 2] = c * scale;
  out[to + 3] = d * scale;
}
