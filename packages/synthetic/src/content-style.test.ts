import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import { type ContentStyleOptions, generateContentStyle } from "./content-style.ts";
import { applyMixing, invertMixing, randomMixing } from "./mixing.ts";
import { norm, rowOf } from "./rows.ts";

const EPSILON = 2 ** -52;
const generate = (options: Omit<ContentStyleOptions, "kind" | "pairs"> & { pairs?: number } = {}) =>
  generateContentStyle(createRandom("content"), { kind: "contentStyle", pairs: 1, ...options });
const product = (x: RowMatrix, a: number, y: RowMatrix, b: number) =>
  Float64Array.from({ length: x.rows }, (_, i) => rowOf(x, i)[a]! * rowOf(y, i)[b]!);

describe("mixing", () => {
  test.each([
    { dim: 1, layers: 4, condition: 10, slope: 0.2 },
    { dim: 8, layers: 3, condition: 4, slope: 0.2 },
    { dim: 30, layers: 5, condition: 20, slope: 0.5 },
  ])("is undone by its inverse, within its condition bound: %o", (options) => {
    const mixing = randomMixing(createRandom("mixing"), options);
    const rows = { rows: 50, dim: options.dim, data: createRandom("rows").normal(50 * options.dim) };
    const back = invertMixing(mixing, applyMixing(mixing, rows));
    const growth = mixing.conditionBound * options.dim * options.layers;
    for (let i = 0; i < 50; i++) {
      expectAllClose(rowOf(back, i), rowOf(rows, i), { ulps: growth, epsilon: EPSILON, scale: norm(rowOf(rows, i)) });
    }
  });

  test("no layer and no slope", () => {
    const rows = { rows: 2, dim: 3, data: createRandom("rows").normal(6) };
    const none = randomMixing(createRandom(0), { dim: 3, layers: 0, condition: 9, slope: 0.1 });
    expect(applyMixing(none, rows)).toEqual(rows);
    expect(none.conditionBound).toBe(1);
    const linear = randomMixing(createRandom(0), { dim: 3, layers: 2, condition: 9, slope: 1 });
    const doubled = { ...rows, data: rows.data.map((v) => 2 * v) };
    expectAllClose(
      applyMixing(linear, doubled).data,
      applyMixing(linear, rows).data.map((v) => 2 * v),
      { ulps: 0, epsilon: EPSILON },
    );
  });

  test("difference quotients stay within the condition bound, and reach the singular values of one linear layer", () => {
    const [dim, condition] = [4, 25];
    const mixing = randomMixing(createRandom("one"), { dim, layers: 1, condition, slope: 1 });
    const images = [0, 1, 2, 3].map((k) => {
      const axis = Float64Array.from(mixing.layers[0]!.right.slice(k * dim, (k + 1) * dim));
      return norm(applyMixing(mixing, { rows: 1, dim, data: axis }).data);
    });
    expectAllClose(images, [5, 5 ** (1 / 3), 5 ** (-1 / 3), 1 / 5], { ulps: 64, epsilon: EPSILON });
    expect(mixing.conditionBound).toBe(25);
  });

  test("messages", () => {
    const mixing = randomMixing(createRandom(0), { dim: 3, layers: 1, condition: 2, slope: 0.5 });
    const rows = { rows: 1, dim: 2, data: new Float64Array(2) };
    expect(() => applyMixing(mixing, rows)).toThrow(
      "applyMixing: `rows` must be rows of dimension 3, got dimension 2.",
    );
    expect(() => invertMixing(mixing, rows)).toThrow(
      "invertMixing: `rows` must be rows of dimension 3, got dimension 2.",
    );
  });
});

describe("generateContentStyle", () => {
  test("content is shared to the bit by default, style and private parts are not", () => {
    const { latentX, latentY, truth } = generate({ pairs: 20 });
    expect(truth.blocks).toEqual({ content: 4, style: 3, private: 1 });
    for (let i = 0; i < 20; i++) {
      expect([...rowOf(latentX, i).subarray(0, 4)]).toEqual([...rowOf(latentY, i).subarray(0, 4)]);
      expect(rowOf(latentX, i)[5]).not.toBe(rowOf(latentY, i)[5]);
    }
    expect(truth.mutualInformation).toBeNull();
  });

  test("latents come back from the data", () => {
    const { x, y, latentX, latentY, truth } = generate({ pairs: 30, mixing: "shared" });
    expect(truth.mixing.x).toEqual(truth.mixing.y);
    const tolerance = { ulps: truth.mixing.x.conditionBound * 24, epsilon: EPSILON, scale: 3 };
    expectAllClose(invertMixing(truth.mixing.x, x).data, latentX.data, tolerance);
    expectAllClose(invertMixing(truth.mixing.y, y).data, latentY.data, tolerance);
    const separate = generate().truth.mixing;
    expect(separate.x.layers[0]).not.toEqual(separate.y.layers[0]);
  });

  test("covariances are those of the model, and the predictable share follows from them", () => {
    const options = {
      pairs: 8000,
      contentDim: 2,
      styleDim: 3,
      contentCorrelation: 0.8,
      styleCorrelation: 0.5,
      causal: 0.6,
    };
    const { latentX: u, latentY: v, truth } = generate(options);
    expectClose(truth.correlation.style, 0.36 * 0.8 + 0.64 * 0.5, { ulps: 4, epsilon: EPSILON });
    for (let k = 0; k < 6; k++) expectMean(product(u, k, u, k), 1);
    for (const k of [0, 1]) expectMean(product(u, k, v, k), 0.8);
    for (const k of [2, 3, 4]) {
      expectMean(product(u, k, v, k), truth.correlation.style);
      expectMean(product(u, k, u, (k - 2) % 2), 0.6);
      expectMean(product(u, k, v, (k - 2) % 2), 0.6 * 0.8);
      expectMean(product(u, k, u, (k - 1) % 2), 0);
    }
    expectMean(product(u, 5, v, 5), 0);
    // The best prediction of a style coordinate of y: a·r_c c + r_e (s − a c).
    const errors = Float64Array.from({ length: u.rows }, (_, i) => {
      const [a, b] = [rowOf(u, i), rowOf(v, i)];
      return (b[2]! - (0.6 * 0.8 * a[0]! + 0.5 * (a[2]! - 0.6 * a[0]!))) ** 2;
    });
    expectMean(errors, 1 - truth.predictable.style);
    expectClose(truth.mutualInformation!, -Math.log(1 - 0.64) - 1.5 * Math.log(1 - 0.25), {
      ulps: 16,
      epsilon: EPSILON,
    });
  });

  test("no style, no private part", () => {
    const { x, truth } = generate({
      contentDim: 2,
      styleDim: 0,
      privateDim: 0,
      contentCorrelation: 0,
      styleCorrelation: 1,
    });
    expect([x.dim, truth.mutualInformation]).toEqual([2, 0]);
  });

  test("messages", () => {
    const where = "generateContentStyle: ";
    expect(() => generate({ contentDim: 0 })).toThrow(`${where}\`contentDim\` must be an integer ≥ 1, got 0.`);
    expect(() => generate({ causal: 1 })).toThrow(`${where}\`causal\` must be a number in [0, 1), got 1.`);
    expect(() => generate({ contentCorrelation: -0.1 })).toThrow(
      `${where}\`contentCorrelation\` must be a number in [0, 1], got -0.1.`,
    );
    expect(() => generate({ layers: 17 })).toThrow(`${where}\`layers\` must be an integer in [0, 16], got 17.`);
    expect(() => generate({ mixing: "both" as "shared" })).toThrow(
      `${where}\`mixing\` must be "shared" or "separate", got "both".`,
    );
  });
});
