import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import type { PairValue } from "../engine.ts";
import { referenceEngine } from "../reference-engine.ts";
import { asRowSource, matrixOf, rowMatrix } from "../rows/row-matrix.ts";
import { matchedValues } from "./matched-values.ts";

test("the four values of two pairs by hand", async () => {
  const [x, y] = [
    matrixOf([
      [1, 2],
      [0, 1],
    ]),
    matrixOf([
      [4, -2],
      [0, 1],
    ]),
  ];
  expect([...(await matchedValues(x, y, { kind: "inner" }))]).toEqual([0, 1]);
  expect([...(await matchedValues(x, y, { kind: "squaredDistance" }))]).toEqual([25, 0]);
  expect([...(await matchedValues(x, y, { kind: "distance" }))]).toEqual([5, 0]);
  const gaussian = await matchedValues(x, y, { kind: "gaussian", bandwidth: 5 });
  expectAllClose(gaussian, [Math.exp(-0.5), 1], { ulps: 1, epsilon: 2 ** -52 });
});

test("mapped values by hand, also where e^u would overflow or vanish", async () => {
  const x = matrixOf([[1], [3], [-3]]);
  const of = (change: object) => ({ kind: "mapped", of: "inner", scale: 1, ...change }) as PairValue;
  const ones = matrixOf([[1], [1], [1]]);
  const near = { ulps: 2, epsilon: 2 ** -52 };
  const log1p = await matchedValues(x, ones, of({ of: "squaredDistance", map: { kind: "log1p" }, scale: 2 }));
  expectAllClose(log1p, [0, Math.log(9), Math.log(33)], near);
  const power = of({ of: "squaredDistance", map: { kind: "power", exponent: -0.5 } });
  expect([...(await matchedValues(x, ones, power))]).toEqual([Infinity, 0.5, 0.25]);
  const softplus = await matchedValues(x, ones, of({ map: { kind: "softplus" }, scale: 300, offset: -300 }));
  expectAllClose(softplus, [Math.LN2, 600, 0], { ...near, scale: Number.MIN_VALUE });
  const sigmoid = await matchedValues(x, ones, of({ map: { kind: "sigmoid" }, scale: 240 }));
  expectAllClose(sigmoid, [1, 1, Math.exp(-720)], near);
});

test("inner products have the bits of the engine's, over several blocks, from sources too", async () => {
  const [n, d] = [600, 5];
  const rows = (label: string) => rowMatrix(createRandom(label).normal(n * d), n, d);
  const [x, y] = [rows("x"), rows("y")];
  const done: number[] = [];
  const onProgress = (progress: { readonly done: number }) => done.push(progress.done);
  const scores = await matchedValues(asRowSource(x), y, { kind: "inner" }, { onProgress });
  const [{ targetScore }] = await referenceEngine().reduce(x, y, [{ kind: "rank" }]);
  expect(scores).toEqual(targetScore);
  expect(done.at(-1)).toBe(n);
});

test("refusals and cancellation", async () => {
  const x = matrixOf([
    [1, 2],
    [0, 1],
  ]);
  await expect(matchedValues(x, matrixOf([[1, 2]]), { kind: "inner" })).rejects.toThrow(
    withMessage("matchedValues: `y` must be 2 rows, one for each row of `x`, got 1."),
  );
  await expect(matchedValues(x, x, { kind: "gaussian", bandwidth: 0 })).rejects.toThrow(
    withMessage(
      "matchedValues: `value.bandwidth` must be a finite number > 0, got 0. " +
        "The median distance between rows is the usual choice.",
    ),
  );
  const signal = { aborted: true, reason: "stop" };
  await expect(matchedValues(x, x, { kind: "inner" }, { signal })).rejects.toBe("stop");
});

function withMessage(message: string): unknown {
  return expect.objectContaining({ name: "InputError", message });
}
