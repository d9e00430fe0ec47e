// Options of a contrastive loss, checked once and in the form in which the computation wants them.

import { type Critic, InputError, logSumExpOfArray, type Tensor } from "@nce-geometry/tensor";
import { resolveCritic } from "../info-nce-options.ts";
import { checkFlag, checkOneOf, checkUnitInterval, invalidOption, refuseOption } from "../option-checks.ts";
import { checkPairs, checkPool, checkSameDimension, type NamedShape } from "../shape-checks.ts";
import type {
  BySide,
  ContrastOptions,
  Population,
  PositiveCombination,
  PositiveGroups,
  Side,
} from "./contrast-options.ts";
import { type DenominatorTerm, denominatorTerms } from "./denominator-terms.ts";
import { numberGroups, type RowGroups } from "./positive-groups.ts";

/** Rows with log w_j = `offset` + `logWeights`[j]. */
export interface ResolvedPopulation<R> {
  readonly rows: R;
  readonly offset: number;
  readonly logWeights: Float64Array | undefined;
}

/** Checked options. */
export interface ContrastPlan<R, T = number | Tensor> {
  readonly critic: Critic;
  readonly temperature: T;
  readonly terms: readonly DenominatorTerm[];
  readonly includePositive: boolean;
  readonly labelSmoothing: number;
  readonly combine: PositiveCombination;
  /** Absent for pairs (i, i), and where a mask says what is positive. */
  readonly groups: RowGroups | undefined;
  readonly reference: ResolvedPopulation<R> | undefined;
  readonly bank: BySide<ResolvedPopulation<R>>;
  /** Normalised to sum 1. */
  readonly weights: BySide<Float64Array>;
}

/** What is being resolved, and how it is called. */
export interface ContrastInput<R> {
  readonly where: string;
  readonly x: NamedShape;
  readonly y: NamedShape;
  /** Sides whose rows are anchors. */
  readonly anchors: readonly Side[];
  readonly shapeOf: (name: string, rows: R) => NamedShape;
  /** What the rows of the reference are called. @defaultValue "reference" */
  readonly referenceName?: string | undefined;
  /** Whether a mask names the positives. */
  readonly masked?: boolean;
}

type ResolvableOptions<R, T> = ContrastOptions<R> & {
  readonly temperature: T;
  readonly critic?: Critic;
  readonly positives?: Partial<PositiveGroups>;
};

/** Checks shapes and options and fills in what is left out. */
export function contrastPlan<R extends object, T extends number | Tensor>(
  input: ContrastInput<R>,
  options: ResolvableOptions<R, T>,
): ContrastPlan<R, T> {
  const { where, x, y, anchors } = input;
  const { denominator = "cross", ownWeight = 0, labelSmoothing = 0, includePositive = true, positives } = options;
  const { combine = "sumOfProbabilities", groups } = positives ?? {};
  if (groups === undefined && !input.masked) checkPairs(where, x, y);
  else checkSameDimension(where, x, y);
  const critic = resolveCritic(where, options);
  checkOneOf(where, "denominator", denominator, ["cross", "own", "pooled", "reference"]);
  checkUnitInterval(where, "ownWeight", ownWeight);
  if (ownWeight > 0 && denominator !== "cross")
    refuseOption(where, "ownWeight", '0 unless `denominator` is "cross"', ownWeight);
  checkFlag(where, "includePositive", includePositive);
  checkUnitInterval(where, "labelSmoothing", labelSmoothing);
  checkOneOf(where, "positives.combine", combine, ["sumOfProbabilities", "meanOfLogs"]);
  const terms = denominatorTerms(denominator, ownWeight);
  return {
    critic,
    temperature: options.temperature,
    terms,
    includePositive,
    labelSmoothing,
    combine,
    groups: groups && numberGroups(where, groups, { x, y, anchors }),
    reference: referenceOf(input, denominator, options.reference),
    bank: bankOf(input, terms, options.bank),
    weights: weightsOf(input, options.weights),
  };
}

function referenceOf<R extends object>(
  input: ContrastInput<R>,
  denominator: string,
  reference: Population<R> | undefined,
): ResolvedPopulation<R> | undefined {
  const wanted = denominator === "reference";
  if (wanted === (reference !== undefined))
    return reference && populationOf(input, input.referenceName ?? "reference", reference);
  const expected = wanted ? 'given for `denominator: "reference"`' : 'absent unless `denominator` is "reference"';
  throw invalidOption(input.where, "reference", expected, wanted ? "nothing" : `rows with "${denominator}"`);
}

function bankOf<R extends object>(
  input: ContrastInput<R>,
  terms: readonly DenominatorTerm[],
  bank: BySide<Population<R>> = {},
): BySide<ResolvedPopulation<R>> {
  const resolved: { [side in Side]?: ResolvedPopulation<R> } = {};
  for (const side of ["x", "y"] as const) {
    const population = bank[side];
    if (population === undefined) continue;
    const used = terms.some(({ populations }) =>
      input.anchors.some((anchor) => populations.includes(anchor === side ? "own" : "cross")),
    );
    const name = `bank.${side}`;
    if (!used) throw invalidOption(input.where, name, "absent where its side stands in no denominator", "rows");
    resolved[side] = populationOf(input, name, population);
  }
  return resolved;
}

function populationOf<R extends object>(
  input: ContrastInput<R>,
  name: string,
  population: Population<R>,
): ResolvedPopulation<R> {
  const { where } = input;
  // Rows and row sources have a number of rows, a weighted population has rows.
  const weighted = "rows" in population && typeof population.rows === "object" ? population : { rows: population as R };
  const { rows, logWeights, size } = weighted;
  const shape = input.shapeOf(name, rows);
  checkPool(where, input.x, shape);
  const count = shape.shape[0]!;
  const log = logWeights && Float64Array.from(logWeights);
  if (log !== undefined)
    checkNumbers(where, `${name}.logWeights`, log, {
      count,
      finite: "finite numbers",
      least: Number.NEGATIVE_INFINITY,
    });
  if (size === undefined) return { rows, offset: 0, logWeights: log };
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) refuseOption(where, `${name}.size`, "a finite number > 0", size);
  return { rows, offset: Math.log(size) - (log ? logSumExpOfArray(log) : Math.log(count)), logWeights: log };
}

function weightsOf<R>(input: ContrastInput<R>, weights: ContrastOptions<R>["weights"]): BySide<Float64Array> {
  if (weights === undefined) return {};
  const bySide = "length" in weights ? { x: weights, y: weights } : weights;
  const name = "length" in weights ? () => "weights" : (side: Side) => `weights.${side}`;
  const resolved: { [side in Side]?: Float64Array } = {};
  for (const side of input.anchors) {
    const given = bySide[side];
    if (given === undefined) continue;
    const values = Float64Array.from(given);
    checkNumbers(input.where, name(side), values, {
      count: input[side].shape[0]!,
      finite: "finite numbers ≥ 0",
      least: 0,
    });
    const total = values.reduce((sum, value) => sum + value, 0);
    if (total === 0) refuseOption(input.where, name(side), "not all 0", 0);
    resolved[side] = values.map((value) => value / total);
  }
  return resolved;
}

function checkNumbers(
  where: string,
  argument: string,
  values: Float64Array,
  want: { readonly count: number; readonly finite: string; readonly least: number },
): void {
  if (values.length !== want.count) {
    const expected = `of length ${want.count}, one for each row`;
    throw new InputError({ code: "E_SHAPE", where, argument, expected, received: String(values.length) });
  }
  const at = values.findIndex((value) => !(Number.isFinite(value) && value >= want.least));
  if (at >= 0) refuseOption(where, argument, want.finite, `${values[at]} at index ${at}`);
}
