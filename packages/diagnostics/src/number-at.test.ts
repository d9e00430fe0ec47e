import { describe, expect, test } from "vitest";
import { randomRows } from "../test/unit-rows.ts";
import { analyzePair } from "./analyze-pair.ts";
import { numberAt } from "./number-at.ts";

const analysis = await analyzePair(randomRows(1, 12, 3), randomRows(2, 12, 3, [1]), {
  temperatures: [0.07, 1],
  bootstrap: 20,
  skip: ["spectrum", "projection", "distribution"],
});

test("estimates stand for their values, and numbers for themselves", () => {
  expect(numberAt(analysis, "gap.centroid")).toBe(analysis.gap.centroid.value);
  expect(numberAt(analysis, "gap.centroid.value")).toBe(analysis.gap.centroid.value);
  expect(numberAt(analysis, "gap.centroid.interval.high")).toBe(analysis.gap.centroid.interval!.high);
  expect(numberAt(analysis, "gap.centroidFloor")).toBe(analysis.gap.centroidFloor);
  expect(numberAt(analysis, "items")).toBe(12);
});

test("keys may be numbers, with and without a point", () => {
  expect(numberAt(analysis, "retrieval.xToY.recall.10")).toBe(analysis.retrieval.xToY.recall["10"]!.value);
  expect(numberAt(analysis, "energy.0.07.infoNCE.symmetric")).toBe(analysis.energy["0.07"]!.infoNCE.symmetric.value);
  expect(numberAt(analysis, "energy.1.potentialTerm")).toBe(analysis.energy["1"]!.potentialTerm.value);
});

describe("messages", () => {
  const must = "numberAt: `path` must be the path of a number in the analysis, got";
  test.each([
    [
      "gap.center",
      `${must} "gap.center". Names in \`gap\`: centroid, centroidFloor, centroidNorm, centroidCosine, relative.`,
    ],
    ["energy.0.5.potentialTerm", `${must} "energy.0.5.potentialTerm". Names in \`energy\`: 1, 0.07.`],
    ["items.first", `${must} "items.first". \`items\` has no names below it.`],
    ["spectrum", `${must} null, which means not measured.`],
    ["spectrum.x.rankMe", `${must} a path through \`spectrum\`, which was not measured.`],
    ["mixedSearch.x", `${must} no number. Names in \`mixedSearch.x\`: 1, 5, 10.`],
    ["schema", `${must} no number. \`schema\` has no names below it.`],
  ])("%s", (path, message) => {
    expect(() => numberAt(analysis, path)).toThrow(expect.objectContaining({ code: "E_OPTION", message }));
  });

  test("an unknown first name lists what there is", () => {
    expect(() => numberAt(analysis, "gab")).toThrow(
      /got "gab"\. Names at the top: schema, items, captions, dim, settings, gap, /,
    );
    expect(() => numberAt(analysis, "")).toThrow(/got no number\. Names at the top/);
  });
});
