import { logAddExp } from "@nce-geometry/tensor";
import type { TwoWellPotential } from "./law.ts";

const scanPoints = 4096;
const goldenSteps = 80;

/**
 * The lowest value of U, which lies on the arc between the wells: the best of a scan, refined by golden-section search.
 *
 * Math:     min_t −B√(1−t²) − (1/κ) log( w₁e^{κAt} + w₂e^{−κAt} ),  t = sin s, |s| ≤ half the angle of the wells.
 */
export function wellMinimum(
  { weights, sharpness }: TwoWellPotential,
  { A, B }: { readonly A: number; readonly B: number },
): number {
  const value = (s: number): number => {
    const exponent = sharpness * A * Math.sin(s);
    return -B * Math.cos(s) - logAddExp(Math.log(weights[0]) + exponent, Math.log(weights[1]) - exponent) / sharpness;
  };
  const end = Math.atan2(A, B);
  const step = (2 * end) / scanPoints;
  let best = -end;
  for (let j = 1; j <= scanPoints; j++) if (value(-end + j * step) < value(best)) best = -end + j * step;
  let [low, high] = [Math.max(-end, best - step), Math.min(end, best + step)];
  const ratio = (Math.sqrt(5) - 1) / 2;
  for (let k = 0; k < goldenSteps; k++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (value(a) < value(b)) high = b;
    else low = a;
  }
  return value((low + high) / 2);
}
