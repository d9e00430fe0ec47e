// report.json: the analysis with everything needed to trust it and to run it again.

import type { CloudAnalysis, Finding, ModelComparison, PairAnalysis, PairDetails } from "@nce-geometry/diagnostics";
import type { FormatName, RowInspection } from "@nce-geometry/io";
import type { Verdict } from "../fail-if.ts";

/** One modality: where its rows came from. */
export interface ReportInput {
  /** What the modality is called. */
  readonly name: string;
  /** File name without its folder. */
  readonly file: string;
  readonly format: FormatName;
  /** Name of the matrix in the file; null when the file holds one. */
  readonly matrix: string | null;
  /** Of the whole file. */
  readonly sha256: string;
  readonly bytes: number;
  /** Element type in the file. */
  readonly dtype: string;
  readonly rows: number;
  readonly dim: number;
}

/** The program that made a report. */
export interface Generator {
  readonly name: "nce-geometry";
  readonly version: string;
  readonly node: string;
}

/** Two modalities. */
export interface Report {
  readonly schema: "nce-geometry/report@1";
  readonly generator: Generator;
  readonly inputs: {
    readonly x: ReportInput;
    readonly y: ReportInput;
    /** File name of the map from rows of y to rows of x; null where rows of the same number belong together. */
    readonly map: string | null;
  };
  /** What matters, in plain words. */
  readonly brief: string;
  /** What was found, with evidence and remedy. */
  readonly findings: readonly Finding[];
  readonly analysis: PairAnalysis;
  readonly details: PairDetails;
  /** The rows as stored, before they were scaled to unit length. */
  readonly rows: { readonly x: RowInspection; readonly y: RowInspection };
  /** The `--fail-if` conditions and whether they held. */
  readonly conditions: readonly Verdict[];
}

/** One modality by itself. */
export interface CloudReport {
  readonly schema: "nce-geometry/cloud-report@1";
  readonly generator: Generator;
  readonly inputs: { readonly x: ReportInput };
  readonly brief: string;
  readonly findings: readonly Finding[];
  readonly analysis: CloudAnalysis;
  readonly rows: { readonly x: RowInspection };
  readonly conditions: readonly Verdict[];
}

/** Two models of the same items; each side is the report of its own. */
export interface ModelsReport<Side extends Report | CloudReport = Report | CloudReport> {
  readonly schema: "nce-geometry/models-report@1";
  readonly generator: Generator;
  readonly brief: string;
  /** Row i of one model and row i of the other are the same item. Of pairs, the first and the second modality. */
  readonly similarity: { readonly x: ModelComparison; readonly y?: ModelComparison };
  readonly a: Side;
  readonly b: Side;
  readonly conditions: readonly Verdict[];
}
