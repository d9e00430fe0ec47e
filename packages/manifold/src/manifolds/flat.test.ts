import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { createRandom, mul, sum, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose, expectGradient } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { reference, refusal, rowsOf, tensorOf } from "../../test/laws/support.ts";
import { ball } from "./ball.ts";
import { box } from "./box.ts";
import { euclidean } from "./euclidean.ts";
import { torus } from "./torus.ts";

const epsilon = 2 ** -52;

describe("euclidean", () => {
  test("facts and refusals", () => {
    expect(euclidean(2)).toMatchObject({ name: "euclidean(2)", kind: "euclidean", ambientDimension: 2, dimension: 2 });
    expect([euclidean(2).injectivityRadius, euclidean(2).volume]).toEqual([Number.POSITIVE_INFINITY, undefined]);
    expect(refusal(() => euclidean(0))).toBe("E_OPTION euclidean: `dimension` must be an integer ≥ 1, got 0.");
    expect(refusal(() => euclidean(2).sampleUniform(createRandom(1), reference, 2))).toMatch(/^E_UNSUPPORTED/);
    expect(
      euclidean(2).rows.explainOnManifold(
        rowsOf([
          [0, 1],
          [2, Number.POSITIVE_INFINITY],
        ]),
      ),
    ).toBe("row 1 of 2 has Infinity in column 1 instead of a finite number (tolerance 2.2e-15)");
  });

  test("distances neither overflow nor vanish", () => {
    const [x, y] = [
      rowsOf([
        [3e200, 0],
        [3e-200, 0],
      ]),
      rowsOf([
        [0, 4e200],
        [0, 4e-200],
      ]),
    ];
    expectAllClose(euclidean(2).rows.geodesicDistance(x, y), [5e200, 5e-200], { ulps: 4, epsilon });
    expectAllClose(euclidean(2).geodesicDistance(tensorOf(x), tensorOf(y)).dataSync(), [5e200, 5e-200], {
      ulps: 4,
      epsilon,
    });
  });

  test("all pairs of points far from the origin keep the digits of the differences", () => {
    const [n, d] = [70, 64];
    const manifold = euclidean(d);
    const data = createRandom(3)
      .normal(n * d)
      .map((entry) => 1000 + entry);
    const x = { rows: n, dim: d, data };
    const norm = (i: number, j: number) =>
      Math.hypot(...Array.from({ length: d }, (_, k) => data[i * d + k]! - data[j * d + k]!));
    const expected = Float64Array.from({ length: n * n }, (_, k) => norm(Math.floor(k / n), k % n));
    expectAllClose(manifold.rows.geodesicDistanceMatrix(x, x).data, expected, { ulps: d, epsilon });
    expectAllClose(manifold.geodesicDistanceMatrix(tensorOf(x), tensorOf(x)).dataSync(), expected, {
      ulps: d,
      epsilon,
    });
  });

  test("the gradient of all pairs, 0 where points coincide", async () => {
    const x = tensorOf({ rows: 3, dim: 2, data: createRandom(3).normal(6) });
    const weighted = (m: Tensor): Tensor =>
      sum(
        mul(
          m,
          tensorOf(
            [
              [1, 2, 3],
              [4, 5, 6],
              [7, 8, 9],
            ],
            m.backend,
          ),
        ),
      );
    const other = tensorOf({ rows: 3, dim: 2, data: createRandom(4).normal(6) });
    await expectGradient((a, b) => weighted(euclidean(2).geodesicDistanceMatrix(a!, b!)), [x, other], {
      random: createRandom(5),
    });
    const { gradients } = valueAndGrad((a) => sum(euclidean(2).geodesicDistance(a!, x)), [x]);
    expect(gradients[0]!.dataSync().every((entry) => entry === 0)).toBe(true);
  });
});

describe("torus", () => {
  const t2 = torus(2);
  const pi = Math.PI;

  test("angles wrap: distances, logarithms and exponentials go the short way round", () => {
    const [x, y] = [rowsOf([[3, 0.5]]), rowsOf([[-3, 0.5]])];
    expectClose(t2.rows.geodesicDistance(x, y)[0]!, 2 * pi - 6, { ulps: 4, epsilon, scale: pi });
    expectAllClose(t2.rows.logMap(x, y).data, [2 * pi - 6, 0], { ulps: 4, epsilon, scale: pi });
    expectAllClose(t2.logMap(tensorOf(x), tensorOf(y)).dataSync(), [2 * pi - 6, 0], { ulps: 4, epsilon, scale: pi });
    expectAllClose(t2.rows.expMap(x, rowsOf([[1, 7]])).data, [4 - 2 * pi, 7.5 - 2 * pi], {
      ulps: 4,
      epsilon,
      scale: pi,
    });
    expectAllClose(
      t2.rows.projectPoint(
        rowsOf([
          [-pi, pi],
          [9, -9],
        ]),
      ).data,
      [-pi, pi, 9 - 2 * pi, 2 * pi - 9],
      {
        ulps: 4,
        epsilon,
        scale: pi,
      },
    );
  });

  test("it is the product of circles: |e^{iφ} − e^{iψ}| = 2 sin(dist/2)", () => {
    const random = createRandom("torus");
    const [x, y] = [t2.rows.sampleUniform(random.split("x"), 50), t2.rows.sampleUniform(random.split("y"), 50)];
    const log = t2.rows.logMap(x, y).data;
    log.forEach((delta, k) => {
      const chord = Math.hypot(
        Math.cos(x.data[k]!) - Math.cos(y.data[k]!),
        Math.sin(x.data[k]!) - Math.sin(y.data[k]!),
      );
      expectClose(2 * Math.sin(Math.abs(delta) / 2), chord, { ulps: 8, epsilon, scale: 1 });
    });
  });

  test("gradients across the seam", async () => {
    const [x, y] = [tensorOf([[3, 0.5]]), tensorOf([[-3, 0.4]])];
    const options = { random: createRandom(1) };
    await expectGradient((a, b) => sum(t2.geodesicDistance(a!, b!)), [x, y], options);
    await expectGradient((a, b) => sum(t2.geodesicDistanceMatrix(a!, b!)), [x, y], options);
    await expectGradient((a) => sum(mul(t2.projectPoint(a!), a!)), [tensorOf([[4, -20]])], options);
  });

  test("facts and refusals", async () => {
    expect(t2).toMatchObject({
      name: "torus(2)",
      kind: "torus",
      ambientDimension: 2,
      dimension: 2,
      injectivityRadius: pi,
    });
    expectClose(t2.volume!, 4 * pi * pi, { ulps: 2, epsilon });
    const [x, y] = [
      rowsOf([
        [1, 1],
        [0, 0.5],
      ]),
      rowsOf([
        [1, 2],
        [0, 0.5 - pi],
      ]),
    ];
    const message =
      "E_DOMAIN torus(2).logMap: `y` must be off the cut locus of `x`, got row 1 of 2 on it. " +
      "Several geodesics to that point are shortest, so that none is the one: move one of the two points.";
    expect(refusal(() => t2.rows.logMap(x, y))).toBe(message);
    for (const on of [reference, await tfjsWasmBackend()]) {
      expect(refusal(() => t2.logMap(tensorOf(x, on), tensorOf(y, on)))).toBe(message);
    }
    expect(t2.rows.explainOnManifold(rowsOf([[0, 4]]))).toBe(
      "row 0 of 1 has angle 4 in column 1, outside [−π, π] (tolerance 2.2e-15)",
    );
  });
});

describe("ball", () => {
  const b3 = ball(3, { radius: 2 });

  test("volumes and uniform points: E‖x‖² = radius²·d/(d + 2)", () => {
    const volumes = [ball(1).volume!, ball(2).volume!, ball(3).volume!, b3.volume!];
    expectAllClose(volumes, [2, Math.PI, (4 / 3) * Math.PI, (32 / 3) * Math.PI], { ulps: 16, epsilon });
    const n = 4000;
    const points = b3.rows.sampleUniform(createRandom("ball"), n);
    expect(b3.rows.isOnManifold(points)).toBe(true);
    const squares = b3.rows.squaredGeodesicDistance(points, b3.rows.origin());
    const mean = squares.reduce((total, s) => total + s, 0) / n;
    // Var ‖x‖² = r⁴(d/(d + 4) − (d/(d + 2))²).
    expect(Math.abs(mean - 4 * 0.6)).toBeLessThan(4 * Math.sqrt((16 * (3 / 7 - 0.36)) / n));
  });

  test("projection leads inside, once and for all, also in float32", async () => {
    const x = rowsOf([
      [3, 0, 0],
      [0, 2, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    for (const on of [reference, await tfjsWasmBackend()]) {
      const once = b3.projectPoint(tensorOf(x, on));
      expectAllClose(once.dataSync(), [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0], { ulps: 16, epsilon: on.epsilon });
      expect(b3.isOnManifold(once, { tolerance: 0 })).toBe(true);
      expect([...b3.projectPoint(once).dataSync()]).toEqual([...once.dataSync()]);
      const many = b3.sampleUniform(createRandom(9), on, 1000);
      expect(b3.isOnManifold(many, { tolerance: 0 })).toBe(true);
    }
    const rows = b3.rows.projectPoint(x);
    expect([...b3.rows.projectPoint(rows).data]).toEqual([...rows.data]);
  });

  test("gradients of the projection inside and outside", async () => {
    const x = tensorOf([
      [3, 1, -1],
      [0.5, 0.2, 0.1],
    ]);
    await expectGradient((a) => sum(mul(b3.projectPoint(a!), a!)), [x], { random: createRandom(2) });
  });

  test("refusals", () => {
    expect(refusal(() => ball(2, { radius: 0 }))).toBe("E_OPTION ball: `radius` must be a finite number > 0, got 0.");
    expect(b3.rows.explainOnManifold(rowsOf([[0, 3, 0]]))).toBe(
      "row 0 of 1 has norm 3 instead of one below 2 (tolerance 2.4e-15)",
    );
    expect([ball(2).name, b3.name]).toEqual(["ball(2)", "ball(3, {radius: 2})"]);
  });
});

describe("box", () => {
  const b2 = box(2, { low: -1, high: 3 });

  test("volume, centre, projection and uniform points", () => {
    expect([b2.volume, [...b2.rows.origin().data], b2.name, box(4).name]).toEqual([
      16,
      [1, 1],
      "box(2, {low: -1, high: 3})",
      "box(4)",
    ]);
    const x = rowsOf([
      [-2, 0],
      [3.5, 3],
    ]);
    expect([...b2.rows.projectPoint(x).data]).toEqual([-1, 0, 3, 3]);
    expect([...b2.projectPoint(tensorOf(x)).dataSync()]).toEqual([-1, 0, 3, 3]);
    const points = b2.rows.sampleUniform(createRandom("box"), 2000);
    expect(b2.rows.isOnManifold(points, { tolerance: 0 })).toBe(true);
    const mean = points.data.reduce((total, t) => total + t, 0) / 4000;
    expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(16 / 12 / 4000));
  });

  test("refusals", () => {
    expect(refusal(() => box(2, { low: 1 }))).toBe("E_OPTION box: `high` must be > low = 1 by a finite amount, got 1.");
    expect(refusal(() => box(2, { low: Number.NaN }))).toBe("E_OPTION box: `low` must be a finite number, got NaN.");
    expect(
      b2.rows.explainOnManifold(
        rowsOf([
          [0, 0],
          [0, -1.5],
        ]),
      ),
    ).toBe("row 1 of 2 has -1.5 in column 1, outside [-1, 3] (tolerance 2.2e-15)");
  });
});
