// Where the wording and the tone of findings change. Conventions of this package, not laws: every one can be set otherwise.

import { InputError } from "@nce-geometry/tensor";

/** The names of the thresholds. */
export type FindingThresholdName =
  | "fewPairs"
  | "collapsed"
  | "noiseFloors"
  | "wideGap"
  | "clearDeviation"
  | "reliableRecall"
  | "goodRecall"
  | "rareRecall"
  | "hidingShare"
  | "biasedShare"
  | "recallChange"
  | "hubFactor"
  | "frequentRowNotice"
  | "frequentRowWarning"
  | "missingRowsNotice"
  | "missingRowsWarning"
  | "fewNegatives"
  | "flatKernel"
  | "wantedAlignment"
  | "heterogeneity"
  | "lowRank"
  | "manyDirections"
  | "duplicateRowsNotice"
  | "duplicateRowsWarning"
  | "shiftedShare"
  | "standout"
  | "unitLength"
  | "narrowCone"
  | "uniformLevel";

export type FindingThresholds = Readonly<Record<FindingThresholdName, number>>;

export interface ThresholdInfo {
  readonly value: number;
  /** What changes there. */
  readonly meaning: string;
}

/** Every threshold with its value and meaning. */
export const thresholdTable: Readonly<Record<FindingThresholdName, ThresholdInfo>> = {
  fewPairs: {
    value: 30,
    meaning: "with fewer pairs intervals are rough, and neither the shuffle control nor the spectrum is called good",
  },
  collapsed: { value: 1e-12, meaning: "rows whose mean cosine is this close to 1 are one point, to rounding" },
  noiseFloors: {
    value: 3,
    meaning:
      "a centroid distance within this many floors may be sampling noise, unless its interval lies above one floor",
  },
  wideGap: {
    value: 0.5,
    meaning: "centroid distances from here on are called wide; √2 is that of orthogonal modalities without spread",
  },
  clearDeviation: {
    value: 4,
    meaning:
      "standard deviations of chance from which on retrieval is no accident; of some ten measures of a random pairing one exceeds it about once in a hundred times",
  },
  reliableRecall: { value: 0.9, meaning: "recall of the match at the first place, both ways, that is called reliable" },
  goodRecall: { value: 0.5, meaning: "recall of the match at the first place, both ways, that is called good" },
  rareRecall: { value: 0.1, meaning: "below this recall both ways the match is rarely ranked first" },
  hidingShare: { value: 0.95, meaning: "a mixed search that returns its own kind this often hides the other one" },
  biasedShare: { value: 0.1, meaning: "own-kind share that differs from the reference by this much is a bias" },
  recallChange: { value: 0.05, meaning: "change of recall, by centring or by counting ties as hits, worth a word" },
  hubFactor: { value: 3, meaning: "a hub is a row in this many times as many lists as the average row" },
  frequentRowNotice: { value: 0.25, meaning: "a hub in this share of all lists is worth a notice" },
  frequentRowWarning: { value: 0.5, meaning: "a hub in this share of all lists is worth a warning" },
  missingRowsNotice: { value: 0.1, meaning: "this share of rows in no list is worth a notice" },
  missingRowsWarning: { value: 0.5, meaning: "this share of rows in no list is worth a warning" },
  fewNegatives: { value: 10, meaning: "fewer effective negatives, and fewer than half of all, are called few" },
  flatKernel: {
    value: 0.9,
    meaning:
      "where the negatives count as more than this share of themselves at every temperature, the kernel is too flat to see shape",
  },
  wantedAlignment: {
    value: 0.9,
    meaning: "cosine with the gradient of unlimited negatives that a batch should reach; 0.9 is an angle of 26°",
  },
  heterogeneity: {
    value: 0.2,
    meaning: "divergence in nats between the two directed laws from which on the directions disagree",
  },
  lowRank: { value: 0.1, meaning: "an effective rank below this share of the ceiling is low, from half of it on high" },
  manyDirections: { value: 10, meaning: "directions from here on are many" },
  duplicateRowsNotice: { value: 0.001, meaning: "this share of rows equal to an earlier one is worth a notice" },
  duplicateRowsWarning: { value: 0.05, meaning: "this share of rows equal to an earlier one is worth a warning" },
  shiftedShare: {
    value: 0.1,
    meaning: "this share of queries whose nearest item lies the same number of rows away points to shifted rows",
  },
  standout: {
    value: 0.25,
    meaning:
      "lead of the nearest item over the second, as a share of its lead over the mean, that only a true match has; by chance about 0.05",
  },
  unitLength: { value: 0.001, meaning: "rows whose length is further from 1 had not been normalised" },
  narrowCone: { value: 0.5, meaning: "a mean cosine of two rows from here on is a narrow cone" },
  uniformLevel: { value: 0.001, meaning: "p-value below which a cloud is not uniform on the sphere" },
};

/** The values that hold unless others are asked for. */
export const findingThresholds: FindingThresholds = valuesOf(thresholdTable);

/** The thresholds with some of them set otherwise. Throws InputError E_OPTION for names that do not exist and values that are not finite. */
export function resolveThresholds(where: string, changes: Partial<FindingThresholds> = {}): FindingThresholds {
  for (const [name, value] of Object.entries(changes)) {
    const known = Object.hasOwn(thresholdTable, name);
    if (known && Number.isFinite(value)) continue;
    throw new InputError({
      code: "E_OPTION",
      where,
      argument: known ? `thresholds.${name}` : "thresholds",
      expected: known ? "a finite number" : `of names among ${Object.keys(thresholdTable).join(", ")}`,
      received: known ? String(value) : JSON.stringify(name),
    });
  }
  return { ...findingThresholds, ...changes };
}

function valuesOf(table: Readonly<Record<FindingThresholdName, ThresholdInfo>>): FindingThresholds {
  return Object.fromEntries(Object.entries(table).map(([name, { value }]) => [name, value])) as FindingThresholds;
}
