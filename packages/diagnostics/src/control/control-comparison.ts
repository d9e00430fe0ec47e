// The record of a comparison of controls.

import type { Estimate } from "@nce-geometry/energy";
import type { ByParameter, Directed, PerModality } from "../pair-analysis.ts";
import type { ResolvedControl } from "./control-options.ts";
import type { ControlFit } from "./control-transform.ts";

export type ControlComparisonSchema = "nce-geometry/control-comparison@1";

export const controlComparisonSchema: ControlComparisonSchema = "nce-geometry/control-comparison@1";

/** What a control is judged by, on held-out items, as numbers of type T. Rows are as the control leaves them, scores inner products. */
export interface ControlMeasures<T = Estimate> {
  /** Distance of the centroids. Unit: chord. */
  readonly centroid: T;
  /** Paired form: over pairs that are not matched. Unit: chord. */
  readonly energyDistance: T;
  /** D_S of the directions of the rows, kernel density estimates without the row's own item. Unit: nats. */
  readonly symmetricKL: T;
  /** Area under the ROC curve of linear probes for the modality, cross-validated within the held-out items; ½: none can tell. */
  readonly probeAuc: T;
  /** Share of the queries with a match among the first k, ties by expectation. */
  readonly recall: Directed<ByParameter<T>>;
  /** Mean of both directions. */
  readonly meanRecall: ByParameter<T>;
  /** Share of the query's own modality among the first k of both together, the query left out. */
  readonly mixedSearch: PerModality<ByParameter<T>>;
  /** Mean of the distances of these two shares from those without preference; 0: no preference. */
  readonly mixedSearchBias: ByParameter<T>;
}

/** A control that was fitted, applied and judged. */
export interface JudgedControl {
  readonly status: "judged";
  readonly label: string;
  readonly options: ResolvedControl;
  readonly fit: ControlFit;
  readonly measures: ControlMeasures;
  /** After minus before, item by item; null for the identity. */
  readonly differences: ControlMeasures | null;
  /** Whether no other control has both a smaller gap and a better retrieval. */
  readonly onFront: boolean;
}

/** A control that these rows do not determine, or that leaves some without a direction. */
export interface FailedControl {
  readonly status: "failed";
  readonly label: string;
  readonly options: ResolvedControl;
  readonly reason: string;
}

/** What to take for a purpose. */
export interface ControlAdvice {
  /** Label of the control; null where none helps. */
  readonly control: string | null;
  readonly reason: string;
}

export interface ControlRecommendation {
  /** For a search over both modalities at once. */
  readonly mixedIndex: ControlAdvice;
  /** For queries of one modality against the other. */
  readonly retrieval: ControlAdvice;
  /** Whether some control improves gap, mixed search or retrieval without a significant loss of retrieval or of an even search. */
  readonly helps: boolean;
  readonly summary: string;
}

/** Axes of the front. */
export interface ControlAxes {
  readonly gap: "centroid" | "energyDistance" | "symmetricKL";
  /** k of the mean recall. */
  readonly recallAt: number;
}

export interface ControlComparison {
  readonly schema: ControlComparisonSchema;
  readonly dim: number;
  readonly split: {
    readonly trainItems: number;
    readonly testItems: number;
    readonly trainCaptions: number;
    readonly testCaptions: number;
    readonly hash: string;
  };
  readonly settings: {
    readonly recallAt: readonly number[];
    readonly mixedSearchAt: readonly number[];
    readonly temperature: number;
    readonly probeShrinkage: number;
    readonly folds: number;
    readonly bootstrap: number;
    readonly level: number;
    readonly seed: number;
    readonly engine: string;
  };
  readonly axes: ControlAxes;
  /** What retrieval and mixed search give without any information or preference. */
  readonly reference: {
    readonly recall: Directed<ByParameter<number>>;
    readonly mixedSearch: PerModality<number>;
  };
  readonly controls: readonly (JudgedControl | FailedControl)[];
  /** Labels of the controls on the front, ascending in the gap. */
  readonly front: readonly string[];
  readonly recommendation: ControlRecommendation;
}
