import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { movedRows, noisyModel, normalRows } from "../../test/model-rows.ts";
import { equalRows, meanAndError } from "../../test/unit-rows.ts";
import { gaussianCKA, linearCKA } from "./kernel-alignment.ts";

const close = { ulps: 1e5, epsilon: 2 ** -52, scale: 1 };

describe.each([
  ["linear", linearCKA],
  ["Gaussian", gaussianCKA],
] as const)("%s", (_name, cka) => {
  test.each(["debiased", "biased"] as const)("%s: 1 for a turned, scaled and shifted copy", async (form) => {
    const a = normalRows(1, 20, 6);
    const { similarity } = await cka(a, movedRows(5, a, 3, 2), { form });
    expectClose(similarity!.value, 1, close);
    expect(similarity!.standardError!).toBeLessThan(1e-9);
    expect([similarity!.samples, similarity!.method]).toEqual([20, `${form} HSIC`]);
  });

  test("moves of one model change nothing between two", async () => {
    const [a, b] = [normalRows(1, 25, 5), noisyModel(2, normalRows(1, 25, 5), 1)];
    const [plain, moved] = [await cka(a, b), await cka(movedRows(7, a, 0.1, -1), movedRows(8, b, 40, 3))];
    expectClose(moved.similarity!.value, plain.similarity!.value, close);
    expectClose(moved.similarity!.standardError!, plain.similarity!.standardError!, close);
    expectClose((await cka(b, a)).similarity!.value, plain.similarity!.value, close);
  });

  test("independent models: debiased 0 on average; permutations have the right size", async () => {
    const values: number[] = [];
    let small = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const pair = [normalRows(`a${seed}`, 16, 20), normalRows(`b${seed}`, 16, 9)] as const;
      const { similarity, permuted } = await cka(...pair, { permutations: 19, seed });
      values.push(similarity!.value);
      if (permuted!.pValue <= 0.25) small++;
    }
    const { mean, error } = meanAndError(values);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
    expect(Math.abs(small / 60 - 0.25)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 60));
  });

  test("the jackknife's error is the deviation over samples of two related models", async () => {
    const runs = [];
    for (let seed = 1; seed <= 60; seed++) {
      const a = normalRows(`x${seed}`, 40, 4);
      runs.push((await cka(a, noisyModel(`y${seed}`, a, 1))).similarity!);
    }
    const { error } = meanAndError(runs.map(({ value }) => value));
    const stated = runs.reduce((sum, { standardError }) => sum + standardError!, 0) / 60;
    // Known to 1/√120 = 9 %, three of them; the jackknife errs upwards by terms of order 1/n.
    expect(stated / (error * Math.sqrt(60))).toBeGreaterThan(0.73);
    expect(stated / (error * Math.sqrt(60))).toBeLessThan(1.4);
  });

  test("a model without variance has no similarity", async () => {
    expect(await cka(equalRows([1, 2, 3], 8), normalRows(1, 8, 3))).toEqual({ similarity: null, permuted: null });
  });
});

test("biased linear alignment is ‖AᵀB‖²/(‖AᵀA‖‖BᵀB‖) of centred rows", async () => {
  const [a, b] = [normalRows(1, 9, 2), normalRows(2, 9, 3)];
  const moments = (x: typeof a, y: typeof a) => {
    const mean = (z: typeof a, k: number) =>
      Float64Array.from(z.data).reduce((s, v, at) => s + (at % z.dim === k ? v : 0), 0) / 9;
    let sum = 0;
    for (let k = 0; k < x.dim; k++) {
      for (let l = 0; l < y.dim; l++) {
        let entry = 0;
        for (let i = 0; i < 9; i++)
          entry += (x.data[i * x.dim + k]! - mean(x, k)) * (y.data[i * y.dim + l]! - mean(y, l));
        sum += entry ** 2;
      }
    }
    return sum;
  };
  const expected = moments(a, b) / Math.sqrt(moments(a, a) * moments(b, b));
  expectClose((await linearCKA(a, b, { form: "biased" })).similarity!.value, expected, close);
});

test("biased alignment of independent models, n = 100, d = 512: near 0.837, debiased near 0", async () => {
  const pair = [normalRows("a", 100, 512), normalRows("b", 100, 512)] as const;
  const biased = (await linearCKA(...pair, { form: "biased" })).similarity!;
  // Var of HSIC over its mean: some √2/n per kernel, 1.4 %.
  expect(Math.abs(biased.value - 0.837)).toBeLessThan(0.015);
  const debiased = (await linearCKA(...pair)).similarity!;
  expect(Math.abs(debiased.value)).toBeLessThan(0.05);
});

test("a wide Gaussian is linear; a given bandwidth is in the unit of the rows", async () => {
  const [a, b] = [normalRows(1, 20, 4), noisyModel(2, normalRows(1, 20, 4), 0.7)];
  const wide = (await gaussianCKA(a, b, { bandwidth: { median: 1e4 }, form: "biased" })).similarity!.value;
  // Terms of second order in (distance/σ)² = 1e-8.
  expectClose(wide, (await linearCKA(a, b, { form: "biased" })).similarity!.value, { ulps: 1, epsilon: 1e-7 });
  const narrow = await gaussianCKA(a, b, { bandwidth: 2 });
  const scaled = await gaussianCKA(movedRows(1, a, 3), movedRows(2, b, 3), { bandwidth: 6 });
  expectClose(scaled.similarity!.value, narrow.similarity!.value, close);
});

describe("messages", () => {
  const a = normalRows(1, 8, 3);
  const broken = { ...a, data: a.data.with(7, Number.NaN) };
  test.each([
    [
      a,
      normalRows(1, 7, 3),
      {},
      "linearCKA: `b` must be of 8 rows, as `a` is, got [7, 3]. Row i of one model and row i of the other must be the same item.",
    ],
    [normalRows(1, 4, 3), normalRows(2, 4, 3), {}, "linearCKA: `a` must be of at least 5 rows, got [4, 3]."],
    [a, broken, {}, "linearCKA: `b` must be finite, got NaN or ∞ in row 2."],
    [a, a, { form: "unbiased" as "biased" }, 'linearCKA: `form` must be "debiased" or "biased", got unbiased.'],
    [a, a, { permutations: 1.5 }, "linearCKA: `permutations` must be an integer ≥ 0, got 1.5."],
    [a, a, { level: 1 }, "linearCKA: `level` must be a number > 0 and < 1, got 1."],
    [
      { rows: 4097, dim: 1, data: new Float64Array(4097) },
      { rows: 4097, dim: 1, data: new Float64Array(4097) },
      {},
      "linearCKA: `a` must be of at most 4096 rows, got [4097, 1]. All pair values are held in memory: draw items, the same from both models.",
    ],
  ])("%#", async (x, y, options, message) => {
    await expect(linearCKA(x, y, options)).rejects.toThrow(message);
  });

  test("bandwidths", async () => {
    await expect(gaussianCKA(a, a, { bandwidth: 0 })).rejects.toThrow(
      "gaussianCKA: `bandwidth` must be a finite number > 0, got 0.",
    );
    await expect(gaussianCKA(a, a, { bandwidth: { median: -1 } })).rejects.toThrow(
      "gaussianCKA: `bandwidth.median` must be a finite number > 0, got -1.",
    );
  });
});
