import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { createRandom, mul, referenceBackend, slice, sum, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose, expectGradient } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { reference, refusal, rowsOf, tensorOf, withoutSyncRead } from "../../test/laws/support.ts";
import { hessianVectorProduct } from "./derivatives.ts";
import { sphere } from "./sphere.ts";

const epsilon = 2 ** -52;
const float32Backends = [
  { name: "tfjs-cpu", open: tfjsCpuBackend },
  { name: "tfjs-wasm", open: tfjsWasmBackend },
];
const s3 = sphere(3);

/** e₁ and points at the given angles from it. */
function atAngles(angles: readonly number[]) {
  return {
    x: rowsOf(angles.map(() => [1, 0, 0])),
    y: rowsOf(angles.map((t) => [Math.cos(t), 0.6 * Math.sin(t), 0.8 * Math.sin(t)])),
  };
}

describe("distances keep their digits at both ends", () => {
  const angles = [1e-300, 1e-100, 1e-12, 1e-6, 1e-3, 1, 2, 3, Math.PI - 1e-6];
  const { x, y } = atAngles(angles);

  test("rows and tensors: relative accuracy from 1e-300 to π", () => {
    expectAllClose(s3.rows.geodesicDistance(x, y), angles, { ulps: 4, epsilon });
    expectAllClose(s3.geodesicDistance(tensorOf(x), tensorOf(y)).dataSync(), angles, { ulps: 4, epsilon });
  });

  test("antipodes are π to an ulp, in any dimension", () => {
    for (const d of [2, 3, 64, 512]) {
      const { rows } = sphere(d);
      const points = rows.sampleUniform(createRandom(d), 20);
      const opposite = { ...points, data: points.data.map((entry) => -entry) };
      expectAllClose(rows.geodesicDistance(points, opposite), new Array(20).fill(Math.PI), { ulps: 1, epsilon });
      expect([...rows.geodesicDistance(points, points)]).toEqual(new Array(20).fill(0));
    }
  });

  test.each(float32Backends)("float32: 1e-6 apart reads 1e-6 ($name)", async ({ open }) => {
    const float32 = await open();
    const near = atAngles([1e-12, 1e-6, 1e-4, 1e-3, 1, 3]);
    const distance = s3.geodesicDistance(tensorOf(near.x, float32), tensorOf(near.y, float32)).dataSync();
    expectAllClose(distance, [1e-12, 1e-6, 1e-4, 1e-3, 1, 3], { ulps: 4, epsilon: float32.epsilon });
  });
});

describe("gradients", () => {
  const random = createRandom("sphere gradients");
  const x = tensorOf(s3.rows.sampleUniform(random.split("x"), 4));
  const weighted = (t: Tensor): Tensor => sum(mul(t, tensorOf([[0.3, -0.7, 0.5]], t.backend)));
  const apart = (angle: number): Tensor => {
    const [points, v] = [{ rows: 4, dim: 3, data: x.dataSync() as Float64Array }, createRandom("direction")];
    const drawn = s3.rows.sampleTangent(v, points);
    const norms = s3.rows.norm(points, drawn);
    const data = drawn.data.map((entry, k) => (angle * entry) / norms[Math.floor(k / 3)]!);
    return tensorOf(s3.rows.expMap(points, { ...drawn, data }));
  };

  test.each([1e-3, 0.5, 2, Math.PI - 1e-3])(
    "of distances, logarithms, transport and geodesics at %d rad",
    async (t) => {
      const y = apart(t);
      // Two directions of a coordinate of size 1 that change the angle to a near point by up to 1/t².
      const options = { random, ulps: 64, ...(t < 0.1 || t > 3 ? { step: 1e-6 } : {}) };
      await expectGradient((a, b) => sum(s3.geodesicDistance(a!, b!)), [x, y], options);
      await expectGradient((a, b) => sum(s3.squaredGeodesicDistance(a!, b!)), [x, y], options);
      await expectGradient((a, b) => weighted(s3.logMap(a!, b!)), [x, y], options);
      await expectGradient((a, b) => weighted(s3.geodesic(a!, b!, 0.3)), [x, y], options);
      await expectGradient((a, b, v) => weighted(s3.parallelTransport(a!, b!, v!)), [x, y, apart(1)], options);
    },
  );

  test("of exponentials, also at v = 0 where the closed form is 0/0", async () => {
    for (const scale of [0, 1e-9, 1e-3, 1, 3]) {
      const v = tensorOf(rowsOf([[0.1, 0.5, -0.2]].map((row) => row.map((entry) => scale * entry))));
      const at = tensorOf(rowsOf([[0.6, 0, 0.8]]));
      await expectGradient((a, b) => weighted(s3.expMap(a!, b!)), [at, v], { random });
      await expectGradient((a, b) => weighted(s3.retract(a!, b!)), [at, v], { random });
    }
  });

  test("x = y: the distance has gradient 0, its square and the logarithm are smooth", async () => {
    const { value, gradients } = valueAndGrad((a, b) => sum(s3.geodesicDistance(a!, b!)), [x, x]);
    expect([...value.dataSync(), ...gradients[0]!.dataSync(), ...gradients[1]!.dataSync()]).toEqual(
      new Array(25).fill(0),
    );
    await expectGradient((a, b) => weighted(s3.logMap(a!, b!)), [x, x], { random });
    const squared = valueAndGrad((a) => sum(s3.squaredGeodesicDistance(a!, x)), [x]);
    expect(squared.gradients[0]!.dataSync().every((entry) => entry === 0)).toBe(true);
  });

  test.each(float32Backends)("float32 has no NaN at 0 and π, and unit slope between ($name)", async ({ open }) => {
    const float32 = await open();
    const near = atAngles([0, 1e-9, 1e-6, 1e-3, 1, 3, 3.1]);
    const antipode = rowsOf([[1, 0, 0]]);
    const opposite = rowsOf([[-1, 0, 0]]);
    const slope = (a: typeof antipode, b: typeof antipode): number[] => {
      const at = tensorOf(a, float32);
      const { gradients } = valueAndGrad((t) => sum(s3.geodesicDistance(t!, tensorOf(b, float32))), [at]);
      const length = s3.norm(at, s3.toRiemannianGradient(at, gradients[0]!)).dataSync();
      return [...length];
    };
    expectAllClose(slope(near.x, near.y), [0, 1, 1, 1, 1, 1, 1], { ulps: 16, epsilon: float32.epsilon });
    expect(slope(antipode, opposite)).toEqual([0]);
  });

  test.each([1e-9, 1e-3, 1, 2.5, Math.PI - 1e-2])(
    "Hess ½dist² is 1 along the geodesic and θ cot θ across it (θ = %d)",
    (theta) => {
      const at = tensorOf(rowsOf([[1, 0, 0]]));
      const to = tensorOf(rowsOf([[Math.cos(theta), Math.sin(theta), 0]]));
      const f = (t: Tensor): Tensor => mul(sum(s3.squaredGeodesicDistance(t, to)), 0.5);
      const hessian = (v: number[]) => [...hessianVectorProduct(s3, f, { at, along: tensorOf([v]) }).dataSync()];
      // The terms of size θ/sin θ come from a derivative of ‖x + y‖⁻², which is that of (π − θ)⁻².
      const across = theta / Math.tan(theta);
      const tolerance = { ulps: 64 * (1 + 1 / (Math.PI - theta) ** 2), epsilon, scale: 1 + Math.abs(across) };
      expectAllClose(hessian([0, 1, 0]), [0, 1, 0], tolerance);
      expectAllClose(hessian([0, 0, 1]), [0, 0, across], tolerance);
    },
  );
});

describe("all pairs", () => {
  // n·m·d is beyond what is done pair by pair.
  const [n, m, d] = [60, 50, 128];
  const manifold = sphere(d);
  const random = createRandom("pairs");
  const x = manifold.rows.sampleUniform(random.split("x"), n);
  const y = manifold.rows.sampleUniform(random.split("y"), m);
  // Equal, nearly equal, and antipodal rows.
  y.data.set(x.data.subarray(0, 3 * d));
  const close = manifold.rows.expMap({ rows: 1, dim: d, data: x.data.slice(0, d) }, tinyTangent());
  y.data.set(close.data, 3 * d);
  y.data.set(
    x.data.subarray(0, d).map((entry) => -entry),
    4 * d,
  );

  function tinyTangent() {
    const at = { rows: 1, dim: d, data: x.data.slice(0, d) };
    const drawn = manifold.rows.sampleTangent(createRandom(5), at);
    const length = manifold.rows.norm(at, drawn)[0]!;
    return { ...drawn, data: drawn.data.map((entry) => (1e-9 * entry) / length) };
  }

  const pairs = (to: typeof y): Float64Array => {
    const left = Array.from({ length: n * to.rows }, (_, k) => [
      ...x.data.subarray(Math.floor(k / to.rows) * d).subarray(0, d),
    ]);
    const right = Array.from({ length: n * to.rows }, (_, k) => [
      ...to.data.subarray((k % to.rows) * d).subarray(0, d),
    ]);
    return manifold.rows.geodesicDistance(rowsOf(left), rowsOf(right));
  };
  // Of the product ε·d/2 at worst, amplified by 16 where |cos| = 31/32.
  const tolerance = { ulps: 16 * d, epsilon };

  test("rows: the product of matrices is repaired where it loses digits", () => {
    const matrix = manifold.rows.geodesicDistanceMatrix(x, y);
    expect([matrix.rows, matrix.dim]).toEqual([n, m]);
    expectAllClose(matrix.data, pairs(y), tolerance);
    expect([matrix.data[0], matrix.data[m + 1], matrix.data[2 * m + 2]]).toEqual([0, 0, 0]);
    expectClose(matrix.data[3]!, 1e-9, { ulps: 4, epsilon, scale: 1 });
  });

  test("tensors: the same, with the gradient of the pairs", () => {
    const [a, b] = [tensorOf(x), tensorOf(y)];
    expectAllClose(manifold.geodesicDistanceMatrix(a, b).dataSync(), pairs(y), tolerance);
    const weights = tensorOf({ rows: n, dim: m, data: random.split("weights").normal(n * m) });
    const { gradients } = valueAndGrad((s, t) => sum(mul(manifold.geodesicDistanceMatrix(s!, t!), weights)), [a, b]);
    const blocks = [0, 1, 2, 3].map((block) => {
      // Blocks small enough to be done pair by pair.
      const part = slice(a, [15 * block, 0], [15, d]);
      const w = slice(weights, [15 * block, 0], [15, m]);
      return valueAndGrad((s) => sum(mul(manifold.geodesicDistanceMatrix(s!, b), w)), [part]).gradients[0]!.dataSync();
    });
    // Rows 0 to 2 have near pairs at distance 1e-9, whose direction the product form knows to ε/1e-9 only.
    const expected = blocks.flatMap((block) => [...block]);
    expectAllClose(gradients[0]!.dataSync().subarray(3 * d), expected.slice(3 * d), {
      ulps: 64 * m,
      epsilon,
      scale: 1,
    });
    expect(gradients.every((g) => g.dataSync().every(Number.isFinite))).toBe(true);
  });

  test("collapsed points, and a backend that cannot be read, are done pair by pair", () => {
    const collapsed = { ...y, data: y.data.map((_, k) => x.data[k % d]!) };
    expectAllClose(
      manifold.geodesicDistanceMatrix(tensorOf(x), tensorOf(collapsed)).dataSync(),
      pairs(collapsed),
      tolerance,
    );
    const blind = withoutSyncRead();
    expectAllClose(
      manifold.geodesicDistanceMatrix(tensorOf(x, blind), tensorOf(y, blind)).dataSync(),
      pairs(y),
      tolerance,
    );
  });
});

describe("the uniform law", () => {
  test.each([2, 3, 16, 128])("E t² = 1/d, E t⁴ = 3/(d(d + 2)) for every axis (d = %d)", (d) => {
    const n = 4000;
    const points = sphere(d).rows.sampleUniform(createRandom(d), n);
    const first = new Float64Array(n).map((_, i) => points.data[i * d]!);
    const mean = (power: number): number => first.reduce((total, t) => total + t ** power, 0) / n;
    const second = 1 / d;
    const fourth = 3 / (d * (d + 2));
    const eighth = (fourth * 35) / ((d + 4) * (d + 6));
    expect(Math.abs(mean(1))).toBeLessThan(4 * Math.sqrt(second / n));
    expect(Math.abs(mean(2) - second)).toBeLessThan(4 * Math.sqrt((fourth - second ** 2) / n));
    expect(Math.abs(mean(4) - fourth)).toBeLessThan(4 * Math.sqrt((eighth - fourth ** 2) / n));
  });

  test("the same points on tensors, rounded", async () => {
    const float32 = await tfjsCpuBackend();
    const points = s3.rows.sampleUniform(createRandom(1), 4);
    expect([...s3.sampleUniform(createRandom(1), float32, 4).dataSync()]).toEqual([...points.data].map(Math.fround));
  });
});

describe("facts and refusals", () => {
  test("dimensions and volumes", () => {
    expect(s3).toMatchObject({ name: "sphere(3)", kind: "sphere", ambientDimension: 3, dimension: 2 });
    expect([s3.injectivityRadius, [...s3.rows.origin().data], [...s3.origin(reference).dataSync()]]).toEqual([
      Math.PI,
      [1, 0, 0],
      [1, 0, 0],
    ]);
    const expected = [2 * Math.PI, 4 * Math.PI, 2 * Math.PI ** 2];
    // exp of a sum of two logarithms and a log-gamma, each off by an ulp of at most 3.
    expectAllClose(
      [2, 3, 4].map((d) => sphere(d).volume!),
      expected,
      { ulps: 16, epsilon },
    );
    expect([sphere(1024).volume, Math.round(sphere(1024).logVolume!)]).toEqual([0, -2093]);
  });

  test("options and shapes", () => {
    expect(refusal(() => sphere(1))).toBe("E_OPTION sphere: `dimension` must be an integer ≥ 2, got 1.");
    const [x, y] = [rowsOf([[1, 0, 0]]), rowsOf([[1, 0]])];
    const message = "E_SHAPE sphere(3).expMap: `v` must be of shape [n, 3], got [1, 2].";
    expect(refusal(() => s3.rows.expMap(x, y))).toBe(message);
    expect(refusal(() => s3.expMap(tensorOf(x), tensorOf(y)))).toBe(message);
    const [two, three] = [
      rowsOf([
        [1, 0, 0],
        [0, 1, 0],
      ]),
      rowsOf([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    ];
    const counts = "E_SHAPE sphere(3).geodesicDistance: `y` must be of shape [2, 3], or [1, 3], got [3, 3].";
    expect(refusal(() => s3.rows.geodesicDistance(two, three))).toBe(counts);
    expect(refusal(() => s3.geodesicDistance(tensorOf(two), tensorOf(three)))).toBe(counts);
    expect(refusal(() => s3.rows.norm({ ...two, data: new Float64Array(5) }, two))).toBe(
      "E_SHAPE sphere(3).norm: `x.data` must be of length rows · dim = 6, got 5.",
    );
    expect(refusal(() => s3.rows.geodesic(two, x, new Float64Array(3)))).toBe(
      "E_SHAPE sphere(3).geodesic: `t` must be a number, or of length 2, got 3.",
    );
    expect(refusal(() => s3.rows.sampleUniform(createRandom(1), -1))).toBe(
      "E_OPTION sphere(3).sampleUniform: `n` must be an integer ≥ 0, got -1.",
    );
  });

  test("one row stands for all; no rows are no rows", () => {
    const [x, y] = [
      rowsOf([[1, 0, 0]]),
      rowsOf([
        [0, 1, 0],
        [0, 0, 1],
      ]),
    ];
    const quarter = [Math.PI / 2, Math.PI / 2];
    expectAllClose(s3.rows.geodesicDistance(x, y), quarter, { ulps: 1, epsilon });
    expectAllClose(s3.geodesicDistance(tensorOf(x), tensorOf(y)).dataSync(), quarter, { ulps: 1, epsilon });
    expect(s3.rows.logMap(y, x).rows).toBe(2);
    const none = rowsOf([], 3);
    expect(s3.rows.logMap(none, x)).toEqual(none);
    expect(s3.logMap(tensorOf(none), tensorOf(x)).shape).toEqual([0, 3]);
    expect(s3.geodesicDistanceMatrix(tensorOf(none), tensorOf(y)).shape).toEqual([0, 2]);
    expect(s3.rows.geodesicDistanceMatrix(y, none)).toMatchObject({ rows: 2, dim: 0 });
  });

  test("the cut locus has no logarithm, transport or geodesic", async () => {
    const [x, y] = [
      rowsOf([
        [0, 1, 0],
        [1, 0, 0],
      ]),
      rowsOf([
        [0, 0, 1],
        [-1, 1e-17, 0],
      ]),
    ];
    const message = (map: string): string =>
      `E_DOMAIN sphere(3).${map}: \`y\` must be off the cut locus of \`x\`, got row 1 of 2 on it. ` +
      "Several geodesics to that point are shortest, so that none is the one: move one of the two points.";
    expect(refusal(() => s3.rows.logMap(x, y))).toBe(message("logMap"));
    expect(refusal(() => s3.rows.parallelTransport(x, y, x))).toBe(message("parallelTransport"));
    expect(refusal(() => s3.rows.geodesic(x, y, 0.5))).toBe(message("geodesic"));
    for (const on of [reference, await tfjsWasmBackend()]) {
      const [a, b] = [tensorOf(x, on), tensorOf(y, on)];
      expect(refusal(() => s3.logMap(a, b))).toBe(message("logMap"));
      expect(refusal(() => valueAndGrad((t) => sum(s3.logMap(t!, b)), [a]))).toBe(message("logMap"));
      expect(refusal(() => s3.parallelTransport(a, b, a))).toBe(message("parallelTransport"));
      expect(refusal(() => s3.geodesic(a, b, 0.5))).toBe(message("geodesic"));
    }
    const blind = withoutSyncRead();
    const log = [...s3.logMap(tensorOf(x, blind), tensorOf(y, blind)).dataSync()];
    expect(log.map(Number.isNaN)).toEqual([false, false, false, true, true, true]);
  });

  test("rows without direction cannot be projected", () => {
    const x = rowsOf([
      [0, 2, 0],
      [0, 0, 0],
    ]);
    expect(refusal(() => s3.rows.projectPoint(x))).toBe(
      "E_ZERO_ROW sphere(3).projectPoint: `x` must be of rows with a direction, got zeros in row 1 of 2.",
    );
    expect(refusal(() => s3.projectPoint(tensorOf(x)))).toMatch(/^E_ZERO_ROW .*zeros in row 1 of 2/);
    const blind = [...s3.projectPoint(tensorOf(x, withoutSyncRead())).dataSync()];
    expect(blind).toEqual([0, 1, 0, Number.NaN, Number.NaN, Number.NaN]);
  });

  test("points off the sphere are named with their norm", () => {
    const x = rowsOf([
      [1, 0, 0],
      [0, 1.5, 0],
      [0, 0, 2],
    ]);
    const place = "norm 1.5 instead of 1 (tolerance 2.4e-15)";
    expect(s3.rows.explainOnManifold(x)).toBe(`row 1 of 3 has ${place}`);
    expect(s3.explainOnManifold(tensorOf(x))).toBe(`row 1 of 3 has ${place}`);
    expect([s3.isOnManifold(tensorOf(x)), s3.rows.isOnManifold(x, { tolerance: 1 })]).toEqual([false, true]);
    const message =
      `E_DOMAIN vonMisesFisher: \`mean\` must be on sphere(3), got row 1 of 3 with ${place}. ` +
      "Move points there with projectPoint, or allow more with `tolerance`.";
    const options = { where: "vonMisesFisher", argument: "mean" };
    expect(refusal(() => s3.rows.assertOnManifold(x, options))).toBe(message);
    expect(refusal(() => s3.assertOnManifold(tensorOf(x), options))).toBe(message);
    expect(s3.rows.explainOnManifold(rowsOf([[Number.NaN, 0, 0]]))).toBe(
      "row 0 of 1 has norm NaN instead of 1 (tolerance 2.4e-15)",
    );
    expect(refusal(() => s3.rows.isOnManifold(x, { tolerance: -1 }))).toBe(
      "E_OPTION sphere(3).isOnManifold: `tolerance` must be a number ≥ 0, got -1.",
    );
  });

  test("rows stored in float32 are allowed its rounding", () => {
    const points = sphere(64).rows.sampleUniform(createRandom(3), 50);
    const rounded = Float32Array.from(points.data);
    expect(sphere(64).rows.isOnManifold({ ...points, data: rounded })).toBe(true);
    expect(sphere(64).rows.isOnManifold({ ...points, data: Float64Array.from(rounded) })).toBe(false);
  });

  test("NaN stays in its row", () => {
    const [x, y] = [
      rowsOf([
        [Number.NaN, 0, 0],
        [1, 0, 0],
      ]),
      rowsOf([[0, 1, 0]]),
    ];
    expect([...s3.rows.geodesicDistance(x, y)].map(Number.isNaN)).toEqual([true, false]);
    expect([...s3.geodesicDistance(tensorOf(x), tensorOf(y)).dataSync()].map(Number.isNaN)).toEqual([true, false]);
    expect([...s3.rows.logMap(x, y).data].map(Number.isNaN)).toEqual([true, true, true, false, false, false]);
  });
});

test("nothing is left alive but the results", () => {
  const own = referenceBackend();
  const x = tensorOf(s3.rows.sampleUniform(createRandom(8), 5), own);
  const before = own.liveTensors();
  const distances = s3.geodesicDistance(x, s3.origin(own));
  const log = s3.logMap(x, x);
  s3.projectTangent(x, log).dispose();
  s3.assertOnManifold(x);
  // The distances, the origin that was made for them, and the logarithm.
  expect(own.liveTensors() - before).toBe(3);
  distances.dispose();
});
