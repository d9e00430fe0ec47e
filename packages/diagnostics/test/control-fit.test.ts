// Fitted controls against what they must do to rows that were planted for them.

import { copyRows } from "@nce-geometry/energy";
import { createRandom, type RowMatrix, referenceBackend } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { applyControl, type ControlFit, type ControlOptions, controlKinds, fitControl } from "../src/index.ts";
import { equalRows, noisyCopy, permuteRows, randomRows, rowOf, turnRows, unitRows } from "./unit-rows.ts";

const EPSILON = Number.EPSILON;

type ClosedFit = Exclude<ControlFit, { readonly bestStep: number }>;

/** Fits to x, y and applies to the rows given, or to the same. */
async function controlled(x: RowMatrix, y: RowMatrix, options: ControlOptions & { map?: Int32Array }, to = { x, y }) {
  const transform = await fitControl(x, y, options);
  return {
    x: await copyRows(applyControl(transform, to.x, "x"), {}),
    y: await copyRows(applyControl(transform, to.y, "y"), {}),
  };
}

function meanOf({ rows, dim, data }: RowMatrix): Float64Array {
  return Float64Array.from({ length: dim }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += data[i * dim + k]!;
    return sum / rows;
  });
}

/** [d, d], dividing by the number of rows. */
function covarianceOf(matrix: RowMatrix): Float64Array {
  const { rows, dim, data } = matrix;
  const mean = meanOf(matrix);
  return Float64Array.from({ length: dim * dim }, (_, at) => {
    const [p, q] = [Math.floor(at / dim), at % dim];
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += (data[i * dim + p]! - mean[p]!) * (data[i * dim + q]! - mean[q]!);
    return sum / rows;
  });
}

function identity(dim: number): Float64Array {
  return Float64Array.from({ length: dim * dim }, (_, at) => (at % (dim + 1) === 0 ? 1 : 0));
}

function gapOf({ x, y }: { x: RowMatrix; y: RowMatrix }): number {
  const [a, b] = [meanOf(x), meanOf(y)];
  return Math.hypot(...a.map((value, k) => value - b[k]!));
}

/** Rows with widths that fall from axis to axis, around a point. */
function oblong(seed: number, n: number, widths: readonly number[], centre: readonly number[]): RowMatrix {
  const noise = createRandom(seed).normal(n * widths.length);
  return unitRows(
    Array.from({ length: n }, (_, i) => widths.map((width, k) => centre[k]! + width * noise[i * widths.length + k]!)),
  );
}

describe("a planted offset", () => {
  // x_i = (u_i cos a, sin a), y_i = (u_i cos a, −sin a): the offset is along an axis of its own.
  const topics = randomRows(1, 40, 5);
  const lifted = (angle: number) =>
    unitRows(
      Array.from({ length: topics.rows }, (_, i) => [
        ...rowOf(topics, i).map((value) => value * Math.cos(angle)),
        Math.sin(angle),
      ]),
    );
  const [x, y] = [lifted(0.7), lifted(-0.7)];
  const expected = unitRows(Array.from({ length: topics.rows }, (_, i) => [...rowOf(topics, i), 0]));

  test.each([{ kind: "shift" }, { kind: "gapDirection" }] as const)(
    "$kind removes it and leaves the topics",
    async (options) => {
      const { x: a, y: b } = await controlled(x, y, options);
      // Means of 40 rows and a division by the length.
      expectAllClose(a.data, expected.data, { ulps: 4 * topics.rows, epsilon: EPSILON, scale: 1 });
      expectAllClose(b.data, expected.data, { ulps: 4 * topics.rows, epsilon: EPSILON, scale: 1 });
    },
  );

  test("centring makes matched rows equal", async () => {
    const { x: a, y: b } = await controlled(x, y, { kind: "centre" });
    expectAllClose(a.data, b.data, { ulps: 4 * topics.rows, epsilon: EPSILON, scale: 1 });
  });

  test.each([
    [0, 2 * Math.sin(0.7)],
    [0.5, Math.sin(0.7)],
    [1, 0],
    [2, 2 * Math.sin(0.7)],
  ])("a shift by λ = %d leaves |1 − λ| of it where lengths are kept", async (lambda, left) => {
    const result = await controlled(x, y, { kind: "shift", lambda, renormalize: false });
    expectAllClose([gapOf(result)], [left], { ulps: 4 * topics.rows, epsilon: EPSILON, scale: 1 });
  });

  test("both sides move by half, so that the mean of all stays", async () => {
    const result = await controlled(x, y, { kind: "shift", renormalize: false });
    const both = (a: RowMatrix, b: RowMatrix) => meanOf(a).map((value, k) => value + meanOf(b)[k]!);
    expectAllClose(both(result.x, result.y), both(x, y), { ulps: 200, epsilon: EPSILON, scale: 1 });
  });
});

describe("moments", () => {
  const x = oblong(3, 200, [1, 0.6, 0.4, 0.3], [0.5, 0, 0, 1]);
  const y = oblong(4, 200, [0.3, 0.5, 0.9, 0.4], [0, 1, 0, 0.2]);

  test("DN takes λ of the mean away and keeps the lengths that this leaves", async () => {
    const result = await controlled(x, y, { kind: "dn", lambda: 0.25 });
    const mean = meanOf(x);
    const expected = x.data.map((value, at) => value - 0.25 * mean[at % 4]!);
    expectAllClose(result.x.data, expected, { ulps: 2, epsilon: EPSILON, scale: 1 });
    const first = Math.hypot(...rowOf(result.x, 0));
    expect(Math.abs(first - 1)).toBeGreaterThan(0.01);
  });

  test("DN with λ = 1 is centring without division by the length", async () => {
    const dn = await controlled(x, y, { kind: "dn", lambda: 1 });
    const centre = await controlled(x, y, { kind: "centre", renormalize: false });
    expect(dn.y.data).toEqual(centre.y.data);
  });

  test("standardised coordinates have mean 0 and variance 1 in either modality", async () => {
    const result = await controlled(x, y, { kind: "standardize", renormalize: false });
    for (const rows of [result.x, result.y]) {
      expectAllClose(meanOf(rows), [0, 0, 0, 0], { ulps: 400, epsilon: EPSILON, scale: 1 });
      const variances = covarianceOf(rows).filter((_, at) => at % 5 === 0);
      expectAllClose(variances, [1, 1, 1, 1], { ulps: 400, epsilon: EPSILON });
    }
  });

  test("whitening each modality makes its covariance the identity", async () => {
    const options = { kind: "whiten", covariance: "perModality", shrinkage: 0, renormalize: false } as const;
    const result = await controlled(x, y, options);
    // Condition of the covariances: below 100.
    for (const rows of [result.x, result.y]) {
      expectAllClose(covarianceOf(rows), identity(4), { ulps: 100 * 200, epsilon: EPSILON, scale: 1 });
    }
  });

  test("shared whitening makes the mean of the two covariances the identity", async () => {
    const result = await controlled(x, y, { kind: "whiten", shrinkage: 0, renormalize: false });
    const [a, b] = [covarianceOf(result.x), covarianceOf(result.y)];
    const average = a.map((value, k) => (value + b[k]!) / 2);
    expectAllClose(average, identity(4), { ulps: 100 * 200, epsilon: EPSILON, scale: 1 });
  });

  test("full shrinkage only scales: whitening with α = 1 is centring", async () => {
    const whitened = await controlled(x, y, { kind: "whiten", shrinkage: 1 });
    const centred = await controlled(x, y, { kind: "centre" });
    expectAllClose(whitened.x.data, centred.x.data, { ulps: 64, epsilon: EPSILON, scale: 1 });
  });

  test("the shrinkage of Ledoit and Wolf is that of the definition", async () => {
    const { fit } = await fitControl(x, y, { kind: "whiten", covariance: "perModality" });
    const mean = meanOf(x);
    const covariance = covarianceOf(x);
    const scale = (covariance[0]! + covariance[5]! + covariance[10]! + covariance[15]!) / 4;
    let noise = 0;
    for (let i = 0; i < 200; i++) {
      const row = rowOf(x, i).map((value, k) => value - mean[k]!);
      covariance.forEach((value, at) => {
        noise += (row[Math.floor(at / 4)]! * row[at % 4]! - value) ** 2 / 200 ** 2;
      });
    }
    const distance = covariance.reduce((sum, value, at) => sum + (value - (at % 5 === 0 ? scale : 0)) ** 2, 0);
    expectAllClose([(fit as ClosedFit).shrinkage![0]!], [noise / distance], {
      ulps: 4000,
      epsilon: EPSILON,
    });
  });

  test.each([
    ["y", (result: { x: RowMatrix; y: RowMatrix }) => [covarianceOf(result.x), covarianceOf(y)]],
    ["x", (result: { x: RowMatrix; y: RowMatrix }) => [covarianceOf(result.y), covarianceOf(x)]],
    ["midpoint", (result: { x: RowMatrix; y: RowMatrix }) => [covarianceOf(result.x), covarianceOf(result.y)]],
  ] as const)("the Gaussian map to %s makes the second moments equal", async (target, pairOf) => {
    const result = await controlled(x, y, { kind: "gaussianMap", target, shrinkage: 0, renormalize: false });
    const [moved, goal] = pairOf(result);
    expectAllClose(moved!, goal!, { ulps: 100 * 200, epsilon: EPSILON, scale: 1 });
    expectAllClose(meanOf(result.x), [0, 0, 0, 0], { ulps: 400, epsilon: EPSILON, scale: 1 });
  });

  test("with the mean kept the target is where it was", async () => {
    const options = { kind: "gaussianMap", target: "y", shrinkage: 0, keepMean: true, renormalize: false } as const;
    const result = await controlled(x, y, options);
    expectAllClose(meanOf(result.x), meanOf(y), { ulps: 4000, epsilon: EPSILON, scale: 1 });
    expectAllClose(result.y.data, y.data, { ulps: 4, epsilon: EPSILON, scale: 1 });
  });

  test("between laws of common axes the map scales each by the ratio of the widths", async () => {
    // ±e_k with probabilities p_k: covariances diag(p).
    const axes = (counts: readonly number[]) =>
      unitRows(
        counts.flatMap((count, k) =>
          Array.from({ length: 2 * count }, (_, i) => [0, 1, 2].map((c) => (c === k ? (i % 2 ? 1 : -1) : 0))),
        ),
      );
    const [a, b] = [axes([1, 4, 9]), axes([4, 1, 9])];
    const options = { kind: "gaussianMap", target: "y", shrinkage: 0, renormalize: false } as const;
    const { x: moved } = await controlled(a, b, options);
    const factors = [2, 0.5, 1];
    expectAllClose(
      moved.data,
      a.data.map((value, at) => value * factors[at % 3]!),
      { ulps: 256, epsilon: EPSILON, scale: 1 },
    );
  });
});

describe("a planted rotation", () => {
  const x = noisyCopy(5, equalRows([1, 0, 0, 0, 0, 0], 60), 0.5);
  const y = turnRows(9, x);
  // The weight √ε of the identity that decides where pairs do not; the singular values are within a factor of 30 of their mean.
  const undecided = 30 * Math.sqrt(EPSILON);
  const largestDifference = (a: RowMatrix, b: RowMatrix) => {
    return Math.max(...a.data.map((value, at) => Math.abs(value - b.data[at]!)));
  };

  test("is undone by Procrustes from many pairs, on rows that it has not seen", async () => {
    const fresh = randomRows(77, 10, 6);
    const result = await controlled(
      x,
      y,
      { kind: "procrustes", renormalize: false },
      { x: fresh, y: turnRows(9, fresh) },
    );
    expect(largestDifference(result.x, result.y)).toBeLessThan(undecided);
  });

  test("from fewer pairs than dimensions the rest stays in place", async () => {
    const few = permuteRows(x, [0, 1, 2]);
    const { x: steps } = await fitControl(few, few, { kind: "procrustes", renormalize: false });
    expect(steps).toHaveLength(2);
    const fresh = randomRows(78, 5, 6);
    const result = await controlled(few, few, { kind: "procrustes", renormalize: false }, { x: fresh, y: fresh });
    expect(largestDifference(result.x, result.y)).toBeLessThan(undecided);
  });

  test("a strong pull towards the identity is centring", async () => {
    const result = await controlled(x, y, { kind: "procrustes", towardsIdentity: 1e12 });
    const centred = await controlled(x, y, { kind: "centre" });
    expect(largestDifference(result.x, centred.x)).toBeLessThan(1e-10);
  });
});

describe("iterative projection", () => {
  test("takes one direction where the modalities differ in one, and none where they do not differ", async () => {
    const x = noisyCopy(11, equalRows([1, 0, 0, 0, 0, 0, 0, 0], 120), 0.6);
    const y = noisyCopy(12, equalRows([1, 0, 0, 0, 0, 0, 0, 0], 120), 0.6);
    const none = await fitControl(x, y, { kind: "iterativeProjection" });
    expect(none.fit).toMatchObject({ status: "chance" });
    expect(none.x).toEqual([{ op: "normalize" }]);
    const z = noisyCopy(12, equalRows([1, 0, 0, 0, 0, 0, 0, 0], 120), 0.6, [0, 0, 3]);
    const some = await fitControl(x, z, { kind: "iterativeProjection" });
    const { status, probeAuc } = some.fit as Required<ClosedFit>;
    expect(status).toBe("chance");
    expect(probeAuc[0]).toBeGreaterThan(0.95);
    expect(probeAuc.at(-1)).toBeLessThan(0.6);
  });

  test("says when it had to stop before", async () => {
    const [x, y] = [randomRows(1, 60, 6, [3, 0, 0]), randomRows(2, 60, 6, [0, 3, 3])];
    const { fit } = await fitControl(x, y, { kind: "iterativeProjection", maxDirections: 1, probeShrinkage: 0.01 });
    expect((fit as ClosedFit).probeAuc).toHaveLength(2);
  });
});

describe("captions of a map", () => {
  const x = randomRows(21, 12, 4);
  const y = randomRows(22, 24, 4, [2, 0, 0, 0]);
  const twoEach = Int32Array.from({ length: 24 }, (_, j) => (j * 5) % 12);

  test("captions are pairs of their item: as if the item were repeated", async () => {
    for (const kind of ["procrustes", "whiten", "gaussianMap", "shift"] as const) {
      const withMap = await controlled(x, y, { kind, map: twoEach });
      const repeated = permuteRows(x, twoEach);
      // Two captions each: the law of the repeated items is that of the items. Covariances of Ledoit and Wolf would count twice.
      const more = kind === "whiten" || kind === "gaussianMap" ? { shrinkage: 0 } : {};
      const plain = await controlled(repeated, y, { kind, ...more }, { x, y });
      const mapped = await controlled(x, y, { kind, map: twoEach, ...more });
      expectAllClose(mapped.x.data, plain.x.data, { ulps: 1e5, epsilon: EPSILON, scale: 1 });
      expectAllClose(mapped.y.data, plain.y.data, { ulps: 1e5, epsilon: EPSILON, scale: 1 });
      expect(withMap.y.rows).toBe(24);
    }
  });

  test("the mean of y is over its rows, that of x over its own", async () => {
    const uneven = Int32Array.from({ length: 24 }, (_, j) => Math.max(0, j - 12));
    const transform = await fitControl(x, y, { kind: "centre", map: uneven });
    expect(transform.provenance).toEqual({ items: 12, captions: 24 });
    const [atX, atY] = [await fitControl(x, x, { kind: "centre" }), await fitControl(y, y, { kind: "centre" })];
    expect(transform.x).toEqual(atX.x);
    expect(transform.y).toEqual(atY.y);
  });

  test("a map that changes nothing changes nothing", async () => {
    const same = permuteRows(y, [...Array(12).keys()]);
    const identityMap = Int32Array.from(Array(12).keys());
    for (const kind of ["shift", "whiten", "procrustes", "gaussianMap"] as const) {
      const plain = await fitControl(x, same, { kind });
      expect(await fitControl(x, same, { kind, map: identityMap })).toEqual(plain);
    }
  });
});

describe("laws of all kinds", () => {
  const [x, y] = [randomRows(31, 30, 5, [1]), noisyCopy(32, randomRows(31, 30, 5, [1]), 0.3, [0, 1])];
  const backend = referenceBackend();
  const more = { adapter: { hidden: 2, maxSteps: 3, backend } } as Record<string, object>;
  const fit = (kind: string) => fitControl(x, y, { kind, ...more[kind] } as never);

  test.each(controlKinds)("%s: rows have length 1 unless said otherwise, and are finite", async (kind) => {
    const transform = await fit(kind);
    const rows = await copyRows(applyControl(transform, y, "y"), {});
    const lengths = Array.from({ length: rows.rows }, (_, i) => Math.hypot(...rowOf(rows, i)));
    if (kind !== "dn")
      expectAllClose(
        lengths,
        lengths.map(() => 1),
        { ulps: 8, epsilon: EPSILON },
      );
    else expect(Math.min(...lengths)).toBeLessThan(0.999);
  });

  test.each(controlKinds)("%s: the transform is plain JSON, the same from the same rows", async (kind) => {
    const transform = await fit(kind);
    expect(JSON.parse(JSON.stringify(transform))).toEqual(transform);
    expect(await fit(kind)).toEqual(transform);
    expect(transform.options.kind).toBe(kind);
  });
});

describe("refusals", () => {
  const [x, y] = [randomRows(1, 6, 3), randomRows(2, 6, 3)];
  const attempt = (a: RowMatrix, b: RowMatrix, options: unknown) => fitControl(a, b, options as ControlOptions);

  test.each([
    [
      x,
      y,
      { kind: "zap" },
      "E_OPTION",
      '`options.kind` must be one of identity, shift, centre, dn, standardize, whiten, gapDirection, iterativeProjection, procrustes, gaussianMap, adapter, got "zap".',
    ],
    [
      x,
      y,
      undefined,
      "E_OPTION",
      "`options.kind` must be one of identity, shift, centre, dn, standardize, whiten, gapDirection, iterativeProjection, procrustes, gaussianMap, adapter, got none.",
    ],
    [x, y, { kind: "shift", lambda: Number.NaN }, "E_OPTION", "`options.lambda` must be a finite number, got NaN."],
    [
      x,
      y,
      { kind: "dn", lambda: Number.POSITIVE_INFINITY },
      "E_OPTION",
      "`options.lambda` must be a finite number, got Infinity.",
    ],
    [
      x,
      y,
      { kind: "shift", gamma: 1 },
      "E_OPTION",
      "`options` must be made of kind, lambda, renormalize, got gamma for shift.",
    ],
    [
      x,
      y,
      { kind: "whiten", shrinkage: 2 },
      "E_OPTION",
      '`options.shrinkage` must be a number in [0, 1] or "ledoitWolf", got 2.',
    ],
    [
      x,
      y,
      { kind: "whiten", covariance: "both" },
      "E_OPTION",
      '`options.covariance` must be one of "shared", "perModality", got "both".',
    ],
    [x, y, { kind: "iterativeProjection", folds: 1 }, "E_OPTION", "`options.folds` must be an integer ≥ 2, got 1."],
    [
      x,
      y,
      { kind: "adapter" },
      "E_BACKEND",
      "`backend` must be a backend, for an adapter is trained, got none. Pass referenceBackend() of @nce-geometry/tensor, or a faster one.",
    ],
    [
      x,
      randomRows(2, 6, 4),
      { kind: "centre" },
      "E_SHAPE",
      "`y` must be of dimension 3, as `x` is, got [6, 4]. Both modalities must live in one space.",
    ],
    [
      randomRows(1, 1, 3),
      randomRows(2, 1, 3),
      { kind: "centre" },
      "E_SHAPE",
      "`x` must be of at least 2 rows, got [1, 3]. A single pair has nothing to be compared with.",
    ],
    [
      x,
      y,
      { kind: "whiten", shrinkage: 0, map: Int32Array.of(0, 1, 2, 3, 4, 9) },
      "E_OPTION",
      "`map` must be items 0 … 5, rows of `x`, got 9 for row 5 of `y`.",
    ],
    [
      equalRows([1, 0, 0], 6),
      y,
      { kind: "whiten", shrinkage: 0, covariance: "perModality" },
      "E_DOMAIN",
      '`options.shrinkage` must be > 0 where the covariance has no inverse, got a covariance of rank 0 in dimension 3. Fit on more rows than dimensions, or leave it to "ledoitWolf".',
    ],
    [
      equalRows([1, 0, 0], 6),
      y,
      { kind: "standardize" },
      "E_DOMAIN",
      "`x` must be with coordinates that vary, got the same number in all rows at coordinate 0.",
    ],
    [x, x, { kind: "gapDirection" }, "E_DOMAIN", "`y` must be with another mean than `x`, got the same one."],
    [
      equalRows([1, 0, 0], 6),
      y,
      { kind: "procrustes" },
      "E_DOMAIN",
      "`y` must be related to `x`, got rows that are uncorrelated with those of `x`.",
    ],
  ])("%#", async (a, b, options, code, message) => {
    await expect(attempt(a as RowMatrix, b as RowMatrix, options)).rejects.toMatchObject({
      code,
      message: `fitControl: ${message}`,
    });
  });
});
