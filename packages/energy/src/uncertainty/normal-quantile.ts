// The quantile of the standard normal law, for intervals of a chosen level.

/**
 * The z with Φ(z) = p.
 *
 * Math:     Newton's iteration on Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/(3·5) + …).
 * Domain:   ½ ≤ p ≤ 1 − 1e-9.
 * Limits:   p = ½ → 0;  p = 0.975 → 1.959963984540054.
 * Numerics: error ≤ 4ε/φ(z) (the series has positive terms only): 6e-14 at p = 0.995, 1e-7 at the end of the domain.
 * Source:   classical.
 */
export function normalQuantile(p: number): number {
  let z = 0;
  for (let step = 0; step < 100; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const correction = (0.5 + density * centralSeries(z) - p) / density;
    // Newton overshoots where the density is flat; Φ is concave there, so that halving the way in is enough.
    z -= Math.max(-1, Math.min(1, correction));
    if (Math.abs(correction) <= 1e-15 * Math.max(1, z)) break;
  }
  return z;
}

/** (Φ(z) − ½)/φ(z). */
function centralSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return sum;
}
