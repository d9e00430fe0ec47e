import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { chordOf, equalRows, meanAndError, meanOverPairs, noisyCopy, randomRows } from "../test/unit-rows.ts";
import { energyDistance } from "./energy-distance.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };

test("two points: twice their distance", async () => {
  const { uStatistic, vStatistic } = await energyDistance(equalRows([1, 0], 4), equalRows([0, 1], 4));
  expectClose(uStatistic.value, 2 * Math.SQRT2, exact);
  expectClose(vStatistic.value, 2 * Math.SQRT2, exact);
});

test("identical sets: V = 0, the paired form 0 and U = −2m/n", async () => {
  const n = 15;
  const x = randomRows(1, n, 3);
  const { pairedStatistic, uStatistic, vStatistic } = await energyDistance(x, x);
  expectClose(pairedStatistic.value, 0, exact);
  expectClose(vStatistic.value, 0, exact);
  expectClose(uStatistic.value, (-2 * meanOverPairs(x, x, chordOf, "exclude")) / n, exact);
});

test("the forms equal the sums written out", async () => {
  const [x, y] = [randomRows(1, 20, 4), randomRows(2, 20, 4, [1, 1])];
  const { pairedStatistic, uStatistic, vStatistic } = await energyDistance(x, y);
  const across = 2 * meanOverPairs(x, y, chordOf);
  const u = across - meanOverPairs(x, x, chordOf, "exclude") - meanOverPairs(y, y, chordOf, "exclude");
  expectClose(uStatistic.value, u, exact);
  expectClose(pairedStatistic.value, u - across + 2 * meanOverPairs(x, y, chordOf, "exclude"), exact);
  // The diagonal distances are exactly 0 in the sums, but √(2 − 2·⟨x, x⟩) is some √ε where ⟨x, x⟩ rounds below 1.
  const within = (a: typeof x) => (meanOverPairs(a, a, chordOf, "exclude") * 19) / 20;
  expectClose(vStatistic.value, across - within(x) - within(y), exact);
});

test("U is unbiased where the two laws are equal, V is not", async () => {
  const draws = await Promise.all(
    Array.from({ length: 150 }, (_, r) =>
      energyDistance(randomRows(2 * r + 1, 16, 3), randomRows(2 * r + 2, 16, 3), { bootstrap: 0 }),
    ),
  );
  const u = meanAndError(draws.map((draw) => draw.uStatistic.value));
  const v = meanAndError(draws.map((draw) => draw.vStatistic.value));
  expect(Math.abs(u.mean)).toBeLessThan(3 * u.error);
  // Bias of V: (m + m)/n with m = 4/3 the mean distance of two points of the sphere.
  expect(Math.abs(v.mean - (2 * 4) / 3 / 16)).toBeLessThan(3 * v.error);
});

test("the paired form is unbiased for matched rows of equal laws, U is not", async () => {
  const draws = await Promise.all(
    Array.from({ length: 150 }, (_, r) => {
      const x = randomRows(r + 1, 16, 3);
      return energyDistance(x, noisyCopy(r + 1001, x, 0.3), { bootstrap: 0 });
    }),
  );
  const paired = meanAndError(draws.map((draw) => draw.pairedStatistic.value));
  const u = meanAndError(draws.map((draw) => draw.uStatistic.value));
  expect(Math.abs(paired.mean)).toBeLessThan(3 * paired.error);
  expect(u.mean).toBeLessThan(-10 * u.error);
});
