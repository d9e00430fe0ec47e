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
  /** What rounding and truncation can account for, in the same unit; at most {@link RESOLUTION}. */
  readonly tolerance: number;
  /** Derivative along the direction by `valueAndGrad`. */
  readonly analytic: number;
  /** The same by central differences. */
  readonly numeric: number;
}

/** A check that could not see an error of one percent is no check. */
const RESOLUTION = 1e-2;
const EPSILON = 2 ** -52;

/**
 * Derivative of a scalar function along a random direction: by `valueAndGrad` and by central differences.
 *
 * Math:     D(h) = (f(x + hv) − f(x − hv))/2h, ‖v‖ = 1; numeric = (4D(h) − D(2h))/3; analytic = Σ gᵢvᵢ.
 * Domain:   `f` is smooth within 2h of the inputs, uses only operations of its arguments' backend, and returns a float scalar.
 * Numerics: tolerance = truncation |D(2h) − D(h)| + rounding of the quotient
 *           4ε·(|f| + Σ|gᵢxᵢ|)/h + rounding of the gradient `ulps`·backend.epsilon·Σ|gᵢvᵢ|.
 * Throws:   Error when the tolerance would exceed one percent of the derivative, because the check would then prove nothing.
 */
export async function gradientCheck(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradientCheckOptions,
): Promise<GradientCheck> {
  const points = await Promise.all(inputs.map(async (x) => Float64Array.from(await x.data())));
  const direction = unitDirection(points, options.random);
  const gradients = await gradientsOf(f, inputs);
  const products = gradients.flatMap((part, k) => part.map((g, i) => g * direction[k]![i]!));
  const terms = gradients.flatMap((part, k) => part.map((g, i) => Math.abs(g * points[k]![i]!)));
  const step = options.step ?? Math.cbrt(EPSILON) * points.reduce(largest, 1);
  const near = centralDifference(f, inputs, points, direction, step);
  const far = centralDifference(f, inputs, points, direction, 2 * step);
  const analytic = sumOfArray(products);
  const numeric = (4 * near.quotient - far.quotient) / 3;
  const backendEpsilon = inputs[0]?.backend.epsilon ?? EPSILON;
  const truncation = Math.abs(far.quotient - near.quotient);
  const differencing = (4 * EPSILON * (near.magnitude + sumOfArray(terms))) / step;
  const rounding = (options.ulps ?? 64) * backendEpsilon * sumOfArray(products.map(Math.abs));
  const tolerance = truncation + differencing + rounding;
  const size = Math.max(Math.abs(analytic), Math.abs(numeric));
  // Written so that a NaN tolerance is let through to the caller, whose comparison with a NaN error fails.
  if (tolerance / size > RESOLUTION || size === 0) throw unresolved(analytic, numeric, tolerance);
  return { relativeError: Math.abs(analytic - numeric) / size, tolerance: tolerance / size, analytic, numeric };
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

function unitDirection(points: readonly Float64Array[], random: Random): Float64Array[] {
  const direction = points.map((point, index) => random.split(index).normal(point.length));
  const norm = Math.hypot(...direction.flatMap((part) => [...part]));
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
  points: readonly Float64Array[],
  direction: readonly Float64Array[],
  step: number,
): { quotient: number; magnitude: number } {
  const reference = referenceBackend();
  const valueAt = (t: number): number => {
    const moved = points.map((point, input) => {
      const data = point.map((x, i) => x + t * direction[input]![i]!);
      return fromData(reference, data, inputs[input]!.shape);
    });
    return f(...moved).dataSync()[0]!;
  };
  const [above, below] = [valueAt(step), valueAt(-step)];
  return { quotient: (above - below) / (2 * step), magnitude: Math.max(Math.abs(above), Math.abs(below)) };
}

function largest(maximum: number, point: Float64Array): number {
  return point.reduce((m, x) => Math.max(m, Math.abs(x)), maximum);
}

function unresolved(analytic: number, numeric: number, tolerance: number): Error {
  return new Error(
    `gradientCheck: the difference quotient ${numeric} (gradient: ${analytic}) is uncertain by ${tolerance}, more than ` +
      `${RESOLUTION * 100} % of it. Choose inputs or a step at which the function is smooth and not flat.`,
  );
}
