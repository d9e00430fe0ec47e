// Two models of the same items: how alike they see them, and the numbers of both side by side.

import { compareModels, type ModelComparison } from "@nce-geometry/diagnostics";
import { loadRows } from "@nce-geometry/io";
import { InputError, type RunControl } from "@nce-geometry/tensor";
import { type Condition, judge } from "../../fail-if.ts";
import type { Modality, OpenCloud, OpenPair } from "../../inputs.ts";
import type { CloudReport, ModelsReport, Report } from "../../report/report.ts";
import { generator, isPair, type MeasureSettings, measureCloud, measurePair } from "./measure.ts";

export async function measureModels(
  a: OpenPair | OpenCloud,
  b: OpenPair | OpenCloud,
  settings: MeasureSettings,
  settingsOfB: MeasureSettings,
): Promise<ModelsReport> {
  const { options, control, conditions } = settings;
  if (isPair(a) !== isPair(b)) throw unlike(isPair(a), isPair(b));
  assertSameItems(a.x, b.x);
  if (isPair(a) && isPair(b)) assertSameItems(a.y, b.y);
  const of = (subject: OpenPair | OpenCloud, { conditions: _judged, ...own }: MeasureSettings) =>
    isPair(subject)
      ? measurePair(subject, { ...own, conditions: [] })
      : measureCloud(subject, { ...own, conditions: [] });
  const [ofA, ofB] = [await of(a, settings), await of(b, settingsOfB)];
  const compare = (one: Modality, other: Modality) => similarity(one, other, options.seed, control);
  const similarities = {
    x: await compare(a.x, b.x),
    ...(isPair(a) && isPair(b) && { y: await compare(a.y, b.y) }),
  };
  return {
    schema: "nce-geometry/models-report@1",
    generator,
    brief: briefOf(similarities),
    similarity: similarities,
    a: ofA,
    b: ofB,
    conditions: judgeBoth(conditions, similarities, ofA, ofB),
  };
}

async function similarity(a: Modality, b: Modality, seed: number, control: RunControl): Promise<ModelComparison> {
  const [rowsA, rowsB] = [await loadRows(a.source, control), await loadRows(b.source, control)];
  const neighbours = [Math.min(10, a.source.rows - 1)];
  return compareModels(rowsA, rowsB, { seed, neighbours, ...control });
}

function judgeBoth(
  conditions: readonly Condition[],
  similarities: ModelsReport["similarity"],
  a: Report | CloudReport,
  b: Report | CloudReport,
): ReturnType<typeof judge>[] {
  const numbers = { similarity: similarities, a: a.analysis, b: b.analysis };
  return conditions.map((condition) => judge(condition, numbers));
}

function briefOf({ x, y }: ModelsReport["similarity"]): string {
  const sentence = (of: ModelComparison, which: string): string => {
    const neighbours = Object.values(of.mutualNeighbours)[0]!;
    const shared = (neighbours.overlap.value * neighbours.k).toFixed(1);
    const chance = (neighbours.chance * neighbours.k).toFixed(1);
    const share = neighbours.overlap.value;
    const verdict =
      share > 0.7
        ? "they see the items much alike"
        : share > 0.3
          ? "they agree in part"
          : "they see the items differently";
    return `Of the ${neighbours.k} rows ${which}that one model puts nearest to a row, ${shared} are also among the nearest of the other model (${chance} by luck): ${verdict}.`;
  };
  return [sentence(x, y ? "of the first kind " : ""), ...(y ? [sentence(y, "of the second kind ")] : [])].join(" ");
}

function assertSameItems(a: Modality, b: Modality): void {
  if (a.source.rows === b.source.rows) return;
  throw new InputError({
    code: "E_SHAPE",
    where: "analyze",
    argument: "--compare",
    expected: `of ${a.source.rows} rows, as ${a.input.file} is`,
    received: `${b.input.file} of shape (${b.source.rows}, ${b.source.dim})`,
    hint: "Row i of one model and row i of the other must be the same item.",
  });
}

function unlike(first: boolean, second: boolean): InputError {
  const said = (pair: boolean) => (pair ? "two modalities" : "one set of rows");
  return new InputError({
    code: "E_SHAPE",
    where: "analyze",
    argument: "--compare",
    expected: said(first),
    received: said(second),
    hint: "Both models must be given alike: one file each, or both modalities each.",
  });
}
