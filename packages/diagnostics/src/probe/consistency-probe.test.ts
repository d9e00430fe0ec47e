import { uniformInfoNCELimit } from "@nce-geometry/manifold";
import { normalizeRowMatrix } from "@nce-geometry/pairwise";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { normalRows } from "../../test/model-rows.ts";
import { axisRows, meanAndError, noisyCopy, permuteRows, randomRows } from "../../test/unit-rows.ts";
import { consistencyProbe } from "./consistency-probe.ts";
import { expectedAlignment } from "./population-gradient.ts";

const exact = { ulps: 1000, epsilon: 2 ** -52, scale: 1 };

test("orthonormal rows, perfect positives: every number in closed form", async () => {
  const [n, N, tau] = [40, 8, 0.2];
  const axes = axisRows(n, n);
  const probe = await consistencyProbe(axes, axes, {
    temperature: tau,
    anchors: 4,
    negatives: [N],
    draws: 2,
    space: "ambient",
  });
  const R = 18;
  expect([probe.anchors, probe.draws, probe.drawable, probe.reference.rows]).toEqual([4, 2, 18, R]);
  const [standard, decoupled] = [probe.standard.points[0]!, probe.decoupled.points[0]!];
  expectClose(decoupled.valueError.value, 0, exact);
  expectClose(standard.valueError.value, Math.log1p(Math.exp(1 / tau) / N), exact);
  const mass = 1 / (1 + N * Math.exp(-1 / tau));
  expectClose(standard.positiveMass.value, mass, exact);
  expect(decoupled.positiveMass.value).toBe(0);
  expectClose(decoupled.effectiveNegatives.value, N, exact);
  expectClose(standard.effectiveNegatives.value, N / (1 - mass) ** 2, exact);
  // G = mean of R axes − y, g = mean of N other axes − y: ‖G‖² = 1 + 1/R, ⟨g, G⟩ = 1, noise (1 − 1/R)/R.
  expectClose(decoupled.rawCosine.value, 1 / Math.sqrt((1 + 1 / R) * (1 + 1 / N)), exact);
  expectClose(decoupled.rawRelativeError.value, Math.sqrt((1 / N + 1 / R) / (1 + 1 / R)), exact);
  const [noise, whole] = [(1 - 1 / R) / R, 1 + 1 / R];
  expectClose(decoupled.cosine!.value, 1 / Math.sqrt((whole - noise) * (1 + 1 / N)), exact);
  expectClose(decoupled.relativeError!.value, Math.sqrt((1 / N + 1 / R - noise) / (whole - noise)), exact);
  expectClose(probe.reference.relativeError!, Math.sqrt(noise / (whole - noise)), exact);
  // The standard gradient is the decoupled one times 1 − mass.
  expectClose(standard.rawCosine.value, decoupled.rawCosine.value, exact);
  const u = 1 - mass;
  expectClose(standard.rawRelativeError.value ** 2, (u * u * (1 + 1 / N) - 2 * u + whole) / whole, exact);
  expectClose(probe.population.positiveOdds[0]!, Math.exp(1 / tau), exact);
  expectClose(probe.population.variance[0]!, noise * R, exact);
  expectClose(probe.population.squaredNorm[0]!, whole - noise, exact);
});

describe("uniform rows with noisy positives", () => {
  const make = (seed: number, n: number, noise = 0.2) => {
    const x = randomRows(2 * seed, n, 6);
    return [x, noisyCopy(2 * seed + 1, x, noise)] as const;
  };

  test("decoupled: slope −½; with many negatives both errors are those of the population's numbers", async () => {
    const options = { temperature: 0.3, negatives: [16, 64, 256], draws: 12, anchors: 32 };
    const probe = await consistencyProbe(...make(1, 2064), options);
    const { value, standardError } = probe.decoupled.slope!;
    expect(Math.abs(value + 0.5)).toBeLessThan(3 * standardError);
    expect(standardError).toBeLessThan(0.1);
    const { squaredNorm, variance, positiveOdds } = probe.population;
    const sum = (of: (i: number) => number) => squaredNorm.reduce((total, _norm, i) => total + of(i), 0);
    const predicted = (share: (i: number) => number) =>
      Math.sqrt(
        sum((i) => (1 - share(i)) ** 2 * squaredNorm[i]! + (share(i) ** 2 * variance[i]!) / 256) /
          sum((i) => squaredNorm[i]!),
      );
    const [standard, decoupled] = [probe.standard.points[2]!, probe.decoupled.points[2]!];
    // First order in 1/N, with some 30 negatives that count: a tenth for the terms beyond.
    for (const [point, expected] of [
      [decoupled, predicted(() => 1)],
      [standard, predicted((i) => 256 / (256 + positiveOdds[i]!))],
    ] as const) {
      expect(Math.abs(point.relativeError!.value - expected)).toBeLessThan(
        3 * point.relativeError!.standardError! + 0.1 * expected,
      );
    }
    expect(probe.standard.points[0]!.positiveMass.value).toBeGreaterThan(3 * standard.positiveMass.value);
    expect(JSON.parse(JSON.stringify(probe))).toEqual(probe);
  });

  test("at a small τ the positive swamps the standard denominator: its gradient all but vanishes", async () => {
    const probe = await consistencyProbe(...make(3, 1064, 0.05), {
      temperature: 0.05,
      negatives: [16, 256],
      draws: 8,
      anchors: 32,
    });
    const few = probe.standard.points[0]!;
    expect(few.positiveMass.value).toBeGreaterThan(0.9);
    expect(few.relativeError!.value).toBeGreaterThan(0.9);
  });

  test("a small reference: its own error is taken off, and would be mistaken for the loss's otherwise", async () => {
    const [raw, corrected, cosines, predicted]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let seed = 1; seed <= 30; seed++) {
      const probe = await consistencyProbe(...make(seed, 316), {
        temperature: 0.5,
        anchors: 16,
        referenceShare: 0.2,
        negatives: [60],
        draws: 4,
        seed,
      });
      const point = probe.decoupled.points[0]!;
      raw.push(point.rawRelativeError.value ** 2);
      corrected.push(point.relativeError ? point.relativeError.value ** 2 : 0);
      cosines.push(point.cosine!.value);
      predicted.push(expectedAlignment(probe.population, 60, "decoupled"));
    }
    const truth = await consistencyProbe(...make(99, 4016), {
      temperature: 0.5,
      anchors: 16,
      negatives: [60],
      draws: 30,
    });
    const expected =
      truth.population.variance.reduce((s, v) => s + v, 0) /
      60 /
      truth.population.squaredNorm.reduce((s, v) => s + v, 0);
    const { mean, error } = meanAndError(corrected);
    // The anchors of the large run are others: their share of the error is as large as the mean's over a single run.
    const allowed = 3 * error + 0.1 * expected;
    expect(Math.abs(mean - expected)).toBeLessThan(allowed);
    // Pools of equal size: the raw error is about twice as large.
    expect(meanAndError(raw).mean).toBeGreaterThan(1.6 * expected);
    const difference = meanAndError(cosines.map((cosine, i) => cosine - predicted[i]!));
    expect(Math.abs(difference.mean)).toBeLessThan(3 * difference.error + 0.002);
  });

  test("values: the decoupled one tends to the limit of the uniform law, log of a mean below it by CV²/2N", async () => {
    const x = randomRows(7, 3016, 6);
    const probe = await consistencyProbe(x, x, { temperature: 0.5, anchors: 16, negatives: [8, 256], draws: 40 });
    const [few, many] = probe.decoupled.points;
    expect(few!.valueError.value).toBeLessThan(-2 * few!.valueError.standardError!);
    expect(Math.abs(many!.valueError.value)).toBeLessThan(4 * many!.valueError.standardError!);
    // L − log N = −1/τ + log Γ → the known limit; the reference's mean log-odds are that.
    const limit = -Math.log(probe.population.positiveOdds.reduce((product, odds) => product * odds ** (1 / 16), 1));
    expect(Math.abs(limit - uniformInfoNCELimit(6, { temperature: 0.5 }))).toBeLessThan(4 * probe.reference.valueError);
  });
});

test("uniform points of S^127, τ = 0.07, perfect positives, N = 4096: L − log N is −8.31, far from its limit −13.493", async () => {
  const x = normalizeRowMatrix(normalRows(1, 8208, 128));
  const probe = await consistencyProbe(x, x, { temperature: 0.07, anchors: 16, negatives: [4096], draws: 2 });
  const [standard, decoupled] = [probe.standard.points[0]!.valueError, probe.decoupled.points[0]!.valueError];
  expect(Math.abs(standard.value - (13.493 - 8.31))).toBeLessThan(3 * standard.standardError! + 0.01);
  expect(Math.abs(decoupled.value)).toBeLessThan(3 * decoupled.standardError!);
  expect(standard.standardError!).toBeLessThan(0.05);
});

test("captions: pools share no item with the anchors, on either side", async () => {
  const x = randomRows(1, 40, 5);
  const map = Int32Array.from({ length: 120 }, (_, j) => j % 40);
  const captions = noisyCopy(2, permuteRows(x, map), 0.1);
  const options = { temperature: 0.2, anchors: 8, map, negatives: [16], draws: 3 };
  const there = await consistencyProbe(x, captions, options);
  expect([there.anchors, there.reference.rows, there.drawable]).toEqual([8, 48, 48]);
  const back = await consistencyProbe(x, captions, { ...options, side: "y" });
  expect([back.anchors, back.reference.rows, back.drawable]).toEqual([8, 16, 16]);
  // Were an anchor's own captions among the negatives, their odds would exceed those of strangers by e^{1/τ}.
  expect(Math.min(...there.population.positiveOdds)).toBeGreaterThan(5);
});

test("the same seed gives the same record; sizes by default are powers of four", async () => {
  const [x, y] = [randomRows(1, 60, 4), randomRows(2, 60, 4)];
  const options = { temperature: 0.3, anchors: 8, draws: 3 };
  const probe = await consistencyProbe(x, y, options);
  expect(probe.decoupled.points.map(({ negatives }) => negatives)).toEqual([4, 16]);
  expect(await consistencyProbe(x, y, options)).toEqual(probe);
  expect(await consistencyProbe(x, y, { ...options, seed: 1 })).not.toEqual(probe);
});

describe("messages", () => {
  const x = randomRows(1, 20, 3);
  test.each([
    [
      { temperature: 0 },
      "consistencyProbe: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    ],
    [{ draws: 1 }, "consistencyProbe: `draws` must be an integer ≥ 2, got 1."],
    [
      { anchors: 17 },
      "consistencyProbe: `x` must be of more than 17 items, 2 at least for either pool, got [20, 3]. Ask for fewer anchors or bring more items.",
    ],
    [{ negatives: [4, 4] }, "consistencyProbe: `negatives[1]` must be an integer ≥ 5, got 4."],
    [{ negatives: [4, 9] }, "consistencyProbe: `negatives[1]` must be at most 8, the rows to draw from, got 9."],
    [{ negatives: [] }, "consistencyProbe: `negatives` must be at least one number, got none."],
    [{ side: "z" as "x" }, 'consistencyProbe: `side` must be "x" or "y", got z.'],
    [{ space: "flat" as "ambient" }, 'consistencyProbe: `space` must be "tangent" or "ambient", got flat.'],
    [{ referenceShare: 0 }, "consistencyProbe: `referenceShare` must be a number > 0 and < 1, got 0."],
  ])("%j", async (options, message) => {
    await expect(consistencyProbe(x, x, { temperature: 0.1, anchors: 4, ...options })).rejects.toThrow(message);
  });
});
