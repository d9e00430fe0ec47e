// What the details add: slipped files, and whether the assumptions of the theory hold.

import type { PairDetails } from "../details/pair-details.ts";
import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { inFixed, inPercent } from "../number-words.ts";
import type { PairAnalysis } from "../pair-analysis.ts";
import type { Sentence } from "./finding.ts";
import type { ModalityNames } from "./modality-names.ts";
import { pairingIsHidden } from "./pairing-visibility.ts";

/** Fewer queries at one distance are no pattern. */
const fewestShifted = 5;

/** Rows that belong together but do not stand in the same place. */
export function pairingFindings(
  { pairing }: PairDetails,
  { retrieval }: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence[] {
  const { shift, standout, queries } = pairing;
  if (shift && shift.share.value >= threshold.shiftedShare && shift.share.value * queries >= fewestShifted) {
    const rows = Math.abs(shift.rows) === 1 ? "1 row" : `${Math.abs(shift.rows)} rows`;
    const text = `For ${inPercent(shift.share.value)} of the rows of ${names.y} that were asked, the nearest of ${names.x} stands exactly ${rows} ${shift.rows > 0 ? "after" : "before"} the one it is paired with: the two files have slipped against each other.`;
    return [{ topic: "pairing", tone: "warning", text }];
  }
  if (standout.value < threshold.standout || !pairingIsHidden(retrieval, threshold)) return [];
  const text = `Rows of ${names.y} have one row of ${names.x} that is far nearer than all others (a lead of ${inFixed(standout.value)}, strangers about ${inFixed(1 / (3 * Math.log(retrieval.yToX.candidates)))}), but it is not the one they are paired with: the right partners are there, in another order.`;
  return [{ topic: "pairing", tone: "warning", text }];
}

/** Whether the kernel is sharp, the negatives are enough, and both directions agree. */
export function assumptionFindings(
  { energy, settings }: PairAnalysis,
  details: PairDetails | undefined,
  threshold: FindingThresholds = findingThresholds,
): Sentence[] {
  return [
    ...kernelFindings({ energy, settings }, threshold),
    ...(details ? [...negativesFindings(details), ...heterogeneityFindings(details, threshold)] : []),
  ];
}

function kernelFindings(
  { energy, settings }: Pick<PairAnalysis, "energy" | "settings">,
  threshold: FindingThresholds,
): Sentence[] {
  const { items, captions } = settings.sampling;
  if (items < threshold.fewPairs) return [];
  const most = { xToY: captions - captions / items, yToX: items - 1 };
  const shares = Object.values(energy).map(({ temperature, conditionalEffectiveNegatives: { xToY, yToX } }) => {
    return { temperature, share: (xToY.value / most.xToY + yToX.value / most.yToX) / 2 };
  });
  const sharpest = shares.reduce((best, at) => (at.share < best.share ? at : best), shares[0]!);
  if (!(sharpest.share >= threshold.flatKernel)) return [];
  const text = `Even at τ = ${sharpest.temperature} the negatives count as ${inPercent(sharpest.share)} of themselves: the kernel is too flat to see the shape of the clouds, and divergences and partition terms say next to nothing.`;
  return [{ topic: "kernel", tone: "notice", text }];
}

function negativesFindings({ negatives, temperature, items }: PairDetails): Sentence[] {
  if (!negatives) return [];
  const { target, status } = negatives;
  const angle = `${((Math.acos(target) * 180) / Math.PI).toFixed(0)}°`;
  const goal = `bring the gradient within ${angle} of its limit for unlimited negatives (τ = ${temperature})`;
  if (status === "referenceTooSmall" || !negatives.negatives) {
    const text = `${items} items are too few to tell how many negatives ${goal}: a handful of them hold all the weight.`;
    return [{ topic: "negatives", tone: "notice", text }];
  }
  const { value, interval } = negatives.negatives;
  const range = interval ? ` (${Math.max(1, Math.floor(interval.low))} to ${Math.ceil(interval.high)})` : "";
  const needed = Math.ceil(value);
  if (needed < items) {
    const text = `A batch of some ${needed} negatives${range} is expected to ${goal}: enough negatives are at hand.`;
    return [{ topic: "negatives", tone: "good", text }];
  }
  const text = `It would take some ${needed} negatives${range} to ${goal}, more than the ${items} items here: losses of smaller batches point elsewhere.`;
  return [{ topic: "negatives", tone: "notice", text }];
}

function heterogeneityFindings({ heterogeneity }: PairDetails, threshold: FindingThresholds): Sentence[] {
  const { divergence, temperature } = heterogeneity;
  const text = `How often a pair is drawn by others through its one side and through its other side differs by ${inFixed(divergence.value)} nats (divergence of the two directed laws at τ = ${temperature})`;
  return divergence.value >= threshold.heterogeneity
    ? [
        {
          topic: "heterogeneity",
          tone: "notice",
          text: `${text}: the two directions of the loss want different things, which keeps a gap open.`,
        },
      ]
    : [{ topic: "heterogeneity", tone: "good", text: `${text}: the two directions of the loss agree.` }];
}
