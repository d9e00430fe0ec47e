import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { axisRows, equalRows, meanOverPairs, randomRows, unitRows } from "../test/unit-rows.ts";
import { uniformity } from "./uniformity.ts";

const exact = { ulps: 32, epsilon: Number.EPSILON };

test("equal rows 0, orthonormal rows −4, antipodes −8", async () => {
  const poles = unitRows([
    [0, 1],
    [0, -1],
  ]);
  expect((await uniformity(equalRows([3, 4], 5), equalRows([3, 4], 5))).x.value).toBe(0);
  expectClose((await uniformity(axisRows(4, 4), axisRows(4, 4))).y.value, -4, exact);
  expectClose((await uniformity(poles, poles)).x.value, -8, exact);
});

test("log of the mean over i ≠ j, each modality by itself", async () => {
  const [x, y] = [randomRows(1, 20, 3), randomRows(2, 20, 3, [1])];
  const kernel = (cosine: number) => Math.exp(-2 * (2 - 2 * cosine));
  const measured = await uniformity(x, y);
  expectClose(measured.x.value, Math.log(meanOverPairs(x, x, kernel, "exclude")), { ...exact, ulps: 128 });
  expectClose(measured.y.value, Math.log(meanOverPairs(y, y, kernel, "exclude")), { ...exact, ulps: 128 });
});
