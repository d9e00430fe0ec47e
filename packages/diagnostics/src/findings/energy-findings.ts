import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { counted, inFixed, inList, inPercent } from "../number-words.ts";
import type { EnergyDecomposition, PairAnalysis, PairAnalysisSampling } from "../pair-analysis.ts";
import type { Sentence } from "./finding.ts";
import type { ModalityNames } from "./modality-names.ts";

/** What the contrastive loss sees at each temperature; neighbouring temperatures that say the same share a sentence. */
export function energyFindings(
  { energy, settings }: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence[] {
  const pool = poolOf(settings.sampling);
  const readings = Object.values(energy)
    .map((at) => readingOf(at, pool, names, threshold))
    .sort((a, b) => a.temperature - b.temperature);
  const runs: Reading[][] = [];
  for (const reading of readings) {
    const last = runs.at(-1);
    if (last && last[0]!.meaning === reading.meaning) last.push(reading);
    else runs.push([reading]);
  }
  return runs.map((run) => findingOf(run, pool));
}

/** What a match is compared with, as a mean of the two directions. */
interface Pool {
  readonly items: number;
  readonly captions: number;
  readonly negatives: number;
  /** Softmax mass of a match that scores as all others do. */
  readonly chance: number;
}

function poolOf({ items, captions }: PairAnalysisSampling): Pool {
  const strangers = captions - captions / items;
  const negatives = (strangers + items - 1) / 2;
  return { items, captions, negatives, chance: (1 / (1 + strangers) + 1 / items) / 2 };
}

interface Reading {
  readonly temperature: number;
  readonly mass: number;
  readonly negatives: number;
  readonly tone: Sentence["tone"];
  readonly meaning: string;
}

function readingOf(
  energy: EnergyDecomposition,
  pool: Pool,
  names: ModalityNames,
  threshold: FindingThresholds,
): Reading {
  const { temperature, positiveMass, conditionalEffectiveNegatives } = energy;
  const mass = (positiveMass.xToY.value + positiveMass.yToX.value) / 2;
  const negatives = (conditionalEffectiveNegatives.xToY.value + conditionalEffectiveNegatives.yToX.value) / 2;
  return { temperature, mass, negatives, ...verdictOf(drownedFields(energy, pool, names), negatives, pool, threshold) };
}

function verdictOf(
  drowned: readonly string[],
  negatives: number,
  pool: Pool,
  threshold: FindingThresholds,
): Pick<Reading, "tone" | "meaning"> {
  if (drowned.length > 0) {
    const field = drowned.length === 2 ? "its modality's field" : `the field of ${drowned[0]}`;
    const meaning = `on average each row's own term outweighs all others in ${field}, so that only the leave-one-out divergences say anything about overlap`;
    return { tone: "notice", meaning };
  }
  if (negatives >= threshold.fewNegatives) return { tone: "good", meaning: "the loss averages over many negatives" };
  return negatives >= pool.negatives / 2
    ? { tone: "good", meaning: "the loss averages over at least half of the negatives" }
    : { tone: "notice", meaning: "the loss compares the match with few negatives" };
}

/** The modalities in whose field a row's own term outweighs all others, on average. */
function drownedFields({ logPartition }: EnergyDecomposition, pool: Pool, names: ModalityNames): string[] {
  const { all, leaveOneOut } = logPartition;
  // log((s + r)/n) − log(r/(n − 1)) with s the own term and r the rest, plus log(n/(n − 1)): the mean of log(1 + s/r).
  const { items: n, captions: m } = pool;
  const others = { xx: n / (n - 1), yy: m / (m - m / n) };
  const own = (field: "xx" | "yy") => all[field].value - leaveOneOut[field].value + Math.log(others[field]);
  // A row and one duplicate share the field equally, up to rounding.
  const drowned = (field: "xx" | "yy") => own(field) > Math.LN2 + 1e-9;
  return [...(drowned("xx") ? [names.x] : []), ...(drowned("yy") ? [names.y] : [])];
}

function findingOf(run: readonly Reading[], pool: Pool): Sentence {
  const { tone, meaning } = run[0]!;
  const temperatures = run.map(({ temperature }) => String(temperature));
  const at = run.length > 2 ? `from ${temperatures[0]} to ${temperatures.at(-1)}` : inList(temperatures);
  const mass = several(
    run.map((reading) => reading.mass),
    inPercent,
  );
  const negatives = several(
    run.map((reading) => reading.negatives),
    inFixed,
  );
  const text = `At τ ${run.length > 2 ? "" : "= "}${at} the match holds ${mass} of the softmax mass on average (chance ${inPercent(pool.chance)}), and the rest is spread as if over ${negatives} of ${counted(Math.round(pool.negatives), "negative", "negatives")}: ${meaning}.`;
  return { topic: "energy", tone, text };
}

/** One or two numbers, or the range of more; numbers that are written alike only once. */
function several(values: readonly number[], word: (value: number) => string): string {
  const [least, most] = [word(Math.min(...values)), word(Math.max(...values))];
  if (least === most) return least;
  return values.length === 2 ? inList(values.map(word)) : `between ${least} and ${most}`;
}
