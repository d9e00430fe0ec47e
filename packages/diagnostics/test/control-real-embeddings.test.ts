// Controls on the published CLIP embeddings, fitted on 250 pairs and judged on the other 250, against the table of measured values.

import { readFileSync } from "node:fs";
import { copyRows, energyDistance } from "@nce-geometry/energy";
import type { RowMatrix } from "@nce-geometry/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import { fitControl } from "../src/control/fit-control.ts";
import { areaUnderCurve } from "../src/control/linear-probe.ts";
import { meanOf } from "../src/control/moments.ts";
import { applyControl, type ControlComparison, compareControls, type JudgedControl } from "../src/index.ts";
import { haveRealEmbeddings, readPair } from "./real-embeddings.ts";
import { inner, permuteRows, rowOf } from "./unit-rows.ts";

const { train } = JSON.parse(readFileSync(new URL("fixtures/numpy-split.json", import.meta.url), "utf8"));

/** Centroid gap, energy distance (U), AUC of the in-sample mean difference, recall at 1 both ways: to three digits. */
const measured = [
  [{ kind: "identity" }, 0.851, 0.645, 1, 0.676, 0.612],
  [{ kind: "shift" }, 0.084, 0.007, 0.84, 0.424, 0.472],
  [{ kind: "centre" }, 0.111, 0.009, 0.826, 0.628, 0.596],
  [{ kind: "standardize" }, 0.112, 0.007, 0.87, 0.608, 0.616],
  [{ kind: "whiten", shrinkage: 0.01 }, 0.131, 0.007, 0.866, 0.172, 0.196],
] as const;

const halfDigit = 0.00051;

describe.skipIf(!haveRealEmbeddings)(
  "CLIP, 250 pairs to fit on and 250 to judge by (skipped where the embeddings are absent)",
  () => {
    let comparison: ControlComparison;
    let pair: { x: RowMatrix; y: RowMatrix };
    const held = Array.from({ length: 500 }, (_, i) => i).filter((i) => !train.includes(i));
    const judged = (label: string) => comparison.controls.find((control) => control.label === label) as JudgedControl;

    beforeAll(async () => {
      pair = readPair("clip");
      const controls = [...measured.map(([options]) => options), { kind: "dn" }, { kind: "procrustes" }] as const;
      comparison = await compareControls(pair.x, pair.y, {
        controls,
        split: { trainItems: train },
        recallAt: [1],
        mixedSearchAt: [10],
      });
    }, 120_000);

    test.each(measured)(
      "%o",
      async (options, gap, energy, auc, forth, back) => {
        const { measures } = comparison.controls.find(
          (control) => control.options.kind === options.kind,
        ) as JudgedControl;
        expect(Math.abs(measures.centroid.value - gap)).toBeLessThan(halfDigit);
        expect(Math.abs(measures.recall.xToY[1]!.value - forth)).toBeLessThan(halfDigit);
        expect(Math.abs(measures.recall.yToX[1]!.value - back)).toBeLessThan(halfDigit);
        const fitted = await fitControl(permuteRows(pair.x, train), permuteRows(pair.y, train), options);
        const x = await copyRows(applyControl(fitted, permuteRows(pair.x, held), "x"), {});
        const y = await copyRows(applyControl(fitted, permuteRows(pair.y, held), "y"), {});
        const { uStatistic } = await energyDistance(x, y, { bootstrap: 0 });
        expect(Math.abs(uStatistic.value - energy)).toBeLessThan(halfDigit);
        const [meanX, meanY] = [meanOf(x), meanOf(y)];
        const direction = meanX.map((value, k) => value - meanY[k]!);
        const scores = (rows: RowMatrix) =>
          Float64Array.from({ length: 250 }, (_, i) => inner(rowOf(rows, i), direction));
        expect(Math.abs(areaUnderCurve(scores(x), scores(y)).value - auc)).toBeLessThan(halfDigit);
      },
      60_000,
    );

    test("DN keeps three quarters of the gap and finds more matches", () => {
      const { measures, differences } = judged("DN λ = 0.25");
      expect(Math.abs(measures.centroid.value - 0.638)).toBeLessThan(halfDigit);
      expect(Math.abs(measures.recall.xToY[1]!.value - 0.7)).toBeLessThan(halfDigit);
      expect(Math.abs(measures.recall.yToX[1]!.value - 0.632)).toBeLessThan(halfDigit);
      // Means of Euclidean distances of the rows as they are, i ≠ j, by NumPy.
      expect(Math.abs(measures.energyDistance.value - 0.3881)).toBeLessThan(halfDigit / 5);
      expect(differences!.meanRecall[1]!.interval!.low).toBeGreaterThan(0);
      expect(comparison.recommendation.retrieval.control).toBe("DN λ = 0.25");
    });

    test("Procrustes from 250 pairs in 512 dimensions overfits, in whichever way the open dimensions are filled", () => {
      const { measures, differences } = judged("Procrustes");
      for (const [estimate, value] of [
        [measures.centroid, 0.11],
        [measures.energyDistance, 0.006],
        [measures.recall.xToY[1]!, 0.268],
      ] as const) {
        expect(estimate.interval!.low).toBeLessThanOrEqual(value + halfDigit);
        expect(estimate.interval!.high).toBeGreaterThanOrEqual(value - halfDigit);
      }
      expect(differences!.meanRecall[1]!.interval!.high).toBeLessThan(-0.2);
      expect(judged("Procrustes").onFront).toBe(false);
    });

    test("equal gap is not equal retrieval, and probes still tell the modalities apart after centring", () => {
      const [shifted, centred] = [judged("shift λ = 1").measures, judged("centre").measures];
      expect(centred.meanRecall[1]!.value - shifted.meanRecall[1]!.value).toBeGreaterThan(0.1);
      expect(centred.probeAuc.interval!.low).toBeGreaterThan(0.6);
      expect(judged("as it is").measures.probeAuc.value).toBe(1);
    });
  },
);
