// What a finding is: a sentence, how bad it is, the numbers that it rests on, and what to try first.

import type { Interval } from "@nce-geometry/energy";

/** What a finding is about. Each is a rule of `findingRules`. */
export type FindingTopic =
  | "fewPairs"
  | "pairing"
  | "rows"
  | "duplicates"
  | "gap"
  | "cosines"
  | "retrieval"
  | "mixedSearch"
  | "energy"
  | "kernel"
  | "negatives"
  | "heterogeneity"
  | "spectrum"
  | "hubness"
  | "centred"
  | "shuffle"
  | "concentration"
  | "uniformity";

/** One sentence of what was found. */
export interface Sentence {
  readonly topic: FindingTopic;
  /** `good`: as one would wish; `notice`: worth knowing; `warning`: likely to mislead or break a use. */
  readonly tone: "good" | "notice" | "warning";
  readonly text: string;
}

/** A number that a finding rests on. */
export interface Evidence {
  /** Where it stands, as `numberAt` and gates of the command line take it. */
  readonly path: string;
  readonly value: number;
  /** Where the number is an estimate whose error is known. */
  readonly interval?: Interval;
}

/** One sentence of what was found, with its reasons. */
export interface Finding extends Sentence {
  /** `none` of good news, `low` of what is worth knowing; warnings are `medium`, or `high` where results cannot be trusted or used. */
  readonly severity: "none" | "low" | "medium" | "high";
  readonly evidence: readonly Evidence[];
  /** What to try first; null where nothing needs to be done. */
  readonly remedy: string | null;
}
