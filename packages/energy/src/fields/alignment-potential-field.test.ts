import { logSphereArea, meanResultantLength, sphere } from "@nce-geometry/manifold";
import { matrixOf } from "@nce-geometry/pairwise";
import { createRandom, type Random, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOf, perturbed, uniformRows } from "../../test/laws.ts";
import { meanAlignmentPotential } from "./alignment-potential.ts";
import { alignmentPotentialField } from "./alignment-potential-field.ts";
import { effectivePotential } from "./effective-potential.ts";
import { logSmoothedDensity } from "./log-smoothed-density.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON };

/** Partners with ⟨x, y⟩ = ½ + ⅕x₃ ± 0.1, so that U(z) = −½ − ⅕z₃. */
function tiltedPartners(random: Random, x: RowMatrix): RowMatrix {
  const tangent = sphere(x.dim).rows.sampleTangent(random.split("tangent"), x);
  const noise = random.split("noise").uniform(x.rows, { low: -0.1, high: 0.1 });
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < x.rows; i++) {
    const s = 0.5 + 0.2 * x.data[i * x.dim + x.dim - 1]! + noise[i]!;
    const t = tangent.data.subarray(i * x.dim, (i + 1) * x.dim);
    const length = Math.hypot(...t);
    for (let k = 0; k < x.dim; k++)
      data[i * x.dim + k] = s * x.data[i * x.dim + k]! + Math.sqrt(1 - s * s) * (t[k]! / length);
  }
  return { rows: x.rows, dim: x.dim, data };
}

describe("meanAlignmentPotential", () => {
  const random = createRandom("mean potential");
  const x = uniformRows(random.split("x"), 300, 8);

  test("equal rows −1, opposite rows 1, rbf 0", async () => {
    const opposite = { ...x, data: x.data.map((v) => -v) as Float64Array };
    expectClose((await meanAlignmentPotential(x, x)).value, -1, exact);
    expectClose((await meanAlignmentPotential(x, opposite)).value, 1, exact);
    expect((await meanAlignmentPotential(x, x, { critic: { kind: "rbf", scale: 2 } })).value).toBe(0);
    expectClose((await meanAlignmentPotential(x, opposite, { critic: { kind: "rbf", scale: 2 } })).value, 8, exact);
  });

  test("y ~ vMF(x, κ): −A_d(κ), within the standard error over seeds", async () => {
    const z = [];
    for (let seed = 0; seed < 100; seed++) {
      const y = perturbed(random.split(seed), x, 6);
      const { value, standardError, samples } = await meanAlignmentPotential(x, y);
      expect(samples).toBe(300);
      z.push((value + meanResultantLength(8, 6)) / standardError!);
    }
    expect(Math.abs(meanOf(z).mean)).toBeLessThan(3 / 10);
    expect(Math.abs(meanOf(z.map((v) => v * v)).mean - 1)).toBeLessThan(3 * Math.sqrt(2 / 100));
  });

  test("messages", async () => {
    await expect(meanAlignmentPotential(matrixOf([[1, 0]]), matrixOf([[1, 0]]))).rejects.toThrow(
      "meanAlignmentPotential: `x` must be of at least 2 rows, got [1, 2]. A single pair has no standard error.",
    );
    await expect(
      meanAlignmentPotential(
        matrixOf([[1, 0]]),
        matrixOf([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).rejects.toThrow(
      "meanAlignmentPotential: `y` must be of 1 rows, as `x` is, got [2, 2]. Row i of one is the match of row i of the other.",
    );
  });
});

describe("alignmentPotentialField", () => {
  const random = createRandom("potential field");

  test("vMF partners: −A_d(κ) everywhere", async () => {
    const x = uniformRows(random.split("x"), 800, 3);
    const field = await alignmentPotentialField(
      uniformRows(random.split("z"), 40, 3),
      x,
      perturbed(random.split("y"), x, 4),
      { kernelWidth: 0.4 },
    );
    expect(field.unsupported).toBe(0);
    const z = field.values.map((u, i) => (u + meanResultantLength(3, 4)) / field.standardError[i]!);
    // Neighbouring points share pairs, so that their mean square is known to about √(2/10).
    expect(meanOf(z.map((v) => v * v)).mean).toBeLessThan(1 + 3 * Math.sqrt(2 / 10));
  });

  test("a tilted potential: its kernel mean by coverage over seeds, itself up to the bias of the kernel", async () => {
    const kernelWidth = 0.3;
    const points = matrixOf([
      [0, 0, 1],
      [0.6, 0, -0.8],
      [1, 0, 0],
    ]);
    // Under a uniform x the kernel mean of z₃ is A(1/h²)·z₃.
    const shrunk = meanResultantLength(3, 1 / kernelWidth ** 2);
    const inside = { kernelMean: 0, itself: 0 };
    const z = [];
    for (let seed = 0; seed < 150; seed++) {
      const x = uniformRows(random.split(`x${seed}`), 500, 3);
      const y = tiltedPartners(random.split(`y${seed}`), x);
      const { values, standardError, low, high } = await alignmentPotentialField(points, x, y, { kernelWidth });
      for (let i = 0; i < 3; i++) {
        const height = points.data[3 * i + 2]!;
        const target = -0.5 - 0.2 * shrunk * height;
        z.push((values[i]! - target) / standardError[i]!);
        if (low[i]! <= target && target <= high[i]!) inside.kernelMean++;
        const slack = 0.2 * (1 - shrunk) * Math.abs(height);
        const truth = -0.5 - 0.2 * height;
        if (low[i]! - slack <= truth && truth <= high[i]! + slack) inside.itself++;
      }
    }
    expect(Math.abs(meanOf(z).mean)).toBeLessThan(3 / Math.sqrt(450));
    // 450 nearly independent intervals: 0.95 ± 3·0.0103, and a little less for standard errors from some 11 effective pairs.
    expect(inside.kernelMean / 450).toBeGreaterThan(0.9);
    expect(inside.kernelMean / 450).toBeLessThan(0.985);
    expect(inside.itself / 450).toBeGreaterThan(0.9);
  });

  test("wide kernels give the mean over pairs; leaving one out, that over the others", async () => {
    const x = uniformRows(random.split("wide x"), 30, 3);
    const y = tiltedPartners(random.split("wide y"), x);
    const mean = await meanAlignmentPotential(x, y);
    const field = await alignmentPotentialField(x, x, y, { kernelWidth: 1e6 });
    // Weights differ by 1/h² = 1e-12.
    expectAllClose(field.values, new Float64Array(30).fill(mean.value), { ulps: 2, epsilon: 1e-12 });
    expectAllClose(field.standardError, new Float64Array(30).fill(mean.standardError!), { ulps: 2, epsilon: 1e-10 });
    const others = await alignmentPotentialField(x, x, y, { kernelWidth: 1e6, form: "leaveOneOut" });
    const own = (await alignmentPotentialField(x, x, y, { kernelWidth: 1e-3, supportFloor: 0 })).values;
    expectAllClose(
      others.values,
      own.map((u) => (30 * mean.value - u) / 29),
      { ulps: 2, epsilon: 1e-12 },
    );
    expect([field.samples, others.samples]).toEqual([30, 29]);
  });

  test("support: a pair at the point counts 1, one at chord c e^{−c²/2h²}; below the floor there is no estimate", async () => {
    const x = matrixOf([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const field = await alignmentPotentialField(
      matrixOf([
        [1, 0],
        [0, 1],
        [-1, 0],
      ]),
      x,
      x,
      { kernelWidth: 0.5, supportFloor: 1.5 },
    );
    const right = Math.exp(-4);
    expectAllClose(field.kernelMass, [2 + right, 1 + 2 * right, 2 * Math.exp(-8) + right], exact);
    expect([...field.supported]).toEqual([1, 0, 0]);
    expectAllClose(field.values, [-1, Number.NaN, Number.NaN], exact);
    expect(field.notes).toEqual([
      "At 2 of 3 points fewer than 1.5 pairs are near, as the kernel counts; there is no estimate.",
    ]);
  });

  test("messages", async () => {
    const x = matrixOf([
      [1, 0],
      [0, 1],
    ]);
    const refused = (options: object, message: string) =>
      expect(alignmentPotentialField(x, x, x, { kernelWidth: 1, ...options })).rejects.toThrow(message);
    await refused(
      { kernelWidth: 0 },
      "alignmentPotentialField: `kernelWidth` must be a finite number > 0, got 0. It is the width of the kernel in radians; its concentration is 1/kernelWidth².",
    );
    await refused({ supportFloor: -1 }, "alignmentPotentialField: `supportFloor` must be a finite number ≥ 0, got -1.");
    await refused({ level: 1 }, "alignmentPotentialField: `level` must be a number in (0, 1 − 1e-6], got 1.");
  });
});

describe("effectivePotential", () => {
  const random = createRandom("effective");
  const x = uniformRows(random.split("x"), 600, 3);
  const y = perturbed(random.split("y"), x, 5);
  const points = uniformRows(random.split("z"), 12, 3);

  test("is U/τ plus the other modality's log density", async () => {
    const temperature = 0.2;
    const { values, standardError, potential, logDensity } = await effectivePotential(points, x, y, {
      temperature,
      kernelWidth: 0.4,
    });
    const u = await alignmentPotentialField(points, x, y, { kernelWidth: 0.4 });
    const density = await logSmoothedDensity(points, y, { temperature });
    expectAllClose(
      values,
      u.values.map((v, i) => v / 0.2 + density.values[i]!),
      exact,
    );
    expectAllClose(
      standardError,
      u.standardError.map((v, i) => v / 0.2 + density.standardError![i]!),
      exact,
    );
    expect([...potential.values]).toEqual([...u.values]);
    expect([...logDensity.values]).toEqual([...density.values]);
  });

  test("uniform marginals and vMF partners: −A(κ)/τ − log 4π, in both directions", async () => {
    const temperature = 0.5;
    const expected = -meanResultantLength(3, 5) / temperature - logSphereArea(3);
    for (const [own, other] of [
      [x, y],
      [y, x],
    ] as const) {
      const { values, standardError } = await effectivePotential(points, own, other, { temperature, kernelWidth: 0.5 });
      for (const [i, v] of values.entries()) expect(Math.abs(v - expected)).toBeLessThan(4 * standardError[i]!);
    }
  });

  test("leaving one out leaves the pair out of both parts", async () => {
    const options = { temperature: 0.2, kernelWidth: 0.4, form: "leaveOneOut" } as const;
    const all = await effectivePotential(x, x, y, options);
    const rest = { rows: 599, dim: 3 };
    const [xr, yr] = [x, y].map(({ data }) => ({ ...rest, data: data.slice(3) as Float64Array }));
    const first = { rows: 1, dim: 3, data: x.data.slice(0, 3) as Float64Array };
    const single = await effectivePotential(first, xr!, yr!, { temperature: 0.2, kernelWidth: 0.4 });
    expectClose(all.values[0]!, single.values[0]!, { ...exact, scale: 5 });
    expectClose(all.standardError[0]!, single.standardError[0]!, { ...exact, ulps: 1024 });
  });
});
