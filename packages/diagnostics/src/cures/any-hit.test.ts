import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { anyHit } from "./any-hit.ts";

const one = (score: readonly number[], greater: readonly number[], equal: readonly number[], k: number) =>
  anyHit(
    { score: Float64Array.from(score), greater: Int32Array.from(greater), equal: Int32Array.from(equal) },
    { offsets: Int32Array.of(0, score.length), columns: new Int32Array(score.length) },
    k,
  )[0]!;

test("without ties the best target decides", () => {
  expect([one([0.3, 0.9], [5, 2], [0, 0], 2), one([0.3, 0.9], [5, 2], [0, 0], 3)]).toEqual([0, 1]);
});

test("everything equal: one target of N → k/N, R targets → 1 − C(N − R, k)/C(N, k)", () => {
  for (const k of [1, 3, 10]) expectClose(one([1], [0], [9], k), k / 10, { ulps: 16, epsilon: 2 ** -52 });
  expectClose(one([1, 1], [0, 0], [8, 8], 3), 1 - (8 * 7 * 6) / (10 * 9 * 8), { ulps: 16, epsilon: 2 ** -52 });
  expect(one([1, 1], [0, 0], [8, 8], 9)).toBe(1);
});

test("strangers above use up places; a tied target counts once among its equals only", () => {
  expectClose(one([1, 0.2], [2, 7], [1, 0], 3), 0.5, { ulps: 4, epsilon: 2 ** -52 });
  expect(one([1], [2], [0], 2)).toBe(0);
});

test("several queries", () => {
  const places = { score: Float64Array.of(1, 2, 3), greater: Int32Array.of(0, 4, 1), equal: Int32Array.of(1, 0, 0) };
  expectAllClose(anyHit(places, { offsets: Int32Array.of(0, 1, 3), columns: Int32Array.of(0, 1, 2) }, 1), [0.5, 0], {
    ulps: 4,
    epsilon: 2 ** -52,
  });
});
