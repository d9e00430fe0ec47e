import type { Progress } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { asRows, EPSILON, equalRows, growth, identity, nearby, unitRows } from "../../test/helpers.ts";
import { infoNCEGradientOnRows } from "./info-nce-gradient-on-rows.ts";
import { infoNCEOnRows, infoNCEPerSampleOnRows } from "./info-nce-on-rows.ts";
import { poolInfoNCEGradientOnRows } from "./pool-info-nce-gradient-on-rows.ts";
import { poolInfoNCEOnRows } from "./pool-info-nce-on-rows.ts";
import { symmetricInfoNCEGradientOnRows } from "./symmetric-info-nce-gradient-on-rows.ts";
import { symmetricInfoNCEOnRows } from "./symmetric-info-nce-on-rows.ts";

describe("limits", () => {
  test("equal rows: loss log n, mass 1/n, and no uncertainty", async () => {
    const n = 6;
    const rows = asRows(equalRows(n, [0.6, 0.8]));
    const summary = await infoNCEOnRows(rows, rows, { temperature: 0.5 });
    const tolerance = { ulps: growth({ n, d: 2, temperature: 0.5 }), epsilon: EPSILON };
    expectClose(summary.loss, Math.log(n), tolerance);
    expectClose(summary.decoupledLoss, Math.log(n - 1), tolerance);
    expectClose(summary.positiveMass, 1 / n, tolerance);
    expectClose(summary.effectiveNegatives, n ** 2 / (n - 1), tolerance);
    expectClose(summary.conditionalEffectiveNegatives, n - 1, tolerance);
    expect(summary).toMatchObject({ samples: n, negatives: n - 1 });
    expectClose(summary.standardError.loss, 0, { ...tolerance, scale: 1 });
    const { gradients } = await infoNCEGradientOnRows(rows, rows, { temperature: 0.5 });
    expectClose(gradients.temperature, 0, { ...tolerance, scale: 4 });
  });

  test.each([0.07, 0.01, 0.005])(
    "orthonormal pairs: value and gradient keep their digits near zero (τ = %d)",
    async (tau) => {
      const rows = asRows(identity(8));
      const odds = 7 * Math.exp(-1 / tau);
      const tolerance = { ulps: 32 + 8 / tau, epsilon: EPSILON };
      const { loss, gradients } = await infoNCEGradientOnRows(rows, rows, { temperature: tau });
      expectClose(loss, Math.log1p(odds), tolerance);
      expectClose((await infoNCEOnRows(rows, rows, { temperature: tau })).loss, Math.log1p(odds), tolerance);
      expectClose(gradients.temperature, odds / (1 + odds) / tau ** 2, tolerance);
      expectClose(gradients.anchors[0]!, -odds / (1 + odds) / (8 * tau), tolerance);
    },
  );

  test("a batch of one: loss exactly 0, no negatives, no standard error", async () => {
    const [x, y] = [asRows([[0.3, 0.4]]), asRows([[-5, 2]])];
    const missing = Number.NaN;
    expect(await infoNCEOnRows(x, y, { temperature: 0.1 })).toEqual({
      samples: 1,
      negatives: 0,
      loss: 0,
      decoupledLoss: Number.NEGATIVE_INFINITY,
      positiveMass: 1,
      effectiveNegatives: 0,
      conditionalEffectiveNegatives: 0,
      standardError: {
        loss: missing,
        decoupledLoss: missing,
        positiveMass: missing,
        effectiveNegatives: missing,
        conditionalEffectiveNegatives: missing,
      },
    });
    const { loss, gradients } = await symmetricInfoNCEGradientOnRows(x, y, { temperature: 0.1 });
    expect([loss, ...gradients.x, ...gradients.y, gradients.temperature].every((value) => value === 0)).toBe(true);
  });

  test("NaN gives NaN where it is seen", async () => {
    const anchors = asRows([
      [1, 0],
      [Number.NaN, 1],
      [0, 1],
    ]);
    const { loss } = await infoNCEPerSampleOnRows(anchors, asRows(unitRows(1, 3, 2)), { temperature: 0.1 });
    expect(Array.from(loss, (value) => Number.isNaN(value))).toEqual([false, true, false]);
  });
});

test("a standard error is the spread over anchors by √n", async () => {
  const x = unitRows(1, 30, 4);
  const [anchors, positives] = [asRows(x), asRows(nearby(2, x, 0.5))];
  const { loss } = await infoNCEPerSampleOnRows(anchors, positives, { temperature: 0.2 });
  const mean = loss.reduce((sum, value) => sum + value, 0) / 30;
  const variance = loss.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 29;
  const summary = await infoNCEOnRows(anchors, positives, { temperature: 0.2 });
  expectClose(summary.standardError.loss, Math.sqrt(variance / 30), { ulps: 64, epsilon: EPSILON });
  expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
});

describe("control", () => {
  const rows = asRows(unitRows(3, 20, 3));
  const calls = {
    infoNCEOnRows,
    symmetricInfoNCEOnRows,
    infoNCEGradientOnRows,
    symmetricInfoNCEGradientOnRows,
    poolInfoNCEOnRows: (...[x, y, options]: Parameters<typeof infoNCEOnRows>) => poolInfoNCEOnRows(x, y, y, options),
    poolInfoNCEGradientOnRows: (...[x, y, options]: Parameters<typeof infoNCEOnRows>) =>
      poolInfoNCEGradientOnRows(x, y, y, options),
  };

  test.each(Object.entries(calls))("%s stops with the reason of the signal", async (_name, call) => {
    const signal = { aborted: true, reason: new Error("enough") };
    await expect(call(rows, rows, { temperature: 0.1, signal })).rejects.toThrow("enough");
  });

  test.each(Object.entries(calls))("%s reports progress that rises to its total", async (_name, call) => {
    const seen: Progress[] = [];
    await call(rows, rows, { temperature: 0.1, onProgress: (progress) => seen.push(progress) });
    const done = seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
    expect(new Set(seen.map((progress) => progress.total)).size).toBe(1);
  });
});

describe("bad input", () => {
  const rows = asRows(unitRows(3, 4, 3));
  test.each<[() => Promise<unknown>, string]>([
    [
      () => infoNCEOnRows(rows, rows, { temperature: 0 }),
      "infoNCEOnRows: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    ],
    [
      () => symmetricInfoNCEOnRows(rows, asRows(unitRows(3, 5, 3)), { temperature: 1 }),
      "symmetricInfoNCEOnRows: `y` must be of the shape [4, 3] of `x`, got [5, 3]. Row i of one is the partner of row i of the other.",
    ],
    [
      () => poolInfoNCEGradientOnRows(rows, rows, asRows(unitRows(3, 5, 2)), { temperature: 1 }),
      "poolInfoNCEGradientOnRows: `negatives` must be of shape [m, 3] with m ≥ 1, the dimension of `anchors`, got [5, 2].",
    ],
    [
      () => infoNCEGradientOnRows({ ...rows, rows: 5 }, rows, { temperature: 1 }),
      "infoNCEGradientOnRows: `anchors.data` must be of length rows · dim = 15, got 12.",
    ],
    [
      () => infoNCEPerSampleOnRows({ rows: 0, dim: 3, data: new Float64Array(0) }, rows, { temperature: 1 }),
      "infoNCEPerSampleOnRows: `anchors` must be of shape [n, d] with n ≥ 1, got [0, 3].",
    ],
  ])("message %#", async (call, message) => {
    await expect(call()).rejects.toMatchObject({ name: "InputError", message });
  });
});
