import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { meanOfArray, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { refuseOption, requireInteger, requirePositive } from "../checks.ts";
import type { Estimate } from "../estimate.ts";
import { createPhases } from "../rows/phases.ts";
import { copyRows } from "../rows/row-blocks.ts";
import { assertFiniteSamples } from "../rows/unit-rows.ts";
import {
  type EntropicTransport,
  entropicTransport,
  selfTransport,
  type TransportStatus,
} from "./entropic-transport.ts";
import { twoSampleEstimate } from "./influence.ts";
import { createSoftmin, halfSquaredNorms } from "./softmin.ts";
import { assertSamples, type EngineOptions, type SamplingOptions, type SpaceOptions } from "./two-sample-options.ts";

export interface SinkhornDivergenceOptions extends EngineOptions, SamplingOptions, SpaceOptions, RunControl {
  /** ε > 0, in units of the cost ½‖x − y‖²; its root is the length below which rows are blurred. @defaultValue 0.05 */
  readonly regularization?: number;
  /** Marginal error at which the iteration ends, > 0. @defaultValue 1e-6 */
  readonly tolerance?: number;
  /** Most steps of each of the three transports, an integer ≥ 1; lowering ε is not cut short. @defaultValue 1000 */
  readonly maxSteps?: number;
  /** Factor by which ε is lowered at each step, in (0, 1). @defaultValue 0.5 */
  readonly scaling?: number;
}

export interface SinkhornDivergence extends Estimate {
  /** The worst of the three transports. */
  readonly status: TransportStatus;
  /** Steps of the three transports together. */
  readonly steps: number;
  /** The largest of the three: mass in the wrong place, from 0 to 2. */
  readonly marginalError: number;
}

/**
 * Sinkhorn divergence: entropic transport cost between two laws, less that of each to itself, so that it is 0 at equal samples.
 *
 * Math:     S_ε = OT_ε(x, y) − ½OT_ε(x, x) − ½OT_ε(y, y), OT_ε = min_π Σ π_ij ½‖x_i − y_j‖² + ε·KL(π ‖ product of the marginals).
 * Shapes:   x [n, d], y [m, d] → estimate. Unit: chord².
 * Domain:   n, m ≥ 2; unit rows, or any finite ones with `space: "euclidean"`; ε > 0.
 * Limits:   all x_i = a, all y_i = b → ½‖a − b‖²;  y = x + t → ½‖t‖²;  x = y as sets → 0;  ε → 0 → ½W₂²;
 *           ε → ∞ → ½‖mean x − mean y‖²;  ≥ 0 up to the marginal error.
 * Numerics: log domain with ε-scaling; being aborted and running out of steps are statuses. Standard error from the potentials,
 *           f_xy − f_xx and g_xy − g_yy, too small at equal laws, where the value is a positive floor of order 1/n. Costs are held up to 2²³ pairs, beyond
 *           that each step is a sweep of the engine. O(steps·(n + m)²), or times d.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   J. Feydy et al., Interpolating between optimal transport and MMD, AISTATS 2019.
 */
export async function sinkhornDivergence(
  x: Rows,
  y: Rows,
  options: SinkhornDivergenceOptions = {},
): Promise<SinkhornDivergence> {
  const where = "sinkhornDivergence";
  const { sampling = "independent", space = "sphere", engine = referenceEngine(), signal } = options;
  const { regularization: epsilon = 0.05, tolerance = 1e-6, maxSteps = 1000, scaling = 0.5 } = options;
  requirePositive(where, "regularization", epsilon);
  requirePositive(where, "tolerance", tolerance);
  requireInteger(where, "maxSteps", maxSteps, 1);
  if (!(scaling > 0 && scaling < 1)) refuseOption(where, "scaling", "a number in (0, 1)", String(scaling));
  if (space === "sphere") await assertSamples(where, x, y, { sampling, signal });
  else await assertFiniteSamples(where, x, y, { sampling, signal });
  const [a, b] = [await copyRows(x, {}), await copyRows(y, {})];
  const settings = { epsilon, tolerance, maxSteps, scaling, largestCost: boundOfCosts(a, b) };
  const transports = await threeTransports(a, b, engine, { ...settings, control: options });
  const method = `Sinkhorn divergence ε=${epsilon}, cost ½‖x−y‖²`;
  return debiased(transports, { x: a, y: b, sampling, method, tolerance });
}

interface Transports {
  readonly xy: EntropicTransport;
  readonly xx: EntropicTransport;
  readonly yy: EntropicTransport;
}

async function threeTransports(
  x: RowMatrix,
  y: RowMatrix,
  engine: PairwiseEngine,
  {
    control,
    ...settings
  }: Omit<Parameters<typeof selfTransport>[2], "signal" | "onProgress"> & { control: RunControl },
): Promise<Transports> {
  const phase = createPhases(control, 3);
  const xy = await entropicTransport(
    createSoftmin(x, y, engine),
    { x: x.rows, y: y.rows },
    { ...settings, ...phase("X to Y") },
  );
  const xx = await selfTransport(createSoftmin(x, x, engine), x.rows, { ...settings, ...phase("X to X") });
  const yy = await selfTransport(createSoftmin(y, y, engine), y.rows, { ...settings, ...phase("Y to Y") });
  return { xy, xx, yy };
}

function debiased(
  { xy, xx, yy }: Transports,
  {
    tolerance,
    ...context
  }: { x: RowMatrix; y: RowMatrix; sampling: "independent" | "paired"; method: string; tolerance: number },
): SinkhornDivergence {
  const all = [xy, xx, yy];
  const value = xy.value - (xx.value + yy.value) / 2;
  const status = worstOf(all.map((transport) => transport.status));
  const marginalError = Math.max(...all.map((transport) => transport.marginalError));
  const estimate = twoSampleEstimate(
    {
      value,
      ofX: difference(xy.potentialX, xx.potentialX),
      ofY: difference(xy.potentialY, yy.potentialY),
      notes: [],
    },
    { ...context, unit: "chord²" },
  );
  const notes = notesOf(estimate, status, { marginalError, tolerance });
  const steps = all.reduce((sum, transport) => sum + transport.steps, 0);
  return { ...estimate, ...(notes.length > 0 && { notes }), status, steps, marginalError };
}

function notesOf(
  { value, standardError = 0 }: Estimate,
  status: TransportStatus,
  { marginalError, tolerance }: { readonly marginalError: number; readonly tolerance: number },
): string[] {
  const notes: string[] = [];
  if (status !== "converged") {
    const error = marginalError.toExponential(1);
    notes.push(`Marginal error ${error}, above the tolerance ${tolerance}: take more steps or a larger ε.`);
  }
  if (value < 3 * standardError) {
    notes.push(
      "Within three standard errors of 0, where the laws may be equal and the error is too small. Ask permutationTest.",
    );
  }
  return notes;
}

function worstOf(statuses: readonly TransportStatus[]): TransportStatus {
  if (statuses.includes("aborted")) return "aborted";
  return statuses.includes("maxSteps") ? "maxSteps" : "converged";
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const values = a.map((value, i) => value - b[i]!);
  const mean = meanOfArray(values);
  return values.map((value) => value - mean);
}

/** ½(largest norm of x + largest norm of y)². */
function boundOfCosts(x: RowMatrix, y: RowMatrix): number {
  const largest = (rows: RowMatrix) =>
    Math.sqrt(2 * halfSquaredNorms(rows).reduce((most, value) => Math.max(most, value), 0));
  return (largest(x) + largest(y)) ** 2 / 2;
}
