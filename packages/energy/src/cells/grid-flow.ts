// The loop of every descent on grids: look where we are, whether to stop, step. Mirror descent and proximal steps differ in the step alone.

import { type RunControl, yieldToEventLoop } from "@nce-geometry/tensor";
import { refuseOption, requireInteger } from "../checks.ts";
import type { GridMeasure } from "../grid/grid-measure.ts";
import type { GridProblem } from "./grid-problem.ts";
import { type GridTrajectoryPoint, trajectoryPoint } from "./grid-trajectory.ts";

/** Where a flow stands: all that is needed to continue it, as plain JSON. */
export interface GridFlowState {
  /** Steps since the first state was made. */
  readonly step: number;
  /** One log density [n] per modality: [ρ] or [ρ₁, ρ₂]. */
  readonly logDensities: readonly (readonly number[])[];
}

/** The same on the way. */
export interface LiveGridState {
  readonly step: number;
  readonly logDensities: readonly Float64Array[];
}

/**
 * `converged`: the next step would move no log density by more than tolerance · step size. `maxSteps`: it would, and the steps are used
 * up or no shorter step lowers the functional; `reason` says which. `diverged`: the functional or a density is not finite; the state is the last one
 * where they were. `aborted`: the signal was.
 */
export type GridFlowStatus = "converged" | "maxSteps" | "diverged" | "aborted";

export interface GridFlowOptions extends RunControl {
  /** Largest number of steps of this call. @defaultValue 1000 */
  readonly maxSteps?: number;
  /** Largest change of a log density per unit of step size that counts as none. Unit: nats. @defaultValue 1e-8 */
  readonly tolerance?: number;
  /** The trajectory has the first state, every so many steps after it, and the last state. @defaultValue 1 */
  readonly recordEvery?: number;
  /** Sets of cells, each a list of indices, whose masses the trajectory reports. @defaultValue none */
  readonly wells?: readonly ArrayLike<number>[];
}

export interface GridFlowResult {
  readonly status: GridFlowStatus;
  /** The status in words. */
  readonly reason: string;
  /** To save, or to continue from. */
  readonly state: GridFlowState;
  /** The log densities of that state, [n] per modality. */
  readonly logDensities: readonly Float64Array[];
  /** Steps taken by this call that led to `state`. */
  readonly steps: number;
  readonly trajectory: readonly GridTrajectoryPoint[];
}

/** A step that was computed and not yet taken. */
export interface GridStep {
  readonly logDensities: readonly Float64Array[];
  /** Largest change of a log density per unit of step size; 0 where there is nothing left to do. */
  readonly residual: number;
  readonly stepSize: number;
  /** Inner iterations, and the mass that they left misplaced, where a step is itself iterated. */
  readonly innerSteps?: number;
  readonly marginalError?: number;
  /** Set where the step could not be found, with the sentence that says why. */
  readonly failure?: string;
}

/** What the loop needs to know. */
export interface GridFlow {
  readonly where: string;
  readonly measure: GridMeasure;
  readonly problem: GridProblem;
  /** The next densities. Pure: the same densities give the same step. */
  readonly advance: (logDensities: readonly Float64Array[]) => GridStep;
}

/** In which order two modalities move: both from the same state, or the second one seeing where the first one went. */
export const schedules: readonly string[] = ["simultaneous", "alternating"];

/** Steps between two chances for timers and signals. */
const BREATH = 16;

/** Runs a flow from a checked state. */
export async function runGridFlow(
  flow: GridFlow,
  start: LiveGridState,
  options: GridFlowOptions,
): Promise<GridFlowResult> {
  const { maxSteps = 1000, tolerance = 1e-8, recordEvery = 1, wells = [], signal, onProgress } = options;
  requireInteger(flow.where, "maxSteps", maxSteps, 0);
  requireInteger(flow.where, "recordEvery", recordEvery, 1);
  checkWells(flow, wells);
  const record = (state: LiveGridState) => trajectoryPoint(flow.measure, flow.problem, state, wells);
  let state = start;
  let here = record(state);
  const trajectory = [here];
  const finish = (status: GridFlowStatus, reason: string): GridFlowResult => {
    if (trajectory.at(-1)!.step !== here.step) trajectory.push(here);
    const { step, logDensities } = state;
    const saved = { step, logDensities: logDensities.map((logDensity) => Array.from(logDensity)) };
    return { status, reason, state: saved, logDensities, steps: step - start.step, trajectory };
  };
  if (!Number.isFinite(here.value)) return finish("diverged", "the functional is not finite at the start");
  for (let taken = 0; ; taken++) {
    onProgress?.({ done: taken, total: maxSteps, label: "steps" });
    if (signal?.aborted) return finish("aborted", `the signal was aborted after ${taken} steps`);
    const next = flow.advance(state.logDensities);
    if (next.residual <= tolerance)
      return finish("converged", `no log density would move by more than ${tolerance} per unit step`);
    if (next.failure !== undefined) return finish("maxSteps", next.failure);
    if (taken === maxSteps) return finish("maxSteps", `not converged after ${maxSteps} steps`);
    const after = { step: state.step + 1, logDensities: next.logDensities };
    const there = areFinite(after.logDensities) ? record(after) : undefined;
    if (!Number.isFinite(there?.value))
      return finish("diverged", `a density or the functional is not finite after step ${after.step}`);
    state = after;
    here = { ...there!, ...factsOf(next) };
    if ((taken + 1) % recordEvery === 0) trajectory.push(here);
    if (taken % BREATH === BREATH - 1) await yieldToEventLoop();
  }
}

/** Whether every value of every density is finite. */
export function areFinite(logDensities: readonly Float64Array[]): boolean {
  return logDensities.every((logDensity) => logDensity.every(Number.isFinite));
}

/** max |a − b|; NaN where either has one. */
export function largestChange(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

function factsOf({ residual, stepSize, innerSteps, marginalError }: GridStep): Partial<GridTrajectoryPoint> {
  return {
    residual,
    stepSize,
    ...(innerSteps !== undefined && { innerSteps }),
    ...(marginalError !== undefined && { marginalError }),
  };
}

function checkWells({ where, measure }: GridFlow, wells: readonly ArrayLike<number>[]): void {
  const n = measure.weights.length;
  wells.forEach((well, at) => {
    const stray = Array.from(well).find((cell) => !(Number.isInteger(cell) && cell >= 0 && cell < n));
    if (stray !== undefined) refuseOption(where, `wells[${at}]`, `a list of indices of ${n} cells`, String(stray));
  });
}
