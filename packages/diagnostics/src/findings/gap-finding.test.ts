import { expect, test } from "vitest";
import { equalRows, randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import { gapFinding } from "./gap-finding.ts";

const names = { x: "images", y: "captions" };
const options = { bootstrap: 50, skip: ["spectrum", "projection", "distribution", "centred", "shuffle"] } as const;

test("wide between centroids, but not separate: one modality holds half of the other's place as well", async () => {
  // X lies half around e1 and half around e2, Y around e2 alone.
  const [first, second] = [randomRows(1, 20, 8, [20]), randomRows(2, 20, 8, [0, 20])];
  const x = { rows: 40, dim: 8, data: Float64Array.from([...first.data, ...second.data]) };
  const { tone, text } = gapFinding(await analyzePair(x, randomRows(3, 40, 8, [0, 20]), options), names);
  expect(tone).toBe("warning");
  expect(text).toMatch(
    /are 0\.\d+ apart, .*: that is far, although rows of the two still are neighbours of each other\.$/,
  );
});

test("a gap of fewer than three floors that is surely none of noise", async () => {
  const [x, y] = [randomRows(4, 60, 200), randomRows(5, 60, 200, [6])];
  const analysis = await analyzePair(x, y, options);
  const { centroid, centroidFloor } = analysis.gap;
  expect(centroid.value).toBeLessThan(3 * centroidFloor);
  expect(gapFinding(analysis, names).text).toMatch(/they are offset, but not far apart\.$/);
});

test("what few pairs cannot show is not called good", async () => {
  const analysis = await analyzePair(randomRows(6, 6, 8), randomRows(7, 6, 8), options);
  expect(gapFinding(analysis, names)).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/no measurable gap/),
  });
  const equal = equalRows([1, 1], 6);
  expect(gapFinding(await analyzePair(equal, equal, options), names).tone).toBe("good");
});
