import { createRandom, mul, sum, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose, expectGradient } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { reference, refusal, rowsOf, tensorOf } from "../../test/laws/support.ts";
import { hessianVectorProduct } from "./derivatives.ts";
import { lorentz } from "./lorentz.ts";

const h3 = lorentz(3);
const epsilon = 2 ** -52;
/** Points at the given distances from the origin, in one direction. */
const atDistances = (distances: readonly number[]) => {
  return rowsOf(distances.map((t) => [Math.cosh(t), 0.6 * Math.sinh(t), 0.8 * Math.sinh(t)]));
};

describe("distances", () => {
  const distances = [1e-150, 1e-12, 1e-6, 1e-3, 1, 5, 30, 300];

  test("from the origin: relative accuracy from 1e-150 to 300", () => {
    const [x, y] = [h3.rows.origin(), atDistances(distances)];
    expectAllClose(h3.rows.geodesicDistance(x, y), distances, { ulps: 8, epsilon });
    expectAllClose(h3.geodesicDistance(tensorOf(x), tensorOf(y)).dataSync(), distances, { ulps: 8, epsilon });
    expectAllClose(h3.rows.norm(x, h3.rows.logMap(x, y)), distances, { ulps: 64, epsilon });
  });

  test("between points far out on one ray: the rounding of coordinates of size e^R/2 remains", () => {
    const [x, y] = [atDistances([3, 6]), atDistances([3.5, 6.001])];
    const allowed = Math.cosh(6.001) ** 2 / 1e-3;
    expectAllClose(h3.rows.geodesicDistance(x, y), [0.5, 6.001 - 6], { ulps: 4 * allowed, epsilon, scale: 1 });
  });

  test("equal points are 0 apart, and rounding to the other side of the cone is 0, not NaN", () => {
    const x = atDistances([0, 1, 10]);
    expect([...h3.rows.geodesicDistance(x, x)]).toEqual([0, 0, 0]);
    const earlier = { ...x, data: x.data.map((entry, k) => (k % 3 === 0 ? entry * (1 + 2 * epsilon) : entry)) };
    expect([...h3.rows.geodesicDistance(x, earlier)]).toEqual([0, 0, 0]);
    expect([...h3.geodesicDistance(tensorOf(x), tensorOf(earlier)).dataSync()]).toEqual([0, 0, 0]);
  });

  test("all pairs by a product of matrices, with the gradient of the pairs", () => {
    const [n, d] = [70, 64];
    const manifold = lorentz(d);
    const random = createRandom("lorentz pairs");
    const here = { rows: n, dim: d, data: new Float64Array(n * d).map((_, k) => (k % d === 0 ? 1 : 0)) };
    const tangent = manifold.rows.sampleTangent(random, here);
    const x = manifold.rows.expMap(here, { ...tangent, data: tangent.data.map((entry) => entry / 8) });
    const left = rowsOf(
      Array.from({ length: n * n }, (_, k) => [...x.data.subarray(Math.floor(k / n) * d).subarray(0, d)]),
    );
    const right = rowsOf(Array.from({ length: n * n }, (_, k) => [...x.data.subarray((k % n) * d).subarray(0, d)]));
    const pairs = manifold.rows.geodesicDistance(left, right);
    const tolerance = { ulps: 64 * d, epsilon, scale: 1 };
    const matrix = manifold.rows.geodesicDistanceMatrix(x, x);
    expectAllClose(matrix.data, pairs, tolerance);
    expectAllClose(manifold.geodesicDistanceMatrix(tensorOf(x), tensorOf(x)).dataSync(), pairs, tolerance);

    const weights = random.split("weights").normal(n * n);
    const whole = (t: Tensor): Tensor => {
      return sum(mul(manifold.geodesicDistanceMatrix(t, tensorOf(x)), tensorOf({ rows: n, dim: n, data: weights })));
    };
    const gradient = valueAndGrad((t) => whole(t!), [tensorOf(x)]).gradients[0]!;
    const first = (t: Tensor): Tensor => {
      const row = manifold.geodesicDistanceMatrix(t, tensorOf(x));
      return sum(mul(row, tensorOf({ rows: 1, dim: n, data: weights.subarray(0, n) })));
    };
    const start = tensorOf({ rows: 1, dim: d, data: x.data.subarray(0, d) });
    const expected = valueAndGrad((t) => first(t!), [start]).gradients[0]!;
    // Ambient gradients differ along the normal; the Riemannian ones are the same.
    const riemannian = manifold.toRiemannianGradient(tensorOf(x), gradient).dataSync().subarray(0, d);
    expectAllClose(riemannian, manifold.toRiemannianGradient(start, expected).dataSync(), {
      ...tolerance,
      ulps: 1024 * d,
    });
  });
});

describe("gradients", () => {
  const random = createRandom("lorentz gradients");
  const weighted = (t: Tensor): Tensor => sum(mul(t, tensorOf([[0.3, -0.7, 0.5]], t.backend)));
  const x = tensorOf(atDistances([0.3, 1, 1.5]));

  test.each([1e-3, 0.5, 2, 4])("of distances, logarithms, transport and geodesics %d apart", async (t) => {
    const y = tensorOf(
      rowsOf([0.3, 1, 1.5].map((r) => [Math.cosh(r + t), 0.6 * Math.sinh(r + t), 0.8 * Math.sinh(r + t)])),
    );
    const options = { random, ...(t < 0.1 ? { step: 1e-6 } : {}) };
    await expectGradient((a, b) => sum(h3.geodesicDistance(a!, b!)), [x, y], options);
    await expectGradient((a, b) => sum(h3.squaredGeodesicDistance(a!, b!)), [x, y], options);
    await expectGradient((a, b) => weighted(h3.logMap(a!, b!)), [x, y], options);
    await expectGradient((a, b) => weighted(h3.geodesic(a!, b!, 0.3)), [x, y], options);
    await expectGradient((a, b, v) => weighted(h3.parallelTransport(a!, b!, v!)), [x, y, x], options);
  });

  test("of exponentials, also at v = 0, and of norms and projections", async () => {
    for (const scale of [0, 1e-9, 1e-3, 1, 3]) {
      const v = tensorOf([[0, 0.5 * scale, -0.2 * scale]]);
      const at = tensorOf([[1, 0, 0]]);
      const away = { random, ...(scale === 0 || scale === 1e-9 ? { step: 1e-3 } : {}) };
      // Off the tangent space ⟨v, v⟩ may be negative, where exp has no meaning: time stays fixed.
      const space = (t: Tensor): Tensor => mul(t, tensorOf([[0, 1, 1]], t.backend));
      await expectGradient((b) => weighted(h3.expMap(tensorOf([[1, 0, 0]], b!.backend), space(b!))), [v], away);
      await expectGradient((a, b) => weighted(h3.retract(a!, b!)), [at, v], { random });
    }
    await expectGradient((a) => weighted(h3.projectPoint(a!)), [x], { random });
  });

  test("x = y: gradient 0 of the distance; the Hessian of ½dist² is the identity", () => {
    const { gradients } = valueAndGrad((a) => sum(h3.geodesicDistance(a!, x)), [x]);
    expect(gradients[0]!.dataSync().every((entry) => entry === 0)).toBe(true);
    const along = tensorOf([[0, 1, 2]]);
    const at = tensorOf([[1, 0, 0]]);
    const f = (t: Tensor): Tensor => mul(sum(h3.squaredGeodesicDistance(t, at)), 0.5);
    expect([...hessianVectorProduct(h3, f, { at, along }).dataSync()]).toEqual([0, 1, 2]);
  });

  test.each([1e-3, 1, 3])("Hess ½dist² is 1 along the geodesic and D coth D across it (D = %d)", (distance) => {
    const at = tensorOf([[1, 0, 0]]);
    const f = (t: Tensor): Tensor => {
      const to = tensorOf([[Math.cosh(distance), Math.sinh(distance), 0]], t.backend);
      return mul(sum(h3.squaredGeodesicDistance(t, to)), 0.5);
    };
    const hessian = (v: number[]) => [...hessianVectorProduct(h3, f, { at, along: tensorOf([v]) }).dataSync()];
    const tolerance = { ulps: 64 * Math.cosh(distance) ** 2, epsilon, scale: 1 };
    expectAllClose(hessian([0, 1, 0]), [0, 1, 0], tolerance);
    expectAllClose(hessian([0, 0, 1]), [0, 0, distance / Math.tanh(distance)], tolerance);
  });
});

test("facts and refusals", () => {
  expect(h3).toMatchObject({ name: "lorentz(3)", kind: "lorentz", ambientDimension: 3, dimension: 2 });
  expect([h3.injectivityRadius, h3.volume, h3.logVolume]).toEqual([Number.POSITIVE_INFINITY, undefined, undefined]);
  expect([...h3.origin(reference).dataSync()]).toEqual([1, 0, 0]);
  expect(refusal(() => lorentz(1))).toBe("E_OPTION lorentz: `dimension` must be an integer ≥ 2, got 1.");
  expect(refusal(() => h3.rows.sampleUniform(createRandom(1), 2))).toBe(
    "E_UNSUPPORTED lorentz(3).sampleUniform: `this` must be of finite volume, got a manifold without a uniform law. " +
      "Draw tangent vectors at a point with sampleTangent and follow them with expMap.",
  );
  expect(
    h3.rows.explainOnManifold(
      rowsOf([
        [1, 0, 0],
        [1, 1, 0],
      ]),
    ),
  ).toBe("row 1 of 2 has ⟨x, x⟩ = 0 instead of −1 (tolerance 2.4e-15)");
  expect(h3.explainOnManifold(tensorOf([[-1, 0, 0]]))).toBe(
    "row 0 of 1 has x₀ = -1, which is not positive (tolerance 2.4e-15)",
  );
  expectClose(h3.rows.projectPoint(rowsOf([[9, 3, 4]])).data[0]!, Math.sqrt(26), { ulps: 1, epsilon });
});
