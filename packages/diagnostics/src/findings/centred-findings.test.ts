import { expect, test } from "vitest";
import { narrowAndWide } from "../../test/pair-shapes.ts";
import { noisyCopy, randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import type { MixedSearch } from "../pair-analysis.ts";
import { centredFindings } from "./centred-findings.ts";

const names = { x: "images", y: "captions" };
const options = { bootstrap: 0, skip: ["spectrum", "projection", "distribution", "shuffle"] } as const;

test("an offset alone: recall with its direction, and what is left", async () => {
  const x = randomRows(1, 60, 8);
  const [finding] = centredFindings(await analyzePair(x, noisyCopy(2, x, 0.05, [0, 3]), options), names);
  expect(finding).toMatchObject({
    tone: "good",
    text: expect.stringMatching(
      /the centroid gap goes from \S+ to \S+, recall at 1 \(images → captions\) from .* the own-kind share of the top 10 .*: what is left favours neither kind/,
    ),
  });
});

test("opposite biases do not cancel", async () => {
  const { x, y } = narrowAndWide(3, 60, 32);
  const analysis = await analyzePair(x, y, options);
  const share = (value: number) => ({ 10: { value, samples: 60, unit: "1" } }) as const;
  const mixedSearch: MixedSearch = { x: share(0.9), y: share(0.1), reference: { x: 59 / 119, y: 59 / 119 } };
  const [finding] = centredFindings({ ...analysis, centred: { ...analysis.centred!, mixedSearch } }, names);
  expect(finding).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(
      /\(queries of images, of captions\) from .* to 90 % and 10 %: rows of images are returned to everyone/,
    ),
  });
});
