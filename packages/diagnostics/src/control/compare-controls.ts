import {
  copyRows,
  createPairUncertainty,
  createPhases,
  type EngineOptions,
  resolveUncertainty,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { referenceEngine } from "@nce-geometry/pairwise";
import { type Backend, InputError, isInputError, type Rows, type RunControl } from "@nce-geometry/tensor";
import { defaultMixedSearchAt } from "../mixed-search.ts";
import type { PairingOptions } from "../pairing.ts";
import { assertCounts, defaultRecallAt } from "../retrieval.ts";
import { applyControl } from "./apply-control.ts";
import {
  type ControlAxes,
  type ControlComparison,
  type ControlMeasures,
  controlComparisonSchema,
  type FailedControl,
  type JudgedControl,
} from "./control-comparison.ts";
import type { ControlOptions, ResolvedControl } from "./control-options.ts";
import type { ControlFit } from "./control-transform.ts";
import { fitPair } from "./fit-control.ts";
import type { Influenced, JudgeSettings } from "./influenced.ts";
import { differencesOf, judgeRows, mapMeasures } from "./judge-rows.ts";
import { mixedSearchReference } from "./judge-search.ts";
import { loadPairRows, type PairRows, pairRowsOf } from "./pair-rows.ts";
import { paretoFront } from "./pareto-front.ts";
import { recommendControl } from "./recommend-control.ts";
import { describeControl, resolveControl } from "./resolve-control.ts";
import { type ItemSplit, type ItemSplitOptions, splitItems } from "./split-items.ts";

export interface CompareControlsOptions extends PairingOptions, EngineOptions, UncertaintyOptions, RunControl {
  /** The identity is always compared with, whether it is among them or not. @defaultValue one of each kind that needs no training */
  readonly controls?: readonly ControlOptions[];
  /** @defaultValue half of the items, from seed 0 */
  readonly split?: ItemSplitOptions;
  /** The k of recall@k, integers ≥ 1, at least one. @defaultValue [1, 5, 10] */
  readonly recallAt?: readonly number[];
  /** Lengths of the result lists of the mixed search; advice goes by the last. @defaultValue [1, 5, 10] */
  readonly mixedSearchAt?: readonly number[];
  /** τ > 0 of the kernel behind D_S, the same for all controls. @defaultValue 0.07 */
  readonly temperature?: number;
  /** Shrinkage of the probe's covariance, in (0, 1]. @defaultValue 0.1 */
  readonly probeShrinkage?: number;
  /** Folds of the probe, ≥ 2. @defaultValue 5 */
  readonly folds?: number;
  /** @defaultValue { gap: "centroid", recallAt: the first of `recallAt` } */
  readonly axes?: Partial<ControlAxes>;
  /** Where adapters are trained. */
  readonly backend?: Backend;
}

/** One of each kind that needs no training. */
export const defaultControls: readonly ControlOptions[] = [
  { kind: "identity" },
  { kind: "shift", lambda: 0.5 },
  { kind: "shift" },
  { kind: "centre" },
  { kind: "dn" },
  { kind: "standardize" },
  { kind: "whiten" },
  { kind: "gapDirection" },
  { kind: "iterativeProjection" },
  { kind: "procrustes" },
  { kind: "gaussianMap" },
];

/**
 * Controls of the gap fitted on some of the items and judged on the others, side by side with the rows as they are.
 *
 * Math:     measures as in {@link ControlMeasures}; differences to the identity from the influences of the same held-out items, so
 *           that what both have in common cancels (paired bootstrap of the first-order part).
 * Shapes:   x [n, d], y [m, d] of unit rows → record.
 * Domain:   n ≥ 4: two items to fit on and two to judge by.
 * Limits:   identity alone → no differences, a front of one, nothing helps;  all shares of a control that is the identity in effect
 *           → differences 0.
 * Numerics: rows are judged as the control leaves them, scores being inner products; D_S takes their directions, at one τ for all.
 *           Intervals hold the fitted control fixed and take the held-out items as the sample: they are for this control on new items,
 *           not for one fitted anew. Those of recall and mixed search hold the gallery fixed, those of D_S and the probe pool and
 *           probe. They are for one comparison at a time: of many controls, one in twenty looks better or worse by chance.
 *           Cost: four sweeps of the held-out rows per control, and the fits; about 2 s per control at 500 pairs of d = 512.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION, E_BACKEND. A control that the rows do not determine is a status.
 */
export async function compareControls(
  x: Rows,
  y: Rows,
  options: CompareControlsOptions = {},
): Promise<ControlComparison> {
  const where = "compareControls";
  const settings = resolveSettings(where, options);
  const controls = resolveControls(where, options.controls ?? defaultControls);
  const pair = await loadPairRows(where, x, y, options.map, { signal: options.signal });
  const split = splitItems(pair.x.rows, options.split);
  const [train, test] = [pairRowsOf(pair, split.train), pairRowsOf(pair, split.test)];
  const uncertainty = createPairUncertainty(where, test.x.rows, test.pairing.owners, settings);
  const judged: Outcome[] = [];
  const phase = createPhases(options, controls.length);
  for (const { label, control } of controls) {
    const outcome = await judge(
      where,
      { train, test, split, control, label },
      { ...settings, uncertainty },
      { ...options, ...phase(label) },
    );
    judged.push(outcome);
  }
  return recordOf(judged, { train, test, split, settings, uncertainty });
}

type Settings = Omit<JudgeSettings, "uncertainty"> & {
  readonly axes: ControlAxes;
  readonly bootstrap: number;
  readonly level: number;
};

interface Success {
  readonly label: string;
  readonly control: ResolvedControl;
  readonly fit: ControlFit;
  readonly measures: ControlMeasures<Influenced>;
}

type Outcome = Success | FailedControl;

interface Task {
  readonly train: PairRows;
  readonly test: PairRows;
  readonly split: ItemSplit;
  readonly control: ResolvedControl;
  readonly label: string;
}

async function judge(
  where: string,
  { train, test, split, control, label }: Task,
  settings: JudgeSettings,
  { backend, signal, onProgress }: CompareControlsOptions,
): Promise<Outcome> {
  try {
    const provenance = { split: split.hash };
    const run = { signal, onProgress };
    const transform = await fitPair(where, train, control, { ...(backend && { backend }), provenance, ...run });
    const quiet = { signal };
    const applied: PairRows = {
      x: await copyRows(applyControl(transform, test.x, "x"), quiet),
      y: await copyRows(applyControl(transform, test.y, "y"), quiet),
      pairing: test.pairing,
    };
    return { label, control, fit: transform.fit, measures: await judgeRows(applied, settings, run) };
  } catch (error) {
    // The rows were checked before: what is left is a property of the rows and the control together.
    if (!isInputError(error) || !["E_DOMAIN", "E_ZERO_ROW"].includes(error.code)) throw error;
    return { status: "failed", label, options: control, reason: error.message };
  }
}

function recordOf(
  outcomes: readonly Outcome[],
  context: {
    readonly train: PairRows;
    readonly test: PairRows;
    readonly split: ItemSplit;
    readonly settings: Settings;
    readonly uncertainty: JudgeSettings["uncertainty"];
  },
): ControlComparison {
  const { train, test, split, settings, uncertainty } = context;
  const { axes, engine, ...numbers } = settings;
  const successes = outcomes.filter((outcome): outcome is Success => "measures" in outcome);
  const identity = successes.find(({ control }) => control.kind === "identity")!;
  const points = successes.map(({ measures }) => ({
    gap: measures[axes.gap].estimate.value,
    retrieval: measures.meanRecall[axes.recallAt]!.estimate.value,
  }));
  const front = paretoFront(points).map((at) => successes[at]!.label);
  const judged = (success: Success): JudgedControl => ({
    status: "judged",
    label: success.label,
    options: success.control,
    fit: success.fit,
    measures: mapMeasures(success.measures, ({ estimate }) => estimate),
    differences: success === identity ? null : differencesOf(identity.measures, success.measures, uncertainty),
    onFront: front.includes(success.label),
  });
  const controls = outcomes.map((outcome) => ("measures" in outcome ? judged(outcome) : outcome));
  const compared = controls.filter((control): control is JudgedControl => control.status === "judged");
  const { n, m } = test.pairing;
  return {
    schema: controlComparisonSchema,
    dim: test.x.dim,
    split: {
      trainItems: train.x.rows,
      testItems: n,
      trainCaptions: train.y.rows,
      testCaptions: m,
      hash: split.hash,
    },
    settings: { ...numbers, engine: engine.name },
    axes,
    reference: { recall: chanceOf(test, settings.recallAt), mixedSearch: mixedSearchReference(n, m) },
    controls,
    front,
    recommendation: recommendControl(compared, { axes, mixedSearchAt: settings.mixedSearchAt.at(-1)! }),
  };
}

/** Recall of a random order: 1 − C(m − c, k)/C(m, k) for an item of c captions, k/n for a caption. */
function chanceOf({ pairing: { n, m, members } }: PairRows, recallAt: readonly number[]) {
  const missed = (c: number, k: number) => {
    let product = 1;
    for (let i = 0; i < Math.min(k, m); i++) product *= Math.max(0, m - c - i) / (m - i);
    return product;
  };
  const ofItem = (k: number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += 1 - missed(members.offsets[i + 1]! - members.offsets[i]!, k);
    return sum / n;
  };
  const byK = (of: (k: number) => number) => Object.fromEntries(recallAt.map((k) => [String(k), of(k)]));
  return { xToY: byK(ofItem), yToX: byK((k) => Math.min(1, k / n)) };
}

function resolveSettings(where: string, options: CompareControlsOptions): Settings {
  const { recallAt = defaultRecallAt, mixedSearchAt = defaultMixedSearchAt, engine = referenceEngine() } = options;
  const { temperature = 0.07, probeShrinkage = 0.1, folds = 5 } = options;
  assertCounts(where, "recallAt", recallAt);
  assertCounts(where, "mixedSearchAt", mixedSearchAt);
  const refuse = (argument: string, expected: string, received: unknown): never => {
    throw new InputError({ code: "E_OPTION", where, argument, expected, received: String(received) });
  };
  if (!(Number.isFinite(temperature) && temperature > 0)) refuse("temperature", "a finite number > 0", temperature);
  if (!(probeShrinkage > 0 && probeShrinkage <= 1)) refuse("probeShrinkage", "a number in (0, 1]", probeShrinkage);
  if (!(Number.isSafeInteger(folds) && folds >= 2)) refuse("folds", "an integer ≥ 2", folds);
  const axes: ControlAxes = { gap: "centroid", recallAt: recallAt[0]!, ...options.axes };
  if (!["centroid", "energyDistance", "symmetricKL"].includes(axes.gap)) {
    refuse("axes.gap", '"centroid", "energyDistance" or "symmetricKL"', JSON.stringify(axes.gap));
  }
  if (!recallAt.includes(axes.recallAt)) refuse("axes.recallAt", "one of `recallAt`", axes.recallAt);
  const resampling = resolveUncertainty(where, options);
  return { recallAt, mixedSearchAt, engine, temperature, probeShrinkage, folds, axes, ...resampling };
}

function resolveControls(
  where: string,
  given: readonly ControlOptions[],
): { readonly label: string; readonly control: ResolvedControl }[] {
  const resolved = given.map((options, at) => resolveControl(where, `controls[${at}]`, options));
  const others = resolved.filter(({ kind }) => kind !== "identity");
  const identity = resolveControl(where, "controls", { kind: "identity" });
  const named = [identity, ...others].map((control) => ({ label: describeControl(control), control }));
  const count = new Map<string, number>();
  // Two adapters may differ in what their names do not say.
  return named.map(({ label, control }) => {
    const seen = (count.get(label) ?? 0) + 1;
    count.set(label, seen);
    return { label: seen > 1 ? `${label} (${seen})` : label, control };
  });
}
