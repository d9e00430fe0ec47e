// The receiver operating characteristic of two sets of scores with weights. Notation: a threshold t accepts scores above it; FNR the share of
// positives that it loses, FPR the share of negatives that it takes.

export interface SortedScores {
  /** All scores, ascending. */
  readonly values: Float64Array;
  /** Which score stands at each place: p < positives the p-th positive, else a negative. */
  readonly order: Int32Array;
  readonly positives: number;
}

export interface OperatingPoint {
  readonly threshold: number;
  readonly falseNegatives: number;
  readonly falsePositives: number;
}

/** Both sets in one ascending list. */
export function sortScores(positives: Float64Array, negatives: Float64Array): SortedScores {
  const all = new Float64Array(positives.length + negatives.length);
  all.set(positives);
  all.set(negatives, positives.length);
  const order = Int32Array.from(all.keys()).sort((a, b) => all[a]! - all[b]!);
  return { values: Float64Array.from(order, (place) => all[place]!), order, positives: positives.length };
}

/** Shares after each distinct score, beginning below all of them. */
export function operatingPoints(sorted: SortedScores, weights?: Float64Array): OperatingPoint[] {
  const points: OperatingPoint[] = [];
  walk(sorted, weights, (threshold, falseNegatives, falsePositives) => {
    points.push({ threshold, falseNegatives, falsePositives });
    return false;
  });
  return points;
}

/** Where the two errors are equal, on the line between the points around it. */
export function equalError(
  sorted: SortedScores,
  weights?: Float64Array,
): { readonly rate: number; readonly threshold: number } {
  let [lostBefore, takenBefore] = [0, 1];
  let found = { rate: Number.NaN, threshold: Number.NaN };
  walk(sorted, weights, (threshold, lost, taken) => {
    if (lost >= taken) {
      const share = (takenBefore - lostBefore) / (takenBefore - lostBefore + lost - taken);
      found = { rate: lostBefore + share * (lost - lostBefore), threshold };
      return true;
    }
    [lostBefore, takenBefore] = [lost, taken];
    return false;
  });
  return found;
}

/** Visits the operating points until one says stop. */
function walk(
  { values, order, positives }: SortedScores,
  weights: Float64Array | undefined,
  visit: (threshold: number, falseNegatives: number, falsePositives: number) => boolean,
): void {
  const weightAt = (at: number) => (weights ? weights[order[at]!]! : 1);
  let [wholePositive, wholeNegative] = [0, 0];
  for (let at = 0; at < order.length; at++) {
    if (order[at]! < positives) wholePositive += weightAt(at);
    else wholeNegative += weightAt(at);
  }
  if (visit(Number.NEGATIVE_INFINITY, 0, 1)) return;
  let [lost, kept] = [0, wholeNegative];
  for (let at = 0; at < order.length; at++) {
    if (order[at]! < positives) lost += weightAt(at);
    else kept -= weightAt(at);
    if (values[at + 1] === values[at]) continue;
    if (visit(values[at]!, lost / wholePositive, kept / wholeNegative)) return;
  }
}

/** Share of the negatives below each positive, and of the positives above each negative; equal ones count half. */
export function placements(sorted: SortedScores): {
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
} {
  const { values, order, positives } = sorted;
  const negatives = order.length - positives;
  const [ofPositives, ofNegatives] = [new Float64Array(positives), new Float64Array(negatives)];
  let [positivesBelow, negativesBelow] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tiedPositives = 0;
    while (end < order.length && values[end] === values[start]) if (order[end++]! < positives) tiedPositives++;
    const tiedNegatives = end - start - tiedPositives;
    for (let at = start; at < end; at++) {
      const place = order[at]!;
      if (place < positives) ofPositives[place] = (negativesBelow + tiedNegatives / 2) / negatives;
      else ofNegatives[place - positives] = 1 - (positivesBelow + tiedPositives / 2) / positives;
    }
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  return { ofPositives, ofNegatives };
}
