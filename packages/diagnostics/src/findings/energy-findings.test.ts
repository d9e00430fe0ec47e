import { expect, test } from "vitest";
import { duplicatedPair } from "../../test/pair-shapes.ts";
import { equalRows, randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import { energyFindings } from "./energy-findings.ts";

const names = { x: "images", y: "captions" };
const options = { bootstrap: 0, skip: ["spectrum", "projection", "distribution", "centred", "shuffle"] } as const;

test("duplicates at a small temperature: the loss does not average, and the own term is no more than half", async () => {
  const { x, y } = duplicatedPair(1, 60, 16);
  const [finding] = energyFindings(await analyzePair(x, y, { ...options, temperatures: [0.01] }), names);
  expect(finding).toEqual({
    topic: "energy",
    tone: "notice",
    text: "At τ = 0.01 the match holds 50 % of the softmax mass on average (chance 1.7 %), and the rest is spread as if over 1.00 of 59 negatives: the loss compares the match with few negatives.",
  });
});

test("the own term is compared with the others without the divisors of the two forms", async () => {
  // Two equal rows: own term and rest are equal, all − leaveOneOut = log 2 + log ½ = 0, and at n = 3 a bit more is drowned.
  const equal = equalRows([1, 2], 2);
  const [finding] = energyFindings(await analyzePair(equal, equal, { ...options, temperatures: [1] }), names);
  expect(finding!.text).toMatch(/over 1\.00 of 1 negative: the loss averages over at least half of the negatives\.$/);
  const axes = { rows: 2, dim: 2, data: Float64Array.of(1, 0, 0, 1) };
  const [drowned] = energyFindings(await analyzePair(axes, axes, { ...options, temperatures: [1] }), names);
  // e against 1: the own term outweighs the other, although all − leaveOneOut = log(1 + e) − log 2 = 0.62 < log 2.
  expect(drowned!.text).toMatch(/each row's own term outweighs all others in its modality's field/);
});

test("only the modality whose own terms outweigh the others is named", async () => {
  const [x, y] = [equalRows([1, 2, 0, 0], 40), randomRows(1, 40, 4)];
  const [finding] = energyFindings(await analyzePair(x, y, { ...options, temperatures: [0.01] }), names);
  expect(finding!.text).toMatch(/outweighs all others in the field of captions, so that only the leave-one-out/);
});

test("neighbouring temperatures that say the same share a sentence", async () => {
  const x = randomRows(2, 60, 8);
  const texts = async (...temperatures: number[]) =>
    energyFindings(await analyzePair(x, x, { ...options, temperatures }), names).map(({ text }) => text);
  const two = await texts(1, 0.01, 2);
  expect(two).toHaveLength(2);
  expect(two[0]).toMatch(/^At τ = 0\.01 the match holds .* each row's own term/);
  expect(two[1]).toMatch(
    /^At τ = 1 and 2 the match holds \S+ % and \S+ % .* over \S+ and \S+ of 59 negatives: the loss averages/,
  );
  expect(await texts(4, 1, 2)).toEqual([
    expect.stringMatching(
      /^At τ from 1 to 4 the match holds between \S+ % and \S+ % .* over between \S+ and \S+ of 59 negatives/,
    ),
  ]);
});
