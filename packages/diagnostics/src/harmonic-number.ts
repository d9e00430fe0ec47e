const exactUpTo = 64;

/**
 * Harmonic number H_n.
 *
 * Math:     H_n = Σ_{k≤n} 1/k = log n + γ + 1/(2n) − 1/(12n²) + 1/(120n⁴) − 1/(252n⁶) + …
 * Domain:   integers n ≥ 0.
 * Limits:   H_0 = 0;  H_1 = 1;  H_4 = 25/12.
 * Numerics: relative error of a few ε: summed up to n = 64, then the series, whose next term is below 1/(240·64⁸) < 1e-16.
 * Source:   classical.
 */
export function harmonicNumber(n: number): number {
  if (n <= exactUpTo) {
    let sum = 0;
    for (let k = n; k >= 1; k--) sum += 1 / k;
    return sum;
  }
  const gamma = 0.5772156649015329;
  const inverse = 1 / (n * n);
  return Math.log(n) + gamma + 1 / (2 * n) - inverse * (1 / 12 - inverse * (1 / 120 - inverse / 252));
}
