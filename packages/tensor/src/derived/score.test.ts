import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { epsilon, expectGradients, normal, refusal, values } from "../../test/support.ts";
import type { Critic } from "../critic.ts";
import { fromArray, zeros } from "../ops/create.ts";
import { mul, square } from "../ops/elementwise.ts";
import { sum } from "../ops/reduce.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { diagonal, normalizeRows } from "./rows.ts";
import { scoreMatrix, scorePerSample } from "./score.ts";

const backend = referenceBackend();
const cosine: Critic = { kind: "cosine" };
const rbf: Critic = { kind: "rbf", scale: 0.5 };
const x = fromArray(backend, [
  [1, 0],
  [0, 2],
]);
const y = fromArray(backend, [
  [3, 4],
  [0, 1],
]);

test("scores of all pairs", () => {
  expect(values(scoreMatrix(x, y, cosine))).toEqual([3, 0, 8, 2]);
  expect(values(scoreMatrix(x, y, rbf))).toEqual([-10, -1, -6.5, -0.5]);
});

test("scores of matched rows", () => {
  expect(values(scorePerSample(x, y, cosine))).toEqual([3, 2]);
  expect(values(scorePerSample(x, y, rbf))).toEqual([-10, -0.5]);
});

describe.each([cosine, rbf])("$kind", (critic) => {
  const [a, b] = [normal(backend, [4, 3], "a"), normal(backend, [4, 3], "b")];

  test("matched rows are the diagonal of all pairs", () => {
    // Two sums of three terms, each of size below 16.
    const tolerance = { ulps: 2 * 5, epsilon, scale: 16 };
    expectAllClose(values(scorePerSample(a, b, critic)), values(diagonal(scoreMatrix(a, b, critic))), tolerance);
  });

  test("gradients by differences", () => {
    expectGradients((s, t) => sum(square(scoreMatrix(s, t, critic))), [a, b]);
    expectGradients((s, t) => sum(square(scorePerSample(s, t, critic))), [a, b]);
  });
});

test("on unit rows rbf is 2·scale·(cosine − 1)", () => {
  const [a, b] = [normalizeRows(normal(backend, [4, 3], "a")), normalizeRows(normal(backend, [5, 3], "b"))];
  const expected = values(scoreMatrix(a, b, cosine)).map((score) => 2 * 0.5 * (score - 1));
  expectAllClose(values(scoreMatrix(a, b, rbf)), expected, { ulps: 16, epsilon, scale: 1 });
  expect(values(mul(scoreMatrix(a, a, rbf), 1)).every((score) => score <= 0)).toBe(true);
});

test("messages", () => {
  expect(refusal(() => scoreMatrix(x, y, { kind: "rbf", scale: 0 }))).toBe(
    "E_OPTION scoreMatrix: `critic.scale` must be a finite number > 0, got 0.",
  );
  expect(refusal(() => scorePerSample(x, y, { kind: "rbf", scale: Number.NaN }))).toBe(
    "E_OPTION scorePerSample: `critic.scale` must be a finite number > 0, got NaN.",
  );
  expect(refusal(() => scoreMatrix(x, y, { kind: "dot" } as unknown as Critic))).toBe(
    'E_OPTION scoreMatrix: `critic.kind` must be "cosine" or "rbf", got dot.',
  );
  expect(refusal(() => scorePerSample(x, zeros(backend, [3, 2]), cosine))).toBe(
    "E_SHAPE scorePerSample: `y` must be of shape [2, 2], got [3, 2].",
  );
});
