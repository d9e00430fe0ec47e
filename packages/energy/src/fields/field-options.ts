import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { type Critic, InputError, logSumExpOfArray, type Rows, type RunControl } from "@nce-geometry/tensor";
import {
  refuseOption,
  requireKernel,
  requireMatched,
  requireOneOf,
  requireRows,
  requireSameDimension,
} from "../checks.ts";

/**
 * Which rows of the population a point sees. `all`: every one. `leaveOneOut`: point i is row i of the population, or its positive
 * partner, and that row is left out, as density estimation needs it: at small τ the point's own term otherwise drowns everything.
 */
export type FieldForm = "all" | "leaveOneOut";

export const fieldForms: readonly FieldForm[] = ["all", "leaveOneOut"];

/** The kernel e^{s/τ}. */
export interface KernelOptions {
  /** Temperature τ > 0. */
  readonly temperature: number;
  /** Similarity s(z, w). @defaultValue { kind: "cosine" } */
  readonly critic?: Critic;
}

/** Options of fields of a population. */
export interface FieldOptions extends KernelOptions, RunControl {
  /** Which rows a point sees. @defaultValue "all" */
  readonly form?: FieldForm;
  /**
   * Whether row i of the population is point i or its partner. Such a row is no independent draw: in the form `all` its term counts, as
   * in the loss, but as a fixed one, and the standard error and the bias are those of the other rows.
   * @defaultValue true for `leaveOneOut` and where points and population are one object, else false
   */
  readonly matched?: boolean;
  /**
   * Logarithms of the weights of the rows of the population, up to a common constant; −∞ is a row without weight. The population is then
   * a known measure, such as a quadrature with log(weight · density), and has no sampling error.
   * @defaultValue absent: independent draws of equal weight
   */
  readonly logWeights?: Float64Array;
  /** What sweeps over the pairs. @defaultValue `referenceEngine()` */
  readonly engine?: PairwiseEngine;
}

export interface ResolvedField {
  readonly critic: Critic;
  readonly temperature: number;
  readonly form: FieldForm;
  readonly matched: boolean;
  readonly logWeights: Float64Array | undefined;
  /** log Σ e^ω, or log of the number of rows that a point sees. */
  readonly logCount: number;
  /** Independent draws that a point sees; 0 where the population is known. */
  readonly samples: number;
  readonly engine: PairwiseEngine;
}

/** The options with their defaults, checked against the rows. */
export function resolveField(where: string, points: Rows, population: Rows, options: FieldOptions): ResolvedField {
  const { temperature, critic = { kind: "cosine" }, form = "all", logWeights, engine = referenceEngine() } = options;
  requireKernel(where, { temperature, critic });
  requireOneOf(where, "form", form, fieldForms);
  const names = [
    { name: "points", rows: points },
    { name: "population", rows: population },
  ] as const;
  requireSameDimension(where, ...names);
  const common = { critic, temperature, form, engine };
  if (logWeights !== undefined) {
    const logCount = totalWeight(where, population, options, logWeights);
    return { ...common, matched: false, logWeights, logCount, samples: 0 };
  }
  const matched = form === "leaveOneOut" || (options.matched ?? points === population);
  if (matched) requireMatched(where, ...names, "Point i must be row i of the population, or its partner.");
  requireRows(where, names[1], 2, "A single row says nothing of how sure the field is.");
  const n = population.rows;
  const logCount = Math.log(form === "leaveOneOut" ? n - 1 : n);
  return { ...common, matched, logWeights, logCount, samples: matched ? n - 1 : n };
}

function totalWeight(where: string, population: Rows, options: FieldOptions, logWeights: Float64Array): number {
  if (options.form === "leaveOneOut" || options.matched) {
    const hint = "A known measure has no row to leave out.";
    refuseOption(where, "logWeights", "absent where points are rows of the population", "weights", hint);
  }
  if (logWeights.length !== population.rows) {
    const expected = `of length ${population.rows}, one per row of \`population\``;
    const received = `length ${logWeights.length}`;
    throw new InputError({ code: "E_SHAPE", where, argument: "logWeights", expected, received });
  }
  const bad = logWeights.findIndex((w) => !(w < Number.POSITIVE_INFINITY));
  if (bad >= 0) {
    const expected = "below +∞";
    const received = `${logWeights[bad]} at row ${bad}`;
    throw new InputError({ code: "E_NOT_FINITE", where, argument: "logWeights", expected, received });
  }
  const total = logSumExpOfArray(logWeights);
  if (total === Number.NEGATIVE_INFINITY) {
    refuseOption(where, "logWeights", "finite for at least one row", "−∞ for all");
  }
  return total;
}
