import { expect, test } from "vitest";
import { equalRows, noisyCopy, randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import { spectrumFindings } from "./spectrum-findings.ts";

const names = { x: "images", y: "captions" };
const options = { bootstrap: 0, skip: ["projection", "distribution", "centred", "shuffle"] } as const;
const of = async (x: Parameters<typeof analyzePair>[0], y = x) =>
  spectrumFindings(await analyzePair(x, y, options), names)[0]!;

test("the modality that has collapsed, or uses few directions, is named", async () => {
  const wide = randomRows(1, 60, 32);
  expect((await of(equalRows([1, ...new Array(31).fill(0)], 60), wide)).text).toMatch(
    /: images has collapsed to a single point\.$/,
  );
  const line = noisyCopy(3, { rows: 60, dim: 32, data: alternating(60, 32) }, 0.02);
  expect(await of(wide, line)).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/: the variance of captions lies in few of the directions available\.$/),
  });
});

test("most directions, and a single one", async () => {
  expect(await of(randomRows(2, 60, 4))).toMatchObject({
    tone: "good",
    text: expect.stringMatching(/over most of the/),
  });
  expect((await of(randomRows(2, 60, 1))).text).toMatch(
    /1\.00 \(images\) and 1\.00 \(captions\) of 1: there is only 1 dimension\.$/,
  );
});

test("few pairs: nothing is called good", async () => {
  expect(await of(randomRows(2, 29, 4))).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/29 pairs are too few/),
  });
});

/** Rows at two places in turn. */
function alternating(rows: number, dim: number): Float64Array {
  return Float64Array.from({ length: rows * dim }, (_, at) => (at % dim === Math.floor(at / dim) % 2 ? 1 : 0));
}
