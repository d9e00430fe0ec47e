import { generateCaptions, generateVonMisesFisherPair } from "@nce-geometry/synthetic";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import type { ExperimentResult } from "../experiment.ts";
import { resultBytes, runExperiment } from "../runner/run-experiment.ts";
import type { EmbeddingsTableConfig } from "./config.ts";
import { embeddingsTable, embeddingsTableExperiment, syntheticEmbeddingsTable } from "./embeddings-table.ts";
import { drawSize, type EmbeddingsDraw, type EmbeddingsTableResult } from "./run-unit.ts";
import type { EmbeddingsTableRow, EmbeddingsTableSummary } from "./summarize.ts";

const tiny: EmbeddingsTableConfig = { ...syntheticEmbeddingsTable.defaults("quick"), pairs: 80, draws: 6 };

let result: ExperimentResult<EmbeddingsTableConfig, EmbeddingsTableResult, EmbeddingsTableSummary>;
let near: EmbeddingsTableRow;
let far: EmbeddingsTableRow;
let unpaired: EmbeddingsTableRow;
beforeAll(async () => {
  result = (await runExperiment(syntheticEmbeddingsTable, tiny)).result!;
  [near, far, unpaired] = result.summary.rows as [EmbeddingsTableRow, EmbeddingsTableRow, EmbeddingsTableRow];
}, 60_000);

describe("three synthetic models", () => {
  test("the known gap, energy distance and cosine lie within five errors of the estimates", () => {
    const laws = [
      [near, { angle: 0.4, coupling: 300 }],
      [far, { angle: 1.4, coupling: 300 }],
      [unpaired, { angle: 0.4, coupling: 0 }],
    ] as const;
    for (const [row, law] of laws) {
      const shape = { kind: "vonMisesFisherPair", pairs: 1, dim: 16, concentrationX: 20 } as const;
      const { truth } = generateVonMisesFisherPair(createRandom(0), { ...shape, ...law });
      for (const name of ["centroidGap", "energyDistance", "pairCosine"] as const) {
        const { value, standardError } = row.estimates[name]!;
        expect(Math.abs(value - truth[name])).toBeLessThan(5 * standardError!);
      }
    }
  });

  test("a gap alone tells nothing of retrieval: without pairs there is the gap of `near`, and no recall", () => {
    const { centroidGap } = near.estimates;
    const other = unpaired.estimates.centroidGap!;
    expect(Math.abs(centroidGap!.value - other.value)).toBeLessThan(
      5 * Math.hypot(centroidGap!.standardError!, other.standardError!),
    );
    expect(near.meanRecall.low!).toBeGreaterThan(0.3);
    expect(unpaired.meanRecall.value).toBeLessThan(0.05);
    expect(result.summary.retrievalAgainst.centroidGap!.values).toBe(3);
  });

  test("shuffled pairs are found by chance, and the marginals stay", () => {
    for (const { shuffled } of [near, far, unpaired]) {
      expect(shuffled).toMatchObject({ retrievalAtChance: true, marginalsHeld: true, chanceXToY1: 1 / 160 });
      expect(shuffled.centroidGap.after).toBeCloseTo(shuffled.centroidGap.before, 10);
    }
  });

  test("the spread of draws, corrected for their overlap, is the error by linearisation", () => {
    for (const row of [near, far, unpaired]) {
      expect([row.pairsOfDraw, row.measuredItems, row.draws]).toEqual([80, 160, 6]);
      for (const name of ["centroidGap", "pairCosine"] as const) {
        // Five degrees of freedom tell a deviation to 32 %.
        const ratio = row.overDraws[name]!.standardError! / row.estimates[name]!.standardError!;
        expect(ratio).toBeGreaterThan(0.2);
        expect(ratio).toBeLessThan(2.3);
      }
    }
  });

  test("the same bytes again", async () => {
    const brief = { ...tiny, draws: 1, models: ["near"] };
    const [first, second] = [
      await runExperiment(syntheticEmbeddingsTable, brief),
      await runExperiment(syntheticEmbeddingsTable, brief),
    ];
    expect(resultBytes(second.result!)).toEqual(resultBytes(first.result!));
    // Units know nothing of one another.
    expect(first.result!.units).toEqual(result.units.slice(0, 2));
  }, 60_000);
});

describe("given models", () => {
  const images = generateCaptions(createRandom(1), { kind: "captions", pairs: 60, dim: 8, captions: 3 });
  const model = { name: "captions", x: images.x, y: images.y, map: images.itemOfCaption };
  const quick = { draws: 2, pairs: 20, items: 60 };

  test("captions go with their items: all of them in the whole, one of each in a draw", async () => {
    const { summary, config, units } = await embeddingsTable([model], quick);
    const [row] = summary.rows;
    expect([row!.items, row!.captions, row!.measuredCaptions, row!.pairsOfDraw]).toEqual([60, 180, 180, 20]);
    expect(config.data![0]!.sha256).toHaveLength(3);
    expect(units.map(({ key }) => key)).toEqual(["all.captions", "draw-0.captions", "draw-1.captions"]);
    const cosine = row!.estimates.pairCosine!;
    expect(Math.abs(cosine.value - images.truth.pairCosine)).toBeLessThan(5 * cosine.standardError!);
    expect(row!.estimates.discrepancyFixed).not.toBeNull();
    expect(row!.estimates.discrepancyPooled).not.toBeNull();
    const [first, second] = [1, 2].map((at) => (units[at]!.result as EmbeddingsDraw).values.centroidGap!);
    // Deviation |a − b|/√2 of draws of 20 of 60: times √(20/40).
    expect(row!.overDraws.centroidGap!.standardError).toBeCloseTo(Math.abs(first! - second!) / 2, 14);
    expect(summary.retrievalAgainst.centroidGap).toBeNull();
  });

  test("the same on either side: no gap, everything found, whatever the length of rows", async () => {
    const long: RowMatrix = { ...images.x, data: images.x.data.map((value) => 3 * value) };
    const { summary } = await embeddingsTable([{ name: "same", x: long, y: images.x }], quick);
    const { estimates, shuffled } = summary.rows[0]!;
    expect(estimates.centroidGap!.value).toBeLessThan(1e-14);
    expect([estimates.recallXToY1!.value, estimates.recallYToX10!.value]).toEqual([1, 1]);
    expect(estimates.pairCosine!.value).toBeCloseTo(1, 14);
    expect(shuffled.retrievalAtChance).toBe(true);
  });

  test("more items than are to be measured: a sample, which the record says", async () => {
    const { summary } = await embeddingsTable([model], { ...quick, items: 30 });
    expect(summary.rows[0]).toMatchObject({ items: 60, measuredItems: 30, measuredCaptions: 30 });
  });

  test("draws take what was asked for of more items, and half of no more", () => {
    expect([drawSize(5000, 2000), drawSize(2000, 2000), drawSize(500, 2000), drawSize(5, 9)]).toEqual([
      2000, 1000, 250, 2,
    ]);
  });

  test("equally many items: the same items are drawn of every model, other ones in every draw", async () => {
    const pair = { x: images.x, y: images.x };
    const { units } = await embeddingsTable(
      [
        { name: "a", ...pair },
        { name: "b", ...pair },
      ],
      quick,
    );
    const of = (key: string) =>
      (units.find((unit) => unit.key === key)!.result as EmbeddingsDraw).values.energyDistance;
    const bandwidth = (key: string) =>
      (units.find((unit) => unit.key === key)!.result as EmbeddingsDraw).pooledBandwidth;
    expect([of("draw-0.a"), bandwidth("draw-0.a")]).toEqual([of("draw-0.b"), bandwidth("draw-0.b")]);
    expect(bandwidth("draw-0.a")).not.toBe(bandwidth("draw-1.a"));
  });

  const named = (name: string, items = 60) => ({ name, sha256: ["0"], items, captions: items, dim: 8 });
  const form = "a name of letters, digits, `.`, `-` and `_`, the first a letter or digit, that no other model has";
  test.each([
    [[], "E4: `models` must be at least one model, got none."],
    [[named("a/b")], `E4: \`models[0].name\` must be ${form}, got "a/b".`],
    [[named("clip"), named("Clip")], `E4: \`models[1].name\` must be ${form}, got "Clip".`],
    [[named("few", 3)], "E4: `few` must be a model of at least 4 items, got 3."],
  ])("%j is refused", (models, message) => {
    expect(() => embeddingsTableExperiment({ models, provide: () => Promise.resolve(model) })).toThrow(message);
  });

  test("a configuration over other data is refused", () => {
    const experiment = embeddingsTableExperiment({ models: [named("clip")], provide: () => Promise.resolve(model) });
    const config = { ...experiment.defaults("quick"), data: [named("clip", 61)] };
    expect(() => experiment.check(config)).toThrow(
      "E4: `data` must be what was given to the experiment, got something else.",
    );
    expect(() => syntheticEmbeddingsTable.check({ ...tiny, models: ["clip"] })).toThrow(
      'E4: `models[0]` must be "near", "far" or "unpaired", got "clip".',
    );
  });

  test.each([
    [60, "item 60 for caption 0 of 60 items"],
    [1, "none for item 7"],
  ])(
    "a map with item %d in the place of 7 is refused, also where only a sample is measured",
    async (item, received) => {
      const map = model.map.map((owner) => (owner === 7 ? item : owner));
      const first = received.replace("caption 0", `caption ${model.map.indexOf(7)}`);
      await expect(embeddingsTable([{ ...model, map }], { ...quick, items: 30 })).rejects.toThrow(
        `E4: \`map\` must be a map that gives every item a caption, got ${first}.`,
      );
    },
  );

  test("unpaired rows are refused", async () => {
    const y = { ...images.y, rows: 61, data: images.y.data.slice(0, 61 * 8) };
    await expect(embeddingsTable([{ name: "odd", x: images.x, y }])).rejects.toThrow(
      "E4: `odd` must be two sets of rows of one dimension, as many of each or a map for every row of y, got 60 × 8 and 61 × 8.",
    );
  });
});
