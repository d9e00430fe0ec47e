// Removal of directions until no linear probe tells the modalities apart.

import { createPairUncertainty } from "@nce-geometry/energy";
import { type RowMatrix, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import type { ResolvedControl } from "./control-options.ts";
import { crossValidatedAuc, linearProbe } from "./linear-probe.ts";
import type { BothSteps } from "./mean-controls.ts";
import type { PairRows } from "./pair-rows.ts";

export interface IterativeProjection {
  readonly steps: BothSteps;
  readonly status: "chance" | "maxDirections";
  readonly probeAuc: readonly number[];
}

/** See {@link IterativeProjectionControl}. */
export async function iterativeProjection(
  pair: PairRows,
  options: ResolvedControl<"iterativeProjection">,
  { signal, onProgress }: RunControl,
): Promise<IterativeProjection> {
  const { dim } = pair.x;
  const most = Math.min(options.maxDirections, dim - 1);
  const probeOptions = { shrinkage: options.probeShrinkage, folds: options.folds, seed: options.seed };
  const uncertainty = createPairUncertainty("fitControl", pair.x.rows, pair.pairing.owners, { bootstrap: 0 });
  const directions: Float64Array[] = [];
  const probeAuc: number[] = [];
  let left = pair;
  for (;;) {
    throwIfAborted(signal);
    onProgress?.({ done: directions.length, total: most, label: "directions" });
    const auc = crossValidatedAuc(left, probeOptions);
    probeAuc.push(auc.value);
    const { standardError } = uncertainty.fromInfluences(auc.value, auc.ofX, auc.ofY, "1");
    const status =
      auc.value <= 0.5 + 2 * standardError! ? "chance" : directions.length >= most ? "maxDirections" : undefined;
    if (status) return { steps: stepsOf(directions, dim), status, probeAuc };
    const direction = orthogonalTo(directions, linearProbe(left.x, left.y, options.probeShrinkage).direction);
    directions.push(direction);
    left = { ...left, x: without(left.x, direction), y: without(left.y, direction) };
    await yieldToEventLoop();
  }
}

function stepsOf(directions: readonly Float64Array[], dim: number): BothSteps {
  if (directions.length === 0) return { x: [], y: [] };
  const rows = new Float64Array(directions.length * dim);
  directions.forEach((direction, k) => {
    rows.set(direction, k * dim);
  });
  const step = { op: "remove", directions: rows } as const;
  return { x: [step], y: [step] };
}

/** Of unit length, and orthogonal to what was removed before, to which rounding alone had given it a part. */
function orthogonalTo(directions: readonly Float64Array[], direction: Float64Array): Float64Array {
  const left = Float64Array.from(direction);
  for (const removed of directions) {
    const along = left.reduce((sum, value, k) => sum + value * removed[k]!, 0);
    for (let k = 0; k < left.length; k++) left[k]! -= along * removed[k]!;
  }
  const length = Math.sqrt(left.reduce((sum, value) => sum + value * value, 0));
  return left.map((value) => value / length);
}

function without({ rows, dim, data }: RowMatrix, direction: Float64Array): RowMatrix {
  const left = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    let along = 0;
    for (let k = 0; k < dim; k++) along += left[i * dim + k]! * direction[k]!;
    for (let k = 0; k < dim; k++) left[i * dim + k]! -= along * direction[k]!;
  }
  return { rows, dim, data: left };
}
