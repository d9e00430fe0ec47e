// Gradients against difference quotients. The quotient is taken along one random direction of all inputs at once, always
// in float64 on the reference backend, so that a float32 backend is judged by numbers better than its own.

import { fromData, type Random, referenceBackend, sumOfArray, type Tensor, valueAndGrad } from "@nce-geometry/tensor";

export interface GradientCheckOptions {
  /** Chooses the direction. */
  readonly random: Random;
  /**
   * Length of the step, in units of the inputs. @defaultValue ε^⅓·max(1, max|x|) with ε = 2⁻⁵², where the two errors of a
   * central difference balance
   */
  readonly step?: number;
  /**
   * Rounding error of the gradient under test, in ulps of the backend's epsilon times Σ|gᵢvᵢ|.
   * @defaultValue 64: some ten operations forward and back, with short sums
   */
  readonly ulps?: number;
}

export interface GradientCheck {
  /** |analytic − numeric| / max(|analytic|, |numeric|). NaN when either is. */
  readonly relativeError: number;
  /** What rounding and truncation can account for, in the same unit; at most 0.01. */
  readonly tolerance: number;
  /** Derivative along the direction by `valueAndGrad`. */
  readonly analytic: number;
  /** The same by central differences. */
  readonly numeric: number;
}

/** A check that could not see an error of one percent is no check. */
const RESOLUTION = 1e-2;
/** How many directions are tried before a function is called flat; along most, not all, derivatives of many terms add up. */
const DIRECTIONS = 8;
const EPSILON = 2 ** -52;

/**
 * Derivative of a scalar function along a random direction, the first of eight along which it does not cancel: by `valueAndGrad` and by central differences.
 *
 * Math:     D(h) = (f(x + hv) − f(x − hv))/2h, ‖v‖ = 1; numeric = (4D(h) − D(2h))/3; analytic = Σ gᵢvᵢ.
 * Domain:   `f` is smooth within 2h of the inputs, uses only operations of its arguments' backend, and returns a float scalar.
 * Numerics: tolerance = truncation |D(2h) − D(h)| + rounding of the quotient
 *           4ε·(|f| + Σ|gᵢxᵢ|)/h + rounding of the gradient `ulps`·backend.epsilon·Σ|gᵢvᵢ|.
 * Throws:   Error when the tolerance exceeds one percent of the derivative along eight directions, because the check then proves nothing.
 */
export async function gradientCheck(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradientCheckOptions,
): Promise<GradientCheck> {
  const points = await Promise.all(inputs.map(async (x) => [...(await x.data())]));
  const gradients = await gradientsOf(f, inputs);
  let check: GradientCheck | undefined;
  for (let attempt = 0; attempt < DIRECTIONS; attempt++) {
    const direction = unitDirection(points, options.random.split(attempt));
    check = checkAlong(direction, f, inputs, { ...options, points, gradients });
    // A NaN tolerance is let through, because no other direction helps; the comparison with a NaN error then fails.
    if (!(check.tolerance > RESOLUTION)) return check;
  }
  throw unresolved(check!);
}

/**
 * Throws unless {@link gradientCheck} finds the gradient right.
 *
 * Throws: Error that states both derivatives, their relative difference and what was allowed.
 */
export async function expectGradient(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradientCheckOptions,
): Promise<void> {
  const { relativeError, tolerance, analytic, numeric } = await gradientCheck(f, inputs, options);
  if (relativeError <= tolerance) return;
  throw new Error(
    `expectGradient: derivative ${analytic}, difference quotient ${numeric}: relative error ${relativeError}, ` +
      `allowed ${tolerance}`,
  );
}

interface Along extends GradientCheckOptions {
  readonly points: readonly (readonly number[])[];
  readonly gradients: readonly (readonly number[])[];
}

function checkAlong(
  direction: readonly (readonly number[])[],
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { points, gradients, step: givenStep, ulps = 64 }: Along,
): GradientCheck {
  const products = gradients.flatMap((part, k) => part.map((g, i) => g * direction[k]![i]!));
  const terms = gradients.flatMap((part, k) => part.map((g, i) => Math.abs(g * points[k]![i]!)));
  const step = givenStep ?? Math.cbrt(EPSILON) * points.reduce(largest, 1);
  const near = centralDifference(f, inputs, points, direction, step);
  const far = centralDifference(f, inputs, points, direction, 2 * step);
  const analytic = sumOfArray(products);
  const numeric = (4 * near.quotient - far.quotient) / 3;
  const truncation = Math.abs(far.quotient - near.quotient);
  const differencing = (4 * EPSILON * (near.magnitude + sumOfArray(terms))) / step;
  const rounding = ulps * inputs[0]!.backend.epsilon * sumOfArray(products.map(Math.abs));
  const size = Math.max(Math.abs(analytic), Math.abs(numeric));
  const difference = Math.abs(analytic - numeric);
  const tolerance = truncation + differencing + rounding;
  // Two zeros: the function does not change along this direction, which shows nothing.
  if (size === 0) return { relativeError: 0, tolerance: Number.POSITIVE_INFINITY, analytic, numeric };
  return { relativeError: difference / size, tolerance: tolerance / size, analytic, numeric };
}

function unitDirection(points: readonly (readonly number[])[], random: Random): number[][] {
  const direction = points.map((point, index) => [...random.split(index).normal(point.length)]);
  const norm = Math.hypot(...direction.flat());
  return direction.map((part) => part.map((entry) => entry / norm));
}

async function gradientsOf(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Promise<number[][]> {
  const { value, gradients } = valueAndGrad(f, inputs);
  const data = await Promise.all(gradients.map(async (gradient) => [...(await gradient.data())]));
  value.dispose();
  for (const gradient of gradients) gradient.dispose();
  return data;
}

function centralDifference(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  points: readonly (readonly number[])[],
  direction: readonly (readonly number[])[],
  step: number,
): { quotient: number; magnitude: number } {
  const reference = referenceBackend();
  const valueAt = (t: number): number => {
    const moved = points.map((point, input) => {
      const data = Float64Array.from(point, (x, i) => x + t * direction[input]![i]!);
      return fromData(reference, data, inputs[input]!.shape);
    });
    return f(...moved).dataSync()[0]!;
  };
  const [above, below] = [valueAt(step), valueAt(-step)];
  return { quotient: (above - below) / (2 * step), magnitude: Math.max(Math.abs(above), Math.abs(below)) };
}

function largest(maximum: number, point: readonly number[]): number {
  return point.reduce((m, x) => Math.max(m, Math.abs(x)), maximum);
}

function unresolved({ analytic, numeric, tolerance }: GradientCheck): Error {
  return new Error(
    `gradientCheck: the difference quotient ${numeric} (gradient: ${analytic}) is uncertain by ${tolerance} of it, more than ` +
      `${RESOLUTION}, along ${DIRECTIONS} directions. Choose inputs or a step at which the function is smooth and not flat.`,
  );
}
