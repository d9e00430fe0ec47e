import { logIncompleteBeta } from "@nce-geometry/manifold";

/**
 * The t for which a Student variable lies in ±t with a given probability.
 *
 * Math:     P(|T| ≤ t) = 1 − I_{ν/(ν+t²)}(ν/2, ½).
 * Domain:   degrees of freedom ν ≥ 1, 0 < level < 1.
 * Limits:   ν = 1 → tan(π·level/2);  ν = 2 → level·√(2/(1 − level²));  ν → ∞ → the normal quantile.
 * Numerics: bisection to the last bit of t.
 */
export function studentQuantile(degrees: number, level: number): number {
  const logTail = Math.log(1 - level);
  let [low, high] = [0, 1];
  while (logTwoSidedTail(high, degrees) > logTail) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (logTwoSidedTail(middle, degrees) > logTail) low = middle;
    else high = middle;
  }
}

/** log P(|T| > t). */
function logTwoSidedTail(t: number, degrees: number): number {
  const total = degrees + t * t;
  return logIncompleteBeta(degrees / total, degrees / 2, 0.5, (t * t) / total);
}
