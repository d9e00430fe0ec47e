// NT-Xent, DCL and DHEL of rows of any number, in O(n) memory beyond the rows. Notation as in two-views.ts.

import { referenceEngine } from "@nce-geometry/pairwise";
import { type Critic, logAddExp, meanOfArray, type Rows, softplusOf } from "@nce-geometry/tensor";
import { resolveCritic, type SweepOptions, type TemperatureOptions } from "../info-nce-options.ts";
import { controlOfPhase } from "../rows/control-phase.ts";
import { checkPairs, shapeOfRows } from "../shape-checks.ts";
import { type MeanLoss, meanLossOf } from "./mean-loss.ts";
import { checkSeveral } from "./option-checks.ts";
import { addInto, addMatchedScores, matchedScores, scoreMoment } from "./score-values.ts";
import type { TwoViewNegatives } from "./two-views.ts";

/** Options of a loss of two views on rows. */
export interface TwoViewOnRowsOptions extends TemperatureOptions<number>, SweepOptions {}

/** A loss of two views: the mean over pairs of what their two anchors lose. */
export interface TwoViewSummary extends MeanLoss {
  /** Negatives of each anchor. */
  readonly negatives: number;
  /** Mean loss of the rows of x. */
  readonly forward: number;
  /** Mean loss of the rows of y. */
  readonly backward: number;
}

/** A loss of `samples` pairs and its gradients; those of rows are [n, d], row-major. */
export interface TwoViewGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: { readonly x: Float64Array; readonly y: Float64Array; readonly temperature: number };
}

export interface TwoViewForm extends TwoViewNegatives {
  /** The name under which bad input is refused. */
  readonly where: string;
  /** Whether the positive stands in the denominator: softplus(u) rather than u, and one item is enough. */
  readonly positiveCounts: boolean;
}

/** Losses of the anchors of either view, in the order of the pairs. */
export interface TwoViewTerms {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export async function twoViewTerms(
  x: Rows,
  y: Rows,
  options: TwoViewOnRowsOptions,
  form: TwoViewForm,
): Promise<TwoViewTerms> {
  const { logOdds } = await logOddsOnRows(x, y, options, form, 0);
  const lossOf = form.positiveCounts ? softplusOf : (u: number) => u;
  return { x: logOdds.x.map(lossOf), y: logOdds.y.map(lossOf) };
}

/** Means of the terms. */
export function summarizeTwoViews(terms: TwoViewTerms, form: TwoViewNegatives): TwoViewSummary {
  const n = terms.x.length;
  return {
    ...meanLossOf(terms.x.map((term, i) => 0.5 * (term + terms.y[i]!))),
    forward: meanOfArray(terms.x),
    backward: meanOfArray(terms.y),
    negatives: (n - 1) * (Number(form.cross) + Number(form.own)),
  };
}

export async function twoViewGradient(
  x: Rows,
  y: Rows,
  options: TwoViewOnRowsOptions,
  form: TwoViewForm,
): Promise<TwoViewGradient> {
  const { temperature } = options;
  const sums = await logOddsOnRows(x, y, options, form, sweepsOf(form));
  const sides = { x: weightsOf(sums.logOdds.x, sums.scores), y: weightsOf(sums.logOdds.y, sums.scores) };
  const gradient = await gradientOfNegatives(x, y, options, { form, critic: sums.critic, sides });
  const weights = sides.x.positives.map((weight, i) => weight + sides.y.positives[i]!);
  await addMatchedScores(gradient, x, y, { critic: sums.critic, weights }, options);
  const moments = [
    { rows: x, gradient: gradient.x },
    { rows: y, gradient: gradient.y },
  ];
  return {
    samples: x.rows,
    loss: 0.5 * (meanOfArray(sides.x.losses) + meanOfArray(sides.y.losses)),
    gradients: { ...gradient, temperature: -(await scoreMoment(moments, options)) / temperature },
  };

  /** ∂L/∂s of the negatives of anchor i is coefficient_i e^{s/τ − logNormalizer_i}; that of its positive is given. */
  function weightsOf(logOdds: Float64Array, scores: Float64Array): AnchorWeights {
    const losses = form.positiveCounts ? logOdds.map(softplusOf) : logOdds;
    const share = 0.5 / (x.rows * temperature);
    return {
      losses,
      coefficient: new Float64Array(x.rows).fill(share),
      logNormalizer: losses.map((loss, i) => scores[i]! / temperature + loss),
      positives: logOdds.map((u) => (form.positiveCounts ? -share / (1 + Math.exp(-u)) : -share)),
    };
  }
}

interface AnchorWeights {
  readonly losses: Float64Array;
  readonly coefficient: Float64Array;
  readonly logNormalizer: Float64Array;
  readonly positives: Float64Array;
}

function sweepsOf({ cross, own }: TwoViewNegatives): number {
  return Number(cross) + 2 * Number(own);
}

/** u of every anchor, the scores of the pairs and the critic; `sweepsAfter` are still to come, for the progress. */
async function logOddsOnRows(
  x: Rows,
  y: Rows,
  options: TwoViewOnRowsOptions,
  form: TwoViewForm,
  sweepsAfter: number,
): Promise<{ readonly logOdds: TwoViewTerms; readonly scores: Float64Array; readonly critic: Critic }> {
  const { where, cross, own, positiveCounts } = form;
  checkPairs(where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  if (!positiveCounts) checkSeveral(where, shapeOfRows(where, "x", x));
  const critic = resolveCritic(where, options);
  const { temperature, engine = referenceEngine() } = options;
  const scores = await matchedScores(x, y, critic, options);
  const sum = async (a: Rows, b: Rows, phase: number) => {
    const control = controlOfPhase(options, phase, sweepsOf(form) + sweepsAfter);
    const kernel = { kind: "logSumExp", critic, temperature, diagonal: "exclude" } as const;
    return (await engine.reduce(a, b, [kernel], control))[0];
  };
  const across = cross ? await sum(x, y, 0) : undefined;
  const withinX = own ? (await sum(x, x, Number(cross))).rows : undefined;
  const withinY = own ? (await sum(y, y, Number(cross) + 1)).rows : undefined;
  const relative = (negatives: Float64Array) => negatives.map((total, i) => total - scores[i]! / temperature);
  const logOdds = { x: relative(joined(across?.rows, withinX)), y: relative(joined(across?.columns, withinY)) };
  return { logOdds, scores, critic };
}

/** Log-sum-exps over the union of disjoint sets. */
function joined(a: Float64Array | undefined, b: Float64Array | undefined): Float64Array {
  if (a === undefined || b === undefined) return (a ?? b)!;
  return a.map((value, i) => logAddExp(value, b[i]!));
}

async function gradientOfNegatives(
  x: Rows,
  y: Rows,
  options: TwoViewOnRowsOptions,
  setup: {
    readonly form: TwoViewNegatives;
    readonly critic: Critic;
    readonly sides: { readonly x: AnchorWeights; readonly y: AnchorWeights };
  },
): Promise<{ x: Float64Array; y: Float64Array }> {
  const { form, critic, sides } = setup;
  const { temperature, engine = referenceEngine() } = options;
  const kernel = { critic, temperature, diagonal: "exclude" } as const;
  let phase = sweepsOf(form);
  const control = () => controlOfPhase(options, phase++, 2 * sweepsOf(form));
  const gradient = { x: new Float64Array(x.rows * x.dim), y: new Float64Array(y.rows * y.dim) };
  if (form.cross) {
    const across = await engine.gradient(x, y, { ...kernel, rowWeights: sides.x, columnWeights: sides.y }, control());
    addInto(gradient.x, across.x);
    addInto(gradient.y, across.y);
  }
  if (form.own) {
    for (const [side, rows] of [
      ["x", x],
      ["y", y],
    ] as const) {
      const within = await engine.gradient(rows, rows, { ...kernel, rowWeights: sides[side] }, control());
      addInto(gradient[side], within.x);
      addInto(gradient[side], within.y);
    }
  }
  return gradient;
}
