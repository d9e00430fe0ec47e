// Closeness of floating-point numbers that cannot lie: a NaN, an infinity of the wrong sign, a missing element or an
// ill-formed tolerance is always a failure, whatever the tolerance.

export interface Tolerance {
  /** How many units in the last place of `max(|expected|, scale)` the two may differ. ≥ 0. */
  readonly ulps: number;
  /** The unit: machine epsilon of the arithmetic under test, `2 ** -52` or `2 ** -23`, or `backend.epsilon`. ≥ 0. */
  readonly epsilon: number;
  /**
   * Magnitude of the terms from which the value was made, where it may come near 0 by cancellation. Same unit as the value.
   * @defaultValue 0: the difference is judged relative to the expected number alone, and an expected 0 must be met exactly
   */
  readonly scale?: number;
}

/**
 * Passes when two numbers agree within a tolerance stated in units of the last place; throws an Error that says by how much they differ otherwise.
 *
 * Math:   |actual − expected| ≤ ulps · epsilon · max(|expected|, scale).
 * Limits: NaN passes only against NaN, ∞ only against ∞ of the same sign; −0 and 0 are close.
 * Throws: Error when the numbers are not close, or when the tolerance is not finite and ≥ 0.
 */
export function expectClose(actual: number, expected: number, tolerance: Tolerance): void {
  checkTolerance("expectClose", tolerance);
  if (!isClose(actual, expected, tolerance)) {
    throw new Error(`expectClose: ${describeDifference(actual, expected, tolerance)}`);
  }
}

/**
 * {@link expectClose} for every element of two arrays; the failure names the worst index.
 *
 * Limits: lengths must agree, so an empty array is close only to an empty array.
 * Throws: Error when a length or an element differs, or when the tolerance is not finite and ≥ 0.
 */
export function expectAllClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance): void {
  checkTolerance("expectAllClose", tolerance);
  if (actual.length !== expected.length) {
    throw new Error(`expectAllClose: expected ${expected.length} elements, got ${actual.length}`);
  }
  let worst = -1;
  let failures = 0;
  let worstUlps = 0;
  for (let i = 0; i < expected.length; i++) {
    if (isClose(actual[i]!, expected[i]!, tolerance)) continue;
    failures++;
    const ulps = differenceInUlps(actual[i]!, expected[i]!, tolerance);
    if (worst === -1 || ulps > worstUlps) {
      worst = i;
      worstUlps = ulps;
    }
  }
  if (worst === -1) return;
  const difference = describeDifference(actual[worst]!, expected[worst]!, tolerance);
  throw new Error(
    `expectAllClose: ${failures} of ${expected.length} elements differ; the worst is at index ${worst}: ${difference}`,
  );
}

function isClose(actual: number, expected: number, tolerance: Tolerance): boolean {
  if (typeof actual !== "number" || typeof expected !== "number") return false;
  if (Object.is(actual, expected)) return true;
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return false;
  return Math.abs(actual - expected) <= tolerance.ulps * unitInLastPlace(expected, tolerance);
}

function unitInLastPlace(expected: number, { epsilon, scale = 0 }: Tolerance): number {
  return epsilon * Math.max(Math.abs(expected), scale);
}

/** ∞ whenever no finite tolerance could ever help. */
function differenceInUlps(actual: number, expected: number, tolerance: Tolerance): number {
  const ulps = Math.abs(actual - expected) / unitInLastPlace(expected, tolerance);
  return Number.isFinite(actual) && Number.isFinite(expected) ? ulps : Number.POSITIVE_INFINITY;
}

function describeDifference(actual: number, expected: number, tolerance: Tolerance): string {
  const { ulps, epsilon, scale = 0 } = tolerance;
  const difference = differenceInUlps(actual, expected, tolerance);
  const size = Number.isFinite(difference)
    ? `${Math.abs(actual - expected)} apart, ${difference.toPrecision(3)} ulps`
    : "not comparable in ulps";
  return `expected ${show(expected)}, got ${show(actual)} (${size}; allowed ${ulps} ulps of epsilon ${epsilon}, scale ${scale})`;
}

function show(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function checkTolerance(where: string, { ulps, epsilon, scale = 0 }: Tolerance): void {
  for (const [name, value] of Object.entries({ ulps, epsilon, scale })) {
    if (!(Number.isFinite(value) && value >= 0)) {
      throw new Error(`${where}: \`${name}\` must be a finite number ≥ 0, got ${value}.`);
    }
  }
  if (!Number.isFinite(ulps * epsilon)) throw new Error(`${where}: \`ulps · epsilon\` must be finite.`);
}
