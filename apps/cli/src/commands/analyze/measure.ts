// From open files to a report: of a pair, or of one set by itself.

import { basename } from "node:path";
import {
  analyzeCloud,
  analyzePair,
  type Finding,
  type FindingThresholds,
  findingThresholds,
  inBrief,
  inBriefOfCloud,
  pairDetails,
  summarize,
  summarizeCloud,
} from "@nce-geometry/diagnostics";
import { inspectRows } from "@nce-geometry/io";
import { InputError, type RunControl } from "@nce-geometry/tensor";
import { loadCaptionMap } from "../../caption-map.ts";
import { type Condition, judge } from "../../fail-if.ts";
import { loadUnitRows, type OpenCloud, type OpenPair } from "../../inputs.ts";
import type { CloudReport, Generator, Report } from "../../report/report.ts";
import { shellWord } from "../../shell-words.ts";
import { version } from "../../version.ts";
import { type AnalyzeOptions, presetOf } from "./analyze-options.ts";

export interface MeasureSettings {
  readonly options: AnalyzeOptions;
  readonly thresholds: Partial<FindingThresholds>;
  readonly conditions: readonly Condition[];
  readonly control: RunControl;
  /** The files as typed. */
  readonly words: readonly string[];
}

export const generator: Generator = { name: "nce-geometry", version, node: process.versions.node };

export function isPair(subject: OpenPair | OpenCloud): subject is OpenPair {
  return "y" in subject;
}

export async function measurePair({ x, y }: OpenPair, settings: MeasureSettings): Promise<Report> {
  const { options, thresholds, conditions, control } = settings;
  const { temperature, bootstrap, seed } = options;
  const [xRows, yRows] = [await loadUnitRows(x), await loadUnitRows(y)];
  const map = options.map ? await loadCaptionMap(options.map, { items: xRows.rows, captions: yRows.rows }) : undefined;
  const preset = presetOf(options);
  const shared = { ...(map && { map }), bootstrap, seed, ...control };
  const analysis = await analyzePair(xRows, yRows, {
    ...shared,
    ...(temperature && { temperatures: temperature }),
    ...(preset && { preset }),
  });
  const { temperatures } = analysis.settings;
  const details = await pairDetails(xRows, yRows, {
    ...shared,
    temperature: temperatures.includes(0.07) ? 0.07 : temperatures[0]!,
    target: thresholds.wantedAlignment ?? findingThresholds.wantedAlignment,
    preset: analysis.settings.preset,
  });
  const rows = { x: await inspectRows(x.source, control), y: await inspectRows(y.source, control) };
  const names = { x: x.input.name, y: y.input.name };
  const findings = withFiles(summarize(analysis, { names, thresholds, details, rows }), settings.words, options.map);
  const numbers = { ...analysis, details, rows };
  return {
    schema: "nce-geometry/report@1",
    generator,
    inputs: { x: x.input, y: y.input, map: options.map === undefined ? null : basename(options.map) },
    brief: inBrief(analysis, findings, names),
    findings,
    analysis,
    details,
    rows,
    conditions: conditions.map((condition) => judge(condition, numbers)),
  };
}

export async function measureCloud({ x }: OpenCloud, settings: MeasureSettings): Promise<CloudReport> {
  const { options, thresholds, conditions, control } = settings;
  refusePairOptions(options);
  const { bootstrap, seed } = options;
  const preset = presetOf(options);
  const analysis = await analyzeCloud(await loadUnitRows(x), {
    ...{ bootstrap, seed },
    ...(preset && { preset }),
    ...control,
  });
  const rows = { x: await inspectRows(x.source, control) };
  const { name } = x.input;
  const findings = withFiles(summarizeCloud(analysis, { name, thresholds, rows: rows.x }), settings.words, undefined);
  return {
    schema: "nce-geometry/cloud-report@1",
    generator,
    inputs: { x: x.input },
    brief: inBriefOfCloud(analysis, findings, name),
    findings,
    analysis,
    rows,
    conditions: conditions.map((condition) => judge(condition, { ...analysis, rows: rows.x })),
  };
}

/** Remedies that can be pasted: the files in place of X, Y and FILE. */
function withFiles(findings: readonly Finding[], words: readonly string[], map: string | undefined): Finding[] {
  const quoted = words.map(shellWord);
  const pair = [...quoted, ...(map === undefined ? [] : ["--map", shellWord(map)])].join(" ");
  return findings.map((finding) => {
    const remedy = finding.remedy?.replaceAll(" X Y", ` ${pair}`).replaceAll(" FILE ", ` ${quoted[0]} `) ?? null;
    return { ...finding, remedy };
  });
}

/** What has no meaning for one set. */
function refusePairOptions({ map, temperature }: AnalyzeOptions): void {
  const given = map !== undefined ? "--map" : temperature !== undefined ? "--temperature" : undefined;
  if (given === undefined) return;
  throw new InputError({
    code: "E_OPTION",
    where: "analyze",
    argument: given,
    expected: "left out where one set of rows is analysed by itself",
    received: "one set",
    hint: "Name the file of the other modality as well.",
  });
}
