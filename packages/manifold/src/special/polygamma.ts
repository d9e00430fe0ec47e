import stdlibDigamma from "@stdlib/math-base-special-digamma";

/**
 * Digamma function, the derivative of log Γ.
 *
 * Math:   ψ(x) = d log Γ(x)/dx.
 * Domain: x > 0.
 * Limits: ψ(1) = −γ;  ψ(x + 1) − ψ(x) = 1/x;  x → ∞ → log x.
 * Source: @stdlib/math-base-special-digamma.
 */
export function digamma(x: number): number {
  return stdlibDigamma(x);
}

/**
 * Trigamma function, the second derivative of log Γ.
 *
 * Math:     ψ₁(x) = Σ_{k≥0} 1/(x + k)².
 * Domain:   x > 0.
 * Limits:   ψ₁(1) = π²/6;  ψ₁(½) = π²/2;  x → ∞ → 1/x.
 * Numerics: the sum up to x + k ≥ 10, then Stirling's series, all terms of one sign but the tail's: relative error a few ε.
 */
export function trigamma(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < 10; y++) sum += 1 / (y * y);
  const z = 1 / (y * y);
  let tail = 0;
  for (let k = BERNOULLI.length - 1; k >= 0; k--) tail = tail * z + BERNOULLI[k]!;
  return sum + (1 + 0.5 / y + tail * z) / y;
}

/** B_{2k}, k ≥ 1. */
const BERNOULLI: readonly number[] = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
];
