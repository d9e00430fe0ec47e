// What the switches refuse, word for word, on tensors and on rows.

import { type InputErrorCode, isInputError } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import {
  infoNCE,
  infoNCEOnRows,
  poolInfoNCE,
  symmetricInfoNCE,
  symmetricInfoNCEPerSampleOnRows,
} from "../src/index.ts";
import { asRows, asTensor, thrownBy, unitRows } from "./helpers.ts";

const [x, y] = [asTensor(unitRows(1, 3, 2)), asTensor(unitRows(2, 3, 2))];
const [xRows, yRows] = [asRows(unitRows(1, 3, 2)), asRows(unitRows(2, 3, 2))];
const temperature = 0.1;

test.each<[object, InputErrorCode, string]>([
  [{ denominator: "all" }, "E_OPTION", '`denominator` must be "cross", "own", "pooled" or "reference", got "all".'],
  [{ ownWeight: 1.5 }, "E_OPTION", "`ownWeight` must be a number in 0 … 1, got 1.5."],
  [
    { ownWeight: 0.5, denominator: "pooled" },
    "E_OPTION",
    '`ownWeight` must be 0 unless `denominator` is "cross", got 0.5.',
  ],
  [{ includePositive: 0 }, "E_OPTION", "`includePositive` must be true or false, got 0."],
  [{ labelSmoothing: Number.NaN }, "E_OPTION", "`labelSmoothing` must be a number in 0 … 1, got NaN."],
  [{ denominator: "reference" }, "E_OPTION", '`reference` must be given for `denominator: "reference"`, got nothing.'],
  [{ weights: [1, 2] }, "E_SHAPE", "`weights` must be of length 3, one for each row, got 2."],
  [{ weights: [1, -1, 2] }, "E_OPTION", "`weights` must be finite numbers ≥ 0, got -1 at index 1."],
  [{ weights: { x: [0, 0, 0] } }, "E_OPTION", "`weights.x` must be not all 0, got 0."],
  [
    { positives: { groups: { x: [1, 2], y: [1, 2, 3] } } },
    "E_SHAPE",
    "`positives.groups.x` must be of length 3, one for each row of `anchors`, got 2.",
  ],
  [
    { positives: { groups: { x: [1, 2, 9], y: [1, 2, 3] } } },
    "E_DOMAIN",
    "`positives.groups.x` must be such that every anchor has a positive on the other side, got group 9 of row 2 without one. Leave such rows out, or put them into a bank of negatives.",
  ],
  [
    { positives: { groups: { x: [1, 2, 3], y: [1, 2, 3] }, combine: "both" } },
    "E_OPTION",
    '`positives.combine` must be "sumOfProbabilities" or "meanOfLogs", got "both".',
  ],
])("%o", async (options, code, message) => {
  const error = thrownBy(() => infoNCE(x, y, { temperature, ...options }));
  expect(isInputError(error) && error.code).toBe(code);
  expect((error as Error).message).toBe(`infoNCE: ${message}`);
  await expect(infoNCEOnRows(xRows, yRows, { temperature, ...options })).rejects.toMatchObject({
    code,
    message: `infoNCEOnRows: ${message}`,
  });
});

test.each<[() => unknown, string]>([
  [
    () => infoNCE(x, y, { temperature, reference: y }),
    'infoNCE: `reference` must be absent unless `denominator` is "reference", got rows with "cross".',
  ],
  [
    () => infoNCE(x, y, { temperature, denominator: "reference", reference: asTensor(unitRows(1, 2, 3)) }),
    "infoNCE: `reference` must be of shape [m, 2] with m ≥ 1, the dimension of `anchors`, got [2, 3].",
  ],
  [
    () => infoNCE(x, y, { temperature, bank: { x } }),
    "infoNCE: `bank.x` must be absent where its side stands in no denominator, got rows.",
  ],
  [
    () => symmetricInfoNCE(x, y, { temperature, bank: { y: { rows: y, size: 0 } } }),
    "symmetricInfoNCE: `bank.y.size` must be a finite number > 0, got 0.",
  ],
  [
    () => poolInfoNCE(x, y, { rows: y, logWeights: [0, Number.NEGATIVE_INFINITY, 0] }, { temperature }),
    "poolInfoNCE: `negatives.logWeights` must be finite numbers, got -Infinity at index 1.",
  ],
  [
    () => infoNCE(x, y, { temperature, positives: { mask: y } }),
    "infoNCE: `positives.mask` must be bool of shape [3, 3], one entry for each pair, got float64 of shape [3, 2].",
  ],
  [
    () => symmetricInfoNCE(x, y, { temperature, forwardWeight: 2 }),
    "symmetricInfoNCE: `forwardWeight` must be a number in 0 … 1, got 2.",
  ],
])("message %#", (call, message) => {
  expect(thrownBy(call)).toMatchObject({ name: "InputError", message });
});

test("only pairs have a loss of both directions", async () => {
  const positives = { groups: { x: [1, 2, 3], y: [1, 2, 3] } };
  await expect(symmetricInfoNCEPerSampleOnRows(xRows, yRows, { temperature, positives })).rejects.toThrow(
    "symmetricInfoNCEPerSampleOnRows: `positives` must be absent, because only pairs have a loss of both directions, got several. Take the losses of the two directions: infoNCE of (x, y) and of (y, x).",
  );
});
