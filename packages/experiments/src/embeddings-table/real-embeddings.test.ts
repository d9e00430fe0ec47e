// Published embeddings against their golden values, which lie beside the repository and are not part of it.

import { existsSync, readFileSync } from "node:fs";
import type { RowMatrix } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import type { NamedPairs } from "../given/given-pairs.ts";
import { embeddingsTable } from "./embeddings-table.ts";
import type { TableMeasure } from "./measure-pairs.ts";
import type { EmbeddingsTableRow } from "./summarize.ts";

const shared = new URL("../../../../../shared/", import.meta.url);
const oracle = new URL("oracles/real_embeddings.json", shared);
const missing =
  existsSync(oracle) && existsSync(new URL("embeddings/clip.npy", shared))
    ? ""
    : " — SKIPPED: the golden values of real embeddings are absent";

type Golden = Readonly<Record<string, number>>;
const golden: Readonly<Record<string, Golden>> = missing ? {} : JSON.parse(readFileSync(oracle, "utf8"));

/** Columns that are the golden ones, ties aside. */
const equal: Readonly<Partial<Record<TableMeasure, string>>> = {
  centroidGap: "centroidGap",
  pairCosine: "pairCosineMean",
  recallXToY1: "recallXtoY@1",
  recallXToY5: "recallXtoY@5",
  recallXToY10: "recallXtoY@10",
  recallYToX1: "recallYtoX@1",
  recallYToX5: "recallYtoX@5",
  recallYToX10: "recallYtoX@10",
  ownShareX: "sameModalityTop10X",
  ownShareY: "sameModalityTop10Y",
};

describe.skipIf(missing !== "")(`the table of real embeddings${missing}`, () => {
  test("golden values, within the intervals of all items and near those of draws; pairs are needed for retrieval only", async () => {
    const names = ["clip", "clip_random", "videoclip", "videoclip_random"];
    const { summary } = await embeddingsTable(names.map(readPairs), { draws: 1 });
    for (const row of summary.rows) compare(row, golden[row.model]!);
    const [clip, random, video] = summary.rows;
    expect([clip!, random!, video!].map(({ pairsOfDraw }) => pairsOfDraw)).toEqual([250, 250, 50]);
    // Relative gaps to six digits.
    const relative = [clip!, random!, video!].map(({ estimates }) => estimates.relativeGap!.value);
    [0.59146, 0.747843, 0.689975].forEach((value, i) => {
      expect(Math.abs(relative[i]! - value)).toBeLessThan(1e-6);
    });
    expect(summary.retrievalAgainst.centroidGap!.values).toBe(4);
    // Untrained networks: a larger gap, and chance.
    expect(random!.estimates.centroidGap!.low!).toBeGreaterThan(clip!.estimates.centroidGap!.high!);
    expect(random!.meanRecall.value).toBeLessThan(0.01);
  }, 120_000);
});

function compare({ estimates, overDraws, shuffled, measuredItems }: EmbeddingsTableRow, expected: Golden): void {
  for (const [measure, name] of Object.entries(equal) as [TableMeasure, string][]) {
    // float32 rows, normalised again; one tie in a place of a ranking would be ½/n.
    expect(Math.abs(estimates[measure]!.value - expected[name]!)).toBeLessThan(1e-6);
  }
  const { energyDistance, centroidGap } = estimates;
  // The paired form differs from V and U by terms of order 1/n.
  expect(Math.abs(energyDistance!.value - expected.energyDistanceU!)).toBeLessThan(2 / measuredItems);
  const within = (value: number, { low, high }: { readonly low: number | null; readonly high: number | null }) =>
    value >= low! && value <= high!;
  expect(within(expected.centroidGap!, centroidGap!)).toBe(true);
  expect(within(expected.energyDistanceU!, energyDistance!)).toBe(true);
  expect(Math.abs(overDraws.centroidGap!.mean - expected.centroidGap!)).toBeLessThan(6 * centroidGap!.standardError!);
  expect(shuffled).toMatchObject({ retrievalAtChance: true, marginalsHeld: true });
}

/** float32 [2, n, d] after a header of at most 64 KiB. */
function readPairs(name: string): NamedPairs {
  const bytes = readFileSync(new URL(`embeddings/${name}.npy`, shared));
  const start = 10 + bytes.readUInt16LE(8);
  const { n, dim } = golden[name] as { readonly n: number; readonly dim: number };
  const values = Float32Array.from({ length: 2 * n * dim }, (_, k) => bytes.readFloatLE(start + 4 * k));
  const part = (at: number): RowMatrix => ({ rows: n, dim, data: values.slice(at * n * dim, (at + 1) * n * dim) });
  return { name, x: part(0), y: part(1) };
}
