// report.json: the analysis with everything needed to trust it and to run it again.

import type { Finding, PairAnalysis } from "@nce-geometry/diagnostics";
import type { FormatName } from "@nce-geometry/io";
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

export interface Report {
  readonly schema: "nce-geometry/report@1";
  readonly generator: { readonly name: "nce-geometry"; readonly version: string; readonly node: string };
  readonly inputs: { readonly x: ReportInput; readonly y: ReportInput };
  /** What was found, in words. */
  readonly findings: readonly Finding[];
  readonly analysis: PairAnalysis;
  /** The `--fail-if` conditions and whether they held. */
  readonly conditions: readonly Verdict[];
}
