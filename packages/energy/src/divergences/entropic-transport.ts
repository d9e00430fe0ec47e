// Entropic transport between two samples by Sinkhorn's iteration on the potentials, in the log domain. The regularisation is lowered from the
// size of the costs by a factor per step (ε-scaling), then held until the marginals fit.

import { meanOfArray, type RunControl, yieldToEventLoop } from "@nce-geometry/tensor";
import type { Softmin } from "./softmin.ts";

/** `converged`: the marginal error is within the tolerance; `maxSteps`: it is not yet; `aborted`: the signal asked to stop. */
export type TransportStatus = "converged" | "maxSteps" | "aborted";

export interface TransportOptions extends RunControl {
  readonly epsilon: number;
  /** An upper bound of the costs, where ε-scaling begins. */
  readonly largestCost: number;
  readonly scaling: number;
  readonly tolerance: number;
  readonly maxSteps: number;
}

export interface EntropicTransport {
  /** The dual value, ≤ OT_ε and off by the square of the marginal error to first order. */
  readonly value: number;
  readonly potentialX: Float64Array;
  readonly potentialY: Float64Array;
  readonly status: TransportStatus;
  readonly steps: number;
  /** Σ_i |1/n − Σ_j π_ij|, from 0 to 2. */
  readonly marginalError: number;
}

/** Alternating updates of the two potentials. */
export async function entropicTransport(
  { overX, overY }: Softmin,
  rows: { readonly x: number; readonly y: number },
  options: TransportOptions,
): Promise<EntropicTransport> {
  let f: Float64Array = new Float64Array(rows.x);
  let g: Float64Array = new Float64Array(rows.y);
  const run = await iterate(options, async (epsilon) => {
    const next = await overY(g, epsilon);
    const error = marginalErrorOf(f, next, epsilon);
    f = next;
    const value = meanOfArray(f) + meanOfArray(g);
    const settled = { value, potentialX: f, potentialY: g };
    const proceed = async () => {
      g = await overX(f, epsilon);
    };
    return { error, settled, proceed };
  });
  return { ...run.settled, status: run.status, steps: run.steps, marginalError: run.marginalError };
}

/** Transport of a sample to itself: one potential, of which each step takes the mean of old and new, and which settles within a few. */
export async function selfTransport(
  { overY }: Softmin,
  rows: number,
  options: TransportOptions,
): Promise<EntropicTransport> {
  let f: Float64Array = new Float64Array(rows);
  const run = await iterate(options, async (epsilon) => {
    const next = await overY(f, epsilon);
    const error = marginalErrorOf(f, next, epsilon);
    const settled = { value: meanOfArray(f) + meanOfArray(next), potentialX: next, potentialY: next };
    const proceed = async () => {
      f = f.map((value, i) => (value + next[i]!) / 2);
    };
    return { error, settled, proceed };
  });
  return { ...run.settled, status: run.status, steps: run.steps, marginalError: run.marginalError };
}

interface Step {
  readonly error: number;
  readonly settled: Pick<EntropicTransport, "value" | "potentialX" | "potentialY">;
  /** The other half of the step. */
  readonly proceed: () => Promise<void>;
}

async function iterate(options: TransportOptions, step: (epsilon: number) => Promise<Step>) {
  const { largestCost, scaling, tolerance, maxSteps, signal, onProgress } = options;
  let epsilon = Math.max(options.epsilon, largestCost);
  for (let steps = 1; ; steps++) {
    const { error, settled, proceed } = await step(epsilon);
    const final = epsilon === options.epsilon;
    const done = (status: TransportStatus) => ({ settled, status, steps, marginalError: error });
    if (final && error <= tolerance) return done("converged");
    if (signal?.aborted) return done("aborted");
    if (final && steps >= maxSteps) return done("maxSteps");
    await proceed();
    epsilon = Math.max(options.epsilon, epsilon * scaling);
    if (steps % 16 !== 0) continue;
    onProgress?.({ done: steps, total: maxSteps, label: `Sinkhorn, marginal error ${error.toExponential(1)}` });
    await yieldToEventLoop();
  }
}

/** Row sums of the plan of (f, g) are e^{(f_i − f_next,i)/ε}/n. */
function marginalErrorOf(f: Float64Array, next: Float64Array, epsilon: number): number {
  return meanOfArray(f.map((value, i) => Math.abs(Math.expm1((value - next[i]!) / epsilon))));
}
