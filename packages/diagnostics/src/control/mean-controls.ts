// Controls that need no more than the first two moments per coordinate: shift, centre, DN, standardise, gap direction.

import { InputError, type RowMatrix } from "@nce-geometry/tensor";
import type { ResolvedControl } from "./control-options.ts";
import type { ControlStep } from "./control-transform.ts";
import { meanOf } from "./moments.ts";
import type { PairRows } from "./pair-rows.ts";

type Steps = readonly ControlStep<Float64Array>[];

/** The steps for either modality. */
export interface BothSteps {
  readonly x: Steps;
  readonly y: Steps;
}

/** See {@link ShiftControl}. */
export function shiftSteps({ x, y }: PairRows, { lambda }: ResolvedControl<"shift">): BothSteps {
  const half = differenceOf(meanOf(x), meanOf(y)).map((value) => (lambda / 2) * value);
  return { x: [{ op: "subtract", vector: half }], y: [{ op: "subtract", vector: half.map((value) => -value) }] };
}

/** See {@link CentreControl}; DN with λ. */
export function meanSteps({ x, y }: PairRows, lambda: number): BothSteps {
  const ofMean = (rows: RowMatrix): Steps => [{ op: "subtract", vector: meanOf(rows).map((value) => lambda * value) }];
  return { x: ofMean(x), y: ofMean(y) };
}

/** See {@link StandardizeControl}. */
export function standardizeSteps(where: string, { x, y }: PairRows): BothSteps {
  const ofRows = (argument: string, rows: RowMatrix): Steps => {
    const vector = meanOf(rows);
    const deviation = deviationsOf(rows, vector);
    // The mean of n equal numbers is known to n·ε.
    const flat = deviation.findIndex((value, k) => value <= rows.rows * Number.EPSILON * Math.abs(vector[k]!));
    if (flat >= 0) {
      const expected = "with coordinates that vary";
      const received = `the same number in all rows at coordinate ${flat}`;
      throw new InputError({ code: "E_DOMAIN", where, argument, expected, received });
    }
    return [
      { op: "subtract", vector },
      { op: "divide", vector: deviation },
    ];
  };
  return { x: ofRows("x", x), y: ofRows("y", y) };
}

/** See {@link GapDirectionControl}. */
export function gapDirectionSteps(where: string, { x, y }: PairRows): BothSteps {
  const difference = differenceOf(meanOf(x), meanOf(y));
  const length = Math.sqrt(difference.reduce((sum, value) => sum + value * value, 0));
  if (length <= (x.rows + y.rows) * Number.EPSILON) {
    const expected = "with another mean than `x`";
    throw new InputError({ code: "E_DOMAIN", where, argument: "y", expected, received: "the same one" });
  }
  const step = { op: "remove", directions: difference.map((value) => value / length) } as const;
  return { x: [step], y: [step] };
}

function differenceOf(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, k) => value - b[k]!);
}

function deviationsOf({ rows, dim, data }: RowMatrix, mean: Float64Array): Float64Array {
  const squares = new Float64Array(dim);
  for (let i = 0; i < rows; i++) for (let k = 0; k < dim; k++) squares[k]! += (data[i * dim + k]! - mean[k]!) ** 2;
  return squares.map((sum) => Math.sqrt(sum / rows));
}
