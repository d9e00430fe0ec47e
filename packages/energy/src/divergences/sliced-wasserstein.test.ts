import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { deviation, equalRows, lawAt, mean, sampleOf, shuffled, uniformRows } from "../../test/sphere-samples.ts";
import { slicedWasserstein } from "./sliced-wasserstein.ts";
import { sphericalSlicedWasserstein, sphericalSlicedWassersteinToUniform } from "./spherical-sliced-wasserstein.ts";
import { transportOnCircle } from "./transport-on-circle.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };
const anglesOf = ({ rows, data }: ReturnType<typeof uniformRows>) =>
  new Float64Array(rows)
    .map((_, i) => (Math.atan2(data[2 * i + 1]!, data[2 * i]!) + 2 * Math.PI) % (2 * Math.PI))
    .sort();

describe("on lines", () => {
  test("a translation by t: ‖t‖²/d in the mean over directions", async () => {
    const x = uniformRows(10, 4, 1);
    const y = { ...x, data: x.data.map((value, i) => value + (i % 4 === 0 ? 3 : 0)) };
    const options = { space: "euclidean", directions: 400, sampling: "paired" } as const;
    const { value, standardError, ...facts } = await slicedWasserstein(x, y, options);
    // Pairs moved alike have no part in the error: only ⟨u, t⟩² varies, with a deviation of 2.25.
    expect(Math.abs(value - 9 / 4)).toBeLessThan(3 * standardError!);
    expect(standardError).toBeLessThan(0.15);
    expect(facts).toEqual({ samples: 10, unit: "chord²", method: "sliced W₂², directions=400" });
  });

  test("equal samples: 0, with a note; a swap changes nothing, n ≠ m allowed", async () => {
    const [x, y] = [sampleOf(lawAt(3, 6), 30, 1), sampleOf(lawAt(3, 2, 1), 45, 2)];
    const same = await slicedWasserstein(x, shuffled(x));
    expectClose(same.value, 0, exact);
    expect(same.notes![0]).toMatch(/^8 random relabellings of the rows give .* the laws may be equal/);
    const [forth, back] = [await slicedWasserstein(x, y), await slicedWasserstein(y, x)];
    expectClose(back.value, forth.value, exact);
    expectClose(back.standardError!, forth.standardError!, exact);
    expect(forth.notes).toBeUndefined();
  });

  test("the standard error covers directions and samples", async () => {
    const [p, q] = [lawAt(3, 8), lawAt(3, 3, 0.8)];
    const estimates = [];
    for (let seed = 0; seed < 60; seed++) {
      const options = { directions: 16, seed };
      estimates.push(await slicedWasserstein(sampleOf(p, 60, 2 * seed), sampleOf(q, 40, 2 * seed + 1), options));
    }
    const ratio =
      Math.sqrt(mean(estimates.map((e) => e.standardError! ** 2))) / deviation(estimates.map((e) => e.value));
    // A deviation over 60 runs is known to 9 %.
    expect(Math.abs(ratio - 1)).toBeLessThan(0.3);
  });
});

describe("on great circles", () => {
  test("d = 2: the transport cost of the circle, whatever the plane", async () => {
    const [x, y] = [sampleOf(lawAt(2, 3), 20, 1), sampleOf(lawAt(2, 3, 1), 25, 2)];
    const { value } = await sphericalSlicedWasserstein(x, y, { directions: 4 });
    expectClose(value, transportOnCircle(anglesOf(x), anglesOf(y)).cost, exact);
  });

  test("equal samples: 0; a swap changes nothing", async () => {
    const [x, y] = [sampleOf(lawAt(4, 6), 20, 1), sampleOf(lawAt(4, 2, 1), 30, 2)];
    const options = { directions: 8 };
    expectClose((await sphericalSlicedWasserstein(x, shuffled(x), options)).value, 0, exact);
    const { value } = await sphericalSlicedWasserstein(x, y, options);
    expectClose((await sphericalSlicedWasserstein(y, x, options)).value, value, exact);
  });

  test("to the uniform law: π²/3 for equal rows, π²/(3n) for uniform ones", async () => {
    expectClose((await sphericalSlicedWassersteinToUniform(equalRows([0, 0, 1], 4))).value, Math.PI ** 2 / 3, exact);
    const estimates = [];
    for (let r = 0; r < 60; r++) {
      estimates.push(await sphericalSlicedWassersteinToUniform(uniformRows(40, 4, r), { directions: 16, seed: r }));
    }
    const values = estimates.map(({ value }) => value);
    expect(Math.abs(mean(values) - Math.PI ** 2 / 120)).toBeLessThan((3 * deviation(values)) / Math.sqrt(60));
    const note = "40 uniform rows give 0.082 on average: no departure from the uniform law is seen.";
    expect(estimates.filter(({ notes }) => notes?.includes(note)).length).toBeGreaterThan(50);
    expect((await sphericalSlicedWassersteinToUniform(sampleOf(lawAt(4, 9), 40, 1))).notes).toBeUndefined();
  });
});

test("bad input", async () => {
  const x = uniformRows(4, 3, 1);
  await expect(slicedWasserstein(x, x, { directions: 1 })).rejects.toThrow(
    "slicedWasserstein: `directions` must be an integer ≥ 2, got 1.",
  );
  const long = { ...x, data: x.data.map((value) => 2 * value) };
  await expect(slicedWasserstein(x, long)).rejects.toThrow(
    "slicedWasserstein: `y` must be of unit rows, got norm 2.00000 in row 0.",
  );
  expect((await slicedWasserstein(x, long, { space: "euclidean" })).value).toBeGreaterThan(0);
  const broken = { ...x, data: x.data.with(7, Number.NaN) };
  await expect(slicedWasserstein(x, broken, { space: "euclidean" })).rejects.toThrow(
    "slicedWasserstein: `y` must be finite, got NaN or ∞ in row 2.",
  );
  await expect(
    slicedWasserstein(x, { ...x, rows: 1, data: x.data.slice(0, 3) }, { space: "euclidean" }),
  ).rejects.toThrow("slicedWasserstein: `y` must be of at least 2 rows, got [1, 3].");
  await expect(sphericalSlicedWasserstein(x, x, { seed: 0.1 })).rejects.toThrow(
    "sphericalSlicedWasserstein: `seed` must be a safe integer, got 0.1.",
  );
});
