// Which of the judged controls to take, and why; or that none helps.

import type { Estimate } from "@nce-geometry/energy";
import type {
  ControlAdvice,
  ControlAxes,
  ControlMeasures,
  ControlRecommendation,
  JudgedControl,
} from "./control-comparison.ts";

/** What the sentences are about. */
export interface RecommendationSettings {
  readonly axes: ControlAxes;
  /** k of the mixed search that counts. */
  readonly mixedSearchAt: number;
}

type Compared = JudgedControl & { readonly differences: ControlMeasures };

/**
 * Advice for a mixed index and for cross-modal retrieval. A control is better or worse on an axis where the interval of its paired
 * difference to the rows as they are excludes 0.
 *
 * Math:     mixed index: of the controls whose mixed-search bias is less and whose mean recall is not, the one with the least bias.
 *           Retrieval: of the controls whose mean recall is more, the one with the most.
 * Limits:   no control better on any axis, or each at a cost → null, and `helps` is false.
 */
export function recommendControl(
  controls: readonly JudgedControl[],
  settings: RecommendationSettings,
): ControlRecommendation {
  const compared = controls.filter((control): control is Compared => control.differences !== null);
  const mixedIndex = adviceForMixedIndex(compared, settings);
  const retrieval = adviceForRetrieval(compared, settings);
  const helping = compared.filter((control) => helps(control, settings));
  const summary =
    helping.length > 0
      ? `${list(helping)} ${helping.length > 1 ? "improve" : "improves"} the gap, the mixed search or retrieval without a significant loss of retrieval or evenness.`
      : "Nothing helps: no control improves one of gap, mixed search and retrieval without a significant loss on another.";
  return { mixedIndex, retrieval, helps: helping.length > 0, summary };
}

function adviceForMixedIndex(compared: readonly Compared[], settings: RecommendationSettings): ControlAdvice {
  const { axes, mixedSearchAt: k } = settings;
  const bias = ({ measures }: Compared) => measures.mixedSearchBias[k]!.value;
  const evener = compared
    .filter(({ differences }) => isBelow(differences.mixedSearchBias[k]!))
    .sort((a, b) => bias(a) - bias(b));
  const free = evener.filter(({ differences }) => !isBelow(differences.meanRecall[axes.recallAt]!));
  const change = (control: Compared) => recallChange(control.differences.meanRecall[axes.recallAt]!, axes.recallAt);
  const [[best], [evenest]] = [free, evener];
  if (!evenest)
    return { control: null, reason: `No control makes the top ${k} of a mixed search significantly more even.` };
  const costly = `“${evenest.label}” ${evenness(evenest, k)}, but ${change(evenest)}`;
  if (!best)
    return { control: null, reason: `Every control that makes a mixed search more even loses matches: ${costly}.` };
  const reason = `“${best.label}” ${evenness(best, k)}, and ${change(best)}.`;
  return { control: best.label, reason: best === evenest ? reason : `${reason} At a significant loss, ${costly}.` };
}

function adviceForRetrieval(
  compared: readonly Compared[],
  { axes: { recallAt } }: RecommendationSettings,
): ControlAdvice {
  const recall = ({ measures }: Compared) => measures.meanRecall[recallAt]!.value;
  const [best] = compared
    .filter(({ differences }) => isAbove(differences.meanRecall[recallAt]!))
    .sort((a, b) => recall(b) - recall(a));
  if (!best) {
    const reason = `No control raises the mean recall at ${recallAt} significantly: search across modalities with the rows as they are.`;
    return { control: null, reason };
  }
  const change = recallChange(best.differences.meanRecall[recallAt]!, recallAt);
  return { control: best.label, reason: `With “${best.label}” ${change}.` };
}

/** Better on one axis and worse on neither of the two that cost something. */
function helps({ differences }: Compared, { axes, mixedSearchAt }: RecommendationSettings): boolean {
  const recall = differences.meanRecall[axes.recallAt]!;
  const bias = differences.mixedSearchBias[mixedSearchAt]!;
  const better = isBelow(differences[axes.gap]) || isBelow(bias) || isAbove(recall);
  return better && !isBelow(recall) && !isAbove(bias);
}

function isBelow({ interval }: Estimate): boolean {
  return interval!.high < 0;
}

function isAbove({ interval }: Estimate): boolean {
  return interval!.low > 0;
}

function evenness({ measures, differences }: Compared, k: number): string {
  const after = measures.mixedSearchBias[k]!.value;
  const before = after - differences.mixedSearchBias[k]!.value;
  return `brings the own-kind share of the top ${k} from ${points(before)} to ${points(after)} points off an even one`;
}

function recallChange({ value, interval }: Estimate, k: number): string {
  const range = `(interval ${signed(interval!.low)} to ${signed(interval!.high)})`;
  return `the mean recall at ${k} changes by ${signed(value)} points ${range}`;
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}

function signed(share: number): string {
  const text = points(Math.abs(share));
  return share < 0 && Number(text) !== 0 ? `−${text}` : `+${text}`;
}

function list(controls: readonly Compared[]): string {
  const labels = controls.map(({ label }) => `“${label}”`);
  return labels.length > 1 ? `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}` : labels[0]!;
}
