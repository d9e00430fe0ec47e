// What was found, in sentences for someone who has not read the theory. Each sentence says the number and what follows.

import { findingThresholds as threshold } from "./finding-thresholds.ts";
import { inFixed, inPercent } from "./number-words.ts";
import type { EnergyDecomposition, Finding, PairAnalysis } from "./pair-analysis.ts";

export interface SummarizeOptions {
  /** Names of the modalities, e.g. `images` and `captions`. @defaultValue `X` and `Y` */
  readonly names?: { readonly x: string; readonly y: string };
}

/**
 * Sentences about an analysis, in reading order: gap, cosines, retrieval, mixed search, energies, spectra, hubness, controls.
 *
 * Domain:   any record of `analyzePair`; parts that were skipped are not mentioned.
 * Limits:   no gap, no retrieval and collapsed rows have sentences of their own.
 * Source:   the wording changes at the numbers of `findingThresholds`.
 */
export function summarize(analysis: PairAnalysis, options: SummarizeOptions = {}): Finding[] {
  const names = options.names ?? { x: "X", y: "Y" };
  return [
    gapFinding(analysis, names),
    cosineFinding(analysis, names),
    retrievalFinding(analysis, names),
    mixedSearchFinding(analysis, names),
    ...Object.values(analysis.energy)
      .sort((a, b) => a.temperature - b.temperature)
      .map((energy) => energyFinding(energy, analysis.rows)),
    ...spectrumFindings(analysis, names),
    ...hubnessFindings(analysis, names),
    ...centredFindings(analysis),
    ...shuffleFindings(analysis),
  ];
}

type Names = Required<SummarizeOptions>["names"];

function gapFinding({ gap, rows }: PairAnalysis, names: Names): Finding {
  const { centroid, centroidFloor } = gap;
  const distance = `The centroids of ${names.x} and ${names.y} are ${inFixed(centroid.value)} apart`;
  if (centroid.value <= threshold.noiseFloors * centroidFloor) {
    const noise = `no more than ${threshold.noiseFloors} times what sampling ${rows} pairs gives by itself (${inFixed(centroidFloor)})`;
    return {
      topic: "gap",
      tone: "good",
      text: `${distance}, ${noise}: there is no measurable gap between the centroids.`,
    };
  }
  const scale = "on a scale where unit vectors are at most 2 apart";
  const wide = centroid.value >= threshold.wideGap;
  const meaning = wide
    ? "the two modalities occupy separate regions of the sphere"
    : "the modalities are offset but not far apart";
  return { topic: "gap", tone: wide ? "warning" : "notice", text: `${distance}, ${scale}: ${meaning}.` };
}

function cosineFinding({ cosines }: PairAnalysis, names: Names): Finding {
  const { matched, unmatched, within } = cosines;
  const [pair, x, y] = [matched.value, within.x.value, within.y.value];
  const numbers = `Matched pairs have a mean cosine of ${inFixed(pair)}, unmatched ones ${inFixed(unmatched.value)}`;
  const own = `two unrelated rows of ${names.x} ${inFixed(x)}, of ${names.y} ${inFixed(y)}`;
  if (pair < Math.min(x, y)) {
    const meaning =
      "an item is less alike to its own match than to unrelated items of its own modality, so cosines must not be compared across kinds";
    return { topic: "cosines", tone: "warning", text: `${numbers}; ${own}: ${meaning}.` };
  }
  if (pair < Math.max(x, y)) {
    const meaning = "for one modality the match is less alike than an unrelated item of the same kind";
    return { topic: "cosines", tone: "notice", text: `${numbers}; ${own}: ${meaning}.` };
  }
  return {
    topic: "cosines",
    tone: "good",
    text: `${numbers}; ${own}: a match is more alike than anything unrelated, of either kind.`,
  };
}

function retrievalFinding({ retrieval, gap, rows }: PairAnalysis, names: Names): Finding {
  const k = Object.keys(retrieval.xToY.recall)[0]!;
  const [forward, backward] = [retrieval.xToY.recall[k]!, retrieval.yToX.recall[k]!];
  const chance = retrieval.chance.recall[k]!;
  const place = k === "1" ? "in the first place" : `among the first ${k}`;
  const hits = `For ${inPercent(forward.value)} of the queries of ${names.x} the match in ${names.y} is found ${place}, for ${inPercent(backward.value)} the other way round`;
  const numbers = `${hits}; chance is ${inPercent(chance)} with ${rows} candidates`;
  const tied = retrieval.xToY.tiedQueries + retrieval.yToX.tiedQueries;
  const ties =
    tied > 0
      ? ` ${tied} queries have candidates that tie with the match; they count with the probability of a hit.`
      : "";
  const lowest = (estimate: typeof forward) => estimate.interval?.low ?? estimate.value;
  if (lowest(forward) <= chance && lowest(backward) <= chance) {
    return {
      topic: "retrieval",
      tone: "warning",
      text: `${numbers}: the pairing cannot be told from a random one.${ties}`,
    };
  }
  const good = Math.min(forward.value, backward.value) >= threshold.goodRecall;
  const apart = gap.centroid.value >= threshold.wideGap;
  const meaning = apart
    ? "the pairing is found in spite of the gap, since the candidates of one search all lie on the same side of it"
    : good
      ? "the pairing is found reliably"
      : "the pairing is found, but far from always";
  return { topic: "retrieval", tone: good ? "good" : "notice", text: `${numbers}: ${meaning}.${ties}` };
}

function mixedSearchFinding({ mixedSearch }: PairAnalysis, names: Names): Finding {
  const k = Object.keys(mixedSearch.x).at(-1)!;
  const [x, y] = [mixedSearch.x[k]!.value, mixedSearch.y[k]!.value];
  const shares =
    x === y
      ? `${x === 1 ? "all" : inPercent(x)} of`
      : `${inPercent(x)} (queries of ${names.x}) and ${inPercent(y)} (queries of ${names.y}) of`;
  const numbers = `In a search over both modalities together, ${shares} the top ${k} are of the query's own kind; without a gap it would be ${inPercent(mixedSearch.reference)}`;
  const most = Math.max(x, y);
  if (Math.min(x, y) >= threshold.hidingShare) {
    return {
      topic: "mixedSearch",
      tone: "warning",
      text: `${numbers}: a mixed index hides the other modality, whatever it contains.`,
    };
  }
  if (most > mixedSearch.reference + threshold.biasedShare) {
    return {
      topic: "mixedSearch",
      tone: "notice",
      text: `${numbers}: results are biased towards the query's own kind.`,
    };
  }
  return { topic: "mixedSearch", tone: "good", text: `${numbers}: neither kind crowds out the other.` };
}

function energyFinding(
  { temperature, positiveMass, conditionalEffectiveNegatives, logPartition }: EnergyDecomposition,
  rows: number,
): Finding {
  const mass = (positiveMass.xToY.value + positiveMass.yToX.value) / 2;
  const negatives = (conditionalEffectiveNegatives.xToY.value + conditionalEffectiveNegatives.yToX.value) / 2;
  const numbers = `At τ = ${temperature} the match holds ${inPercent(mass)} of the softmax mass (chance ${inPercent(1 / rows)}), and ${inFixed(negatives)} of ${rows - 1} negatives share the rest`;
  const { all, leaveOneOut } = logPartition;
  // log of the share that i = j adds to the own-modality field; above log 2 the self term is the larger part.
  const self = Math.max(all.xx.value - leaveOneOut.xx.value, all.yy.value - leaveOneOut.yy.value);
  const drowned = self > Math.LN2;
  const meaning = drowned
    ? "each row's own term outweighs all others in its modality's field, so that only the leave-one-out divergences say anything about overlap"
    : "the fields average over many rows";
  return { topic: "energy", tone: drowned ? "notice" : "good", text: `${numbers}; ${meaning}.` };
}

function spectrumFindings({ spectrum }: PairAnalysis, names: Names): Finding[] {
  if (!spectrum) return [];
  const { x, y } = spectrum;
  const ranks = `${inFixed(x.effectiveRank.value)} (${names.x}) and ${inFixed(y.effectiveRank.value)} (${names.y}) of ${x.rankCeiling}`;
  const lowest = Math.min(x.effectiveRank.value, y.effectiveRank.value);
  if (lowest === 0)
    return [
      {
        topic: "spectrum",
        tone: "warning",
        text: `Effective ranks are ${ranks}: a modality has collapsed to a single point.`,
      },
    ];
  const low = lowest < threshold.lowRank * x.rankCeiling;
  const meaning = low
    ? "a modality uses few of the directions it could"
    : "the variance is spread over many directions";
  return [
    {
      topic: "spectrum",
      tone: low ? "notice" : "good",
      text: `Effective ranks of the covariance are ${ranks}: ${meaning}.`,
    },
  ];
}

function hubnessFindings({ hubness }: PairAnalysis, names: Names): Finding[] {
  const { xToY, yToX } = hubness;
  const skewness = `${inFixed(xToY.skewness.value)} for rows of ${names.y} and ${inFixed(yToX.skewness.value)} for rows of ${names.x}`;
  const never = `${inPercent(xToY.antihubShare.value)} and ${inPercent(yToX.antihubShare.value)} are never returned`;
  const strong = Math.max(xToY.skewness.value, yToX.skewness.value) >= threshold.strongHubness;
  const meaning = strong ? "a few rows are neighbours of everything" : "no few rows crowd the results";
  const text = `The skewness of how often a row is among the ${xToY.k} nearest is ${skewness}; ${never}: ${meaning}.`;
  return [{ topic: "hubness", tone: strong ? "notice" : "good", text }];
}

function centredFindings({ centred, gap, retrieval, mixedSearch }: PairAnalysis): Finding[] {
  if (!centred) return [];
  const k = Object.keys(retrieval.xToY.recall)[0]!;
  const list = Object.keys(mixedSearch.x).at(-1)!;
  const recall = (of: PairAnalysis["retrieval"]) => of.xToY.recall[k]!.value;
  const share = (of: PairAnalysis["mixedSearch"]) => (of.x[list]!.value + of.y[list]!.value) / 2;
  const changes = [
    `the centroid gap goes from ${inFixed(gap.centroid.value)} to ${inFixed(centred.gap.centroid.value)}`,
    `recall at ${k} from ${inPercent(recall(retrieval))} to ${inPercent(recall(centred.retrieval))}`,
    `the own-kind share of the top ${list} from ${inPercent(share(mixedSearch))} to ${inPercent(share(centred.mixedSearch))}`,
  ];
  const biased = share(centred.mixedSearch) > centred.mixedSearch.reference + threshold.biasedShare;
  const left = biased ? "the modalities differ by more than an offset" : "what is left does not favour either kind";
  const gained = recall(centred.retrieval) - recall(retrieval);
  // ⟨μ_X, y_j⟩ is the same for all queries x and differs between candidates y_j: hubs.
  const hidden = "; the offset of the queries had pulled the same candidates to the front of every search";
  const matches =
    gained >= threshold.recallChange ? hidden : gained <= -threshold.recallChange ? "; centring costs matches" : "";
  const text = `When each modality is centred, ${changes.join(", ")}: ${left}${matches}.`;
  return [{ topic: "centred", tone: biased ? "notice" : "good", text }];
}

function shuffleFindings({ shuffle }: PairAnalysis): Finding[] {
  if (!shuffle) return [];
  const deviation = `${inFixed(shuffle.largestDeviation)} standard deviations of chance at most`;
  if (shuffle.retrievalAtChance && shuffle.marginalsHeld) {
    const text = `Control passed: with the pairing permuted, retrieval falls to chance (${deviation}) and the gap stays the same.`;
    return [{ topic: "shuffle", tone: "good", text }];
  }
  const failures = [
    ...(shuffle.retrievalAtChance ? [] : [`retrieval stays away from chance (${deviation})`]),
    ...(shuffle.marginalsHeld ? [] : ["measures that do not depend on the pairing changed"]),
  ];
  const text = `Control failed: with the pairing permuted, ${failures.join(" and ")}; do not trust the numbers above.`;
  return [{ topic: "shuffle", tone: "warning", text }];
}
