import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
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
