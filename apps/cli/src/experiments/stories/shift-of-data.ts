const shiftBins = 240;

/**
 * Law of the difference of the angles that partners of E3 show, as relative heights of equal bins from −π to π.
 *
 * Math:   σN + εN − εN', wrapped: noise of deviation ε on each coordinate, small, turns an angle by about εN.
 * Limits: narrower than a bin → undefined;  σ → ∞ → equal heights.
 */
export function shiftOfData(misalignment: number, featureNoise: number): readonly number[] | undefined {
  const deviation = Math.hypot(misalignment, Math.SQRT2 * featureNoise);
  const bin = (2 * Math.PI) / shiftBins;
  if (deviation < bin) return undefined;
  const turns = Math.ceil(deviation);
  return Array.from({ length: shiftBins }, (_, i) => {
    const angle = (i + 0.5) * bin - Math.PI;
    let sum = 0;
    for (let k = -turns; k <= turns; k++) sum += Math.exp(-0.5 * ((angle + 2 * Math.PI * k) / deviation) ** 2);
    return sum;
  });
}
