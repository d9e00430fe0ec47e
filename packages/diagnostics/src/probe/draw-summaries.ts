// Means over draws with their errors, and the slope of a curve of them.

import { type Estimate, type Interval, normalQuantile, type Unit } from "@nce-geometry/energy";

/** Mean and standard error; `extra` is an independent error that all draws share. */
export function meanOverDraws(
  values: readonly number[],
  { level, unit, extra }: { readonly level: number; readonly unit: Unit; readonly extra: number },
): Estimate {
  const n = values.length;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
  const standardError = Math.hypot(Math.sqrt(squares / (n * (n - 1))), extra);
  return { value, standardError, interval: normalInterval(value, standardError, level), samples: n, unit };
}

/** √mean with the error of the mean carried over; null where the mean is not above 0. */
export function rootMeanSquare(squares: readonly number[], level: number): Estimate | null {
  const { value, standardError, samples, unit } = meanOverDraws(squares, { level, unit: "1", extra: 0 });
  if (!(value > 0)) return null;
  const root = Math.sqrt(value);
  const error = standardError! / (2 * root);
  return { value: root, standardError: error, interval: normalInterval(root, error, level), samples, unit };
}

/** Weighted least squares of log error on log N; weights from the errors of the points. */
export function logLogSlope(
  points: readonly { readonly negatives: number; readonly relativeError: Estimate | null }[],
  level: number,
): { readonly value: number; readonly standardError: number; readonly interval: Interval } | null {
  const used = points.flatMap(({ negatives, relativeError }) => {
    if (!relativeError || !(relativeError.standardError! > 0)) return [];
    const weight = (relativeError.value / relativeError.standardError!) ** 2;
    return [{ x: Math.log(negatives), y: Math.log(relativeError.value), weight }];
  });
  if (used.length < 2) return null;
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (point: (typeof used)[number]) => number) =>
    used.reduce((sum, point) => sum + point.weight * of(point), 0) / total;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = mean(({ x }) => (x - meanX) ** 2);
  const value = mean(({ x, y }) => (x - meanX) * (y - meanY)) / spread;
  const standardError = 1 / Math.sqrt(total * spread);
  return { value, standardError, interval: normalInterval(value, standardError, level) };
}

function normalInterval(value: number, error: number, level: number): Interval {
  const half = normalQuantile((1 + level) / 2) * error;
  return { low: value - half, high: value + half, level, method: "normal" };
}
