// Controls side by side: the measures against the functions that exist for them, the differences, the advice.

import type { RowMatrix } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { recommendControl } from "../src/control/recommend-control.ts";
import {
  type CompareControlsOptions,
  type ControlComparison,
  type ControlMeasures,
  compareControls,
  defaultControls,
  type Estimate,
  energyDecomposition,
  energyDistance,
  type JudgedControl,
  mixedSearch,
  modalityGap,
  retrieval,
} from "../src/index.ts";
import { equalRows, noisyCopy, permuteRows, randomRows, unitRows } from "./unit-rows.ts";

const EPSILON = Number.EPSILON;

/** Topics shared by both, each modality with an offset along an axis of its own. */
function gapPair(n: number, dim: number, noise = 0.5): { x: RowMatrix; y: RowMatrix } {
  const topics = randomRows(1, n, dim);
  const axis = (at: number) => Array.from({ length: dim }, (_, k) => (k === at ? 1.2 : 0));
  return {
    x: noisyCopy(2, topics, noise / Math.sqrt(dim), axis(0)),
    y: noisyCopy(3, topics, noise / Math.sqrt(dim), axis(1)),
  };
}

function judged(comparison: ControlComparison, kind: string): JudgedControl {
  return comparison.controls.find((control) => control.options.kind === kind) as JudgedControl;
}

/** As numbers of the same rows, whichever route they were computed by. */
function expectSame(actual: Estimate, expected: Estimate): void {
  const near = { ulps: 1e4, epsilon: EPSILON, scale: 1 };
  expectClose(actual.value, expected.value, near);
  expectClose(actual.standardError!, expected.standardError!, near);
  expectClose(actual.interval!.low, expected.interval!.low, near);
  expectClose(actual.interval!.high, expected.interval!.high, near);
  expect([actual.unit, actual.samples]).toEqual([expected.unit, expected.samples]);
}

describe("the rows as they are", () => {
  const { x, y } = gapPair(60, 6);
  const train = Array.from({ length: 20 }, (_, i) => 3 * i);
  const held = Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 3 > 0);
  const [testX, testY] = [permuteRows(x, held), permuteRows(y, held)];
  const options = { recallAt: [1, 5], mixedSearchAt: [3, 10], temperature: 0.2 };

  test("are judged by what the functions of one pair say about the held-out items", async () => {
    const comparison = await compareControls(x, y, { ...options, controls: [], split: { trainItems: train } });
    const { measures, differences, onFront } = judged(comparison, "identity");
    expect([differences, onFront]).toEqual([null, true]);
    expectSame(measures.centroid, (await modalityGap(testX, testY)).centroid);
    expectSame(measures.energyDistance, (await energyDistance(testX, testY)).pairedStatistic!);
    const found = await retrieval(testX, testY, options);
    const searched = await mixedSearch(testX, testY, options);
    for (const k of [1, 5]) {
      expectSame(measures.recall.xToY[k]!, found.xToY.recall[k]!);
      expectSame(measures.recall.yToX[k]!, found.yToX.recall[k]!);
    }
    for (const k of [3, 10]) {
      expectSame(measures.mixedSearch.x[k]!, searched.x[k]!);
      expectSame(measures.mixedSearch.y[k]!, searched.y[k]!);
    }
    const energy = await energyDecomposition(testX, testY, { temperature: 0.2 });
    expectClose(measures.symmetricKL.value, energy.smoothedDivergence.leaveOneOut.symmetricKL.value, {
      ulps: 1e4,
      epsilon: EPSILON,
      scale: 1,
    });
    expect(comparison.split).toMatchObject({ trainItems: 20, testItems: 40, trainCaptions: 20, testCaptions: 40 });
    expect(comparison.front).toEqual(["as it is"]);
    expect(comparison.reference).toEqual({
      recall: {
        xToY: { 1: expect.closeTo(1 / 40, 14), 5: expect.closeTo(5 / 40, 14) },
        yToX: { 1: 1 / 40, 5: 5 / 40 },
      },
      mixedSearch: { x: 39 / 79, y: 39 / 79 },
    });
  });

  test("several captions per item: as the functions of one pair with their map", async () => {
    const map = Int32Array.from({ length: 120 }, (_, j) => (7 * j) % 60);
    const captions = noisyCopy(9, permuteRows(y, map), 0.2);
    const comparison = await compareControls(x, captions, {
      ...options,
      map,
      controls: [],
      split: { trainItems: train },
    });
    const mine = Array.from(map.keys()).filter((j) => map[j]! % 3 > 0);
    mine.sort((a, b) => map[a]! - map[b]! || a - b);
    const testMap = Int32Array.from(mine, (j) => held.indexOf(map[j]!));
    const testCaptions = permuteRows(captions, mine);
    const { measures } = judged(comparison, "identity");
    const ask = { ...options, map: testMap };
    expectSame(measures.centroid, (await modalityGap(testX, testCaptions, ask)).centroid);
    const found = await retrieval(testX, testCaptions, ask);
    expectSame(measures.recall.xToY[5]!, found.xToY.recall[5]!);
    expectSame(measures.recall.yToX[5]!, found.yToX.recall[5]!);
    const searched = await mixedSearch(testX, testCaptions, ask);
    expectSame(measures.mixedSearch.x[10]!, searched.x[10]!);
    expectSame(measures.mixedSearch.y[10]!, searched.y[10]!);
    expectSame(measures.energyDistance, (await energyDistance(testX, testCaptions, ask)).pairedStatistic!);
    expect(comparison.split.testCaptions).toBe(mine.length);
    const chance = found.xToY.chance.recall[5]!;
    expectClose(comparison.reference.recall.xToY[5]!, chance, { ulps: 1e3, epsilon: EPSILON });
  });

  test("rows that are all equal retrieve at chance and prefer neither kind", async () => {
    const same = equalRows([1, 0, 0], 12);
    const { controls } = await compareControls(same, same, {
      controls: [{ kind: "shift" }],
      recallAt: [1, 4],
      mixedSearchAt: [11],
    });
    for (const { measures } of controls as JudgedControl[]) {
      expectClose(measures.recall.xToY[4]!.value, 4 / 6, { ulps: 4, epsilon: EPSILON });
      expectClose(measures.mixedSearchBias[11]!.value, 0, { ulps: 4, epsilon: EPSILON, scale: 1 });
      expect(measures.probeAuc.value).toBe(0.5);
    }
  });
});

describe("controls on a planted gap", () => {
  const { x, y } = gapPair(160, 12);
  let comparison: ControlComparison;
  beforeAll(async () => {
    comparison = await compareControls(x, y, { mixedSearchAt: [10], recallAt: [1, 5] });
  });

  test("all kinds are judged, each under a name of its own", () => {
    expect(comparison.controls.map(({ status }) => status)).toEqual(defaultControls.map(() => "judged"));
    expect(new Set(comparison.controls.map(({ label }) => label)).size).toBe(defaultControls.length);
    expect(comparison.controls[0]!.label).toBe("as it is");
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });

  test("a difference is the number after minus the number before, with a narrower interval than either", () => {
    const before = judged(comparison, "identity").measures;
    const { measures, differences } = judged(comparison, "centre");
    for (const pick of [
      (m: ControlMeasures) => m.centroid,
      (m: ControlMeasures) => m.meanRecall[5]!,
      (m: ControlMeasures) => m.mixedSearch.y[10]!,
    ]) {
      expectClose(pick(differences!).value, pick(measures).value - pick(before).value, {
        ulps: 4,
        epsilon: EPSILON,
        scale: 1,
      });
    }
    // A small change of the same queries: what both have in common cancels.
    const dn = judged(comparison, "dn");
    expect(dn.differences!.meanRecall[1]!.standardError!).toBeLessThan(dn.measures.meanRecall[1]!.standardError!);
  });

  test("centring closes the gap, evens the search and finds the matches; the advice says so", () => {
    const { measures, differences } = judged(comparison, "centre");
    expect(measures.centroid.value).toBeLessThan(0.25 * judged(comparison, "identity").measures.centroid.value);
    expect(differences!.mixedSearchBias[10]!.interval!.high).toBeLessThan(-0.3);
    expect(differences!.meanRecall[1]!.interval!.low).toBeGreaterThan(0);
    const { mixedIndex, retrieval: cross, helps, summary } = comparison.recommendation;
    expect(helps).toBe(true);
    expect(mixedIndex.control).not.toBeNull();
    expect(mixedIndex.reason).toMatch(
      /^“.*” brings the own-kind share of the top 10 from \d+\.\d to \d+\.\d points off an even one, and the mean recall at 1 changes by \+\d+\.\d points \(interval .*\)\.$/,
    );
    expect(cross.reason).toMatch(/^With “.*” the mean recall at 1 changes by \+/);
    expect(summary).toContain("“centre”");
  });

  test("a shift by nothing differs by nothing", async () => {
    const { controls } = await compareControls(x, y, { controls: [{ kind: "shift", lambda: 0 }], mixedSearchAt: [10] });
    const { differences } = controls[1] as JudgedControl;
    expectClose(differences!.centroid.value, 0, { ulps: 64, epsilon: EPSILON, scale: 1 });
    expect(differences!.meanRecall[1]).toMatchObject({ value: 0, interval: { low: 0, high: 0 } });
  });

  test("standard errors of differences are the spread over held-out items, the fitted control being the same", async () => {
    const big = gapPair(100 + 40 * 60, 4, 1);
    const fitted = Array.from({ length: 100 }, (_, i) => i);
    const picks = [
      (m: ControlMeasures) => m.centroid,
      (m: ControlMeasures) => m.energyDistance,
      (m: ControlMeasures) => m.meanRecall[5]!,
      (m: ControlMeasures) => m.mixedSearchBias[5]!,
    ];
    const found = picks.map(() => ({ values: [] as number[], errors: [] as number[] }));
    for (let part = 0; part < 40; part++) {
      const rows = [...fitted, ...Array.from({ length: 60 }, (_, i) => 100 + part * 60 + i)];
      const result = await compareControls(permuteRows(big.x, rows), permuteRows(big.y, rows), {
        controls: [{ kind: "shift", lambda: 0.6 }],
        split: { trainItems: fitted },
        recallAt: [5],
        mixedSearchAt: [5],
        bootstrap: 0,
      });
      picks.forEach((pick, k) => {
        const { value, standardError } = pick(judged(result, "shift").differences!);
        found[k]!.values.push(value);
        found[k]!.errors.push(standardError!);
      });
    }
    for (const { values, errors } of found) {
      const mean = values.reduce((sum, value) => sum + value, 0) / 40;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 39);
      const ratio = errors.reduce((sum, value) => sum + value, 0) / 40 / spread;
      // 40 parts give the spread to 11 %: three standard errors. The galleries change as well, which retrieval holds fixed.
      expect(ratio).toBeGreaterThan(0.66);
      expect(ratio).toBeLessThan(1.5);
    }
  });
});

describe("what does not help", () => {
  test("Procrustes from fewer pairs than dimensions overfits, and the comparison says so", async () => {
    const { x, y } = gapPair(60, 40, 1);
    const { controls, recommendation } = await compareControls(x, y, {
      controls: [{ kind: "procrustes" }, { kind: "procrustes", towardsIdentity: 100 }],
      mixedSearchAt: [10],
      split: { trainShare: 0.5 },
    });
    const [, overfitted, held] = controls as JudgedControl[];
    const loss = overfitted!.differences!.meanRecall[1]!;
    expect(loss.interval!.high).toBeLessThan(0);
    expect(held!.measures.meanRecall[1]!.value).toBeGreaterThan(overfitted!.measures.meanRecall[1]!.value);
    expect(recommendation.summary).not.toContain("“Procrustes”");
    expect(recommendation.mixedIndex.control).not.toBe("Procrustes");
  });

  test("where there is no gap nothing helps, and the record says so", async () => {
    const topics = randomRows(5, 80, 8);
    const y = noisyCopy(6, topics, 0.05);
    const { recommendation } = await compareControls(topics, y, {
      controls: [{ kind: "procrustes" }],
      mixedSearchAt: [10],
    });
    expect(recommendation.retrieval).toEqual({
      control: null,
      reason:
        "No control raises the mean recall at 1 significantly: search across modalities with the rows as they are.",
    });
    expect(recommendation.helps).toBe(false);
    expect(recommendation.summary).toBe(
      "Nothing helps: no control improves one of gap, mixed search and retrieval without a significant loss on another.",
    );
  });

  test("a control that the rows do not determine is reported, the others are judged", async () => {
    const { x, y } = gapPair(20, 30);
    const { controls, front } = await compareControls(x, y, {
      controls: [{ kind: "whiten", shrinkage: 0 }, { kind: "centre" }],
    });
    expect(controls[1]).toEqual({
      status: "failed",
      label: "whiten, shared, α = 0",
      options: { kind: "whiten", covariance: "shared", shrinkage: 0, renormalize: true },
      reason:
        'compareControls: `options.shrinkage` must be > 0 where the covariance has no inverse, got a covariance of rank 18 in dimension 30. Fit on more rows than dimensions, or leave it to "ledoitWolf".',
    });
    expect(controls[2]!.status).toBe("judged");
    expect(front).not.toContain("whiten, shared, α = 0");
  });
});

describe("advice", () => {
  const at = (value: number, half: number): Estimate => ({
    value,
    samples: 9,
    unit: "1",
    interval: { low: value - half, high: value + half, level: 0.95, method: "normal" },
  });
  const measures = (bias: number, recall: number, half: number): ControlMeasures => ({
    centroid: at(bias, half),
    energyDistance: at(bias, half),
    symmetricKL: at(bias, half),
    probeAuc: at(0.5, half),
    recall: { xToY: { 1: at(recall, half) }, yToX: { 1: at(recall, half) } },
    meanRecall: { 1: at(recall, half) },
    mixedSearch: { x: { 5: at(bias, half) }, y: { 5: at(bias, half) } },
    mixedSearchBias: { 5: at(bias, half) },
  });
  const control = (label: string, bias: number, recall: number, half = 0.01): JudgedControl => ({
    status: "judged",
    label,
    options: { kind: "centre", renormalize: true },
    fit: { status: "closedForm" },
    measures: measures(0.5 + bias, 0.6 + recall, half),
    differences: measures(bias, recall, half),
    onFront: true,
  });
  const settings = { axes: { gap: "centroid", recallAt: 1 }, mixedSearchAt: 5 } as const;

  test("the most even one without a significant loss, and what more would cost", () => {
    const { mixedIndex, helps } = recommendControl(
      [control("a", -0.1, -0.005), control("b", -0.2, 0), control("c", -0.4, -0.1)],
      settings,
    );
    expect(mixedIndex).toEqual({
      control: "b",
      reason:
        "“b” brings the own-kind share of the top 5 from 50.0 to 30.0 points off an even one, and the mean recall at 1 changes by +0.0 points (interval −1.0 to +1.0). At a significant loss, “c” brings the own-kind share of the top 5 from 50.0 to 10.0 points off an even one, but the mean recall at 1 changes by −10.0 points (interval −11.0 to −9.0).",
    });
    expect(helps).toBe(true);
  });

  test("only at a cost: none, and the cost", () => {
    const {
      mixedIndex,
      retrieval: cross,
      helps,
    } = recommendControl([control("c", -0.4, -0.1), control("d", 0.1, 0.1)], settings);
    expect(mixedIndex).toEqual({
      control: null,
      reason:
        "Every control that makes a mixed search more even loses matches: “c” brings the own-kind share of the top 5 from 50.0 to 10.0 points off an even one, but the mean recall at 1 changes by −10.0 points (interval −11.0 to −9.0).",
    });
    expect(cross).toEqual({
      control: "d",
      reason: "With “d” the mean recall at 1 changes by +10.0 points (interval +9.0 to +11.0).",
    });
    expect(helps).toBe(false);
  });

  test("within the noise: none", () => {
    const { mixedIndex, helps } = recommendControl([control("e", -0.1, 0.1, 0.2)], settings);
    expect(mixedIndex).toEqual({
      control: null,
      reason: "No control makes the top 5 of a mixed search significantly more even.",
    });
    expect(helps).toBe(false);
  });
});

describe("running and refusing", () => {
  const { x, y } = gapPair(20, 4);

  test("progress ends at its total; an aborted signal rejects", async () => {
    const seen: number[] = [];
    await compareControls(x, y, {
      controls: [{ kind: "centre" }],
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    const signal = { aborted: true, reason: new Error("enough") };
    await expect(compareControls(x, y, { signal })).rejects.toThrow("enough");
  });

  test.each<[CompareControlsOptions, string]>([
    [
      { controls: [{ kind: "shift", lambda: Number.NaN }] },
      "compareControls: `controls[0].lambda` must be a finite number, got NaN.",
    ],
    [{ recallAt: [] }, "compareControls: `recallAt` must be integers ≥ 1, got none."],
    [{ mixedSearchAt: [0] }, "compareControls: `mixedSearchAt` must be integers ≥ 1, got 0."],
    [{ temperature: 0 }, "compareControls: `temperature` must be a finite number > 0, got 0."],
    [{ probeShrinkage: 0 }, "compareControls: `probeShrinkage` must be a number in (0, 1], got 0."],
    [{ folds: 1.5 }, "compareControls: `folds` must be an integer ≥ 2, got 1.5."],
    [{ axes: { recallAt: 3 } }, "compareControls: `axes.recallAt` must be one of `recallAt`, got 3."],
    [
      { axes: { gap: "probeAuc" as "centroid" } },
      'compareControls: `axes.gap` must be "centroid", "energyDistance" or "symmetricKL", got "probeAuc".',
    ],
    [
      { split: { trainItems: [1] } },
      "splitItems: `trainItems` must be at least two items to fit on and two to judge by, got 1 and 19 of 20.",
    ],
    [
      { controls: [{ kind: "adapter" }] },
      "compareControls: `backend` must be a backend, for an adapter is trained, got none. Pass referenceBackend() of @nce-geometry/tensor, or a faster one.",
    ],
  ])("%#", async (options, message) => {
    await expect(compareControls(x, y, options)).rejects.toThrow(message);
  });

  test("rows that are no unit rows are named", async () => {
    const long = unitRows([[1, 0]]);
    const bad = {
      rows: 20,
      dim: 2,
      data: Float64Array.from({ length: 40 }, (_, at) => (at === 8 ? 3 : long.data[at % 2]!)),
    };
    await expect(compareControls(bad, bad)).rejects.toThrow(
      "compareControls: `x` must be of unit rows, got norm 3.00000 in row 4.",
    );
  });
});
