import { createRandom, sum, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose, expectGradient } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { reference, refusal, rowsOf, tensorOf } from "../../test/laws/support.ts";
import { circle } from "./circle.ts";
import { euclidean } from "./euclidean.ts";
import { lorentz } from "./lorentz.ts";
import { product } from "./product.ts";
import { sphere } from "./sphere.ts";
import { torus } from "./torus.ts";

const epsilon = 2 ** -52;

test("dimensions add, volumes multiply, the least injectivity radius counts", () => {
  const m = product(sphere(3), torus(2));
  expect(m).toMatchObject({ name: "product(sphere(3), torus(2))", kind: "product", ambientDimension: 5, dimension: 4 });
  expect([m.injectivityRadius, m.factors.map((factor) => factor.name)]).toEqual([Math.PI, ["sphere(3)", "torus(2)"]]);
  expectClose(m.volume!, 16 * Math.PI ** 3, { ulps: 32, epsilon });
  expectClose(m.logVolume!, Math.log(16 * Math.PI ** 3), { ulps: 4, epsilon });
  expect([...m.origin(reference).dataSync()]).toEqual([1, 0, 0, 0, 0]);
  expect(product(sphere(3), euclidean(1)).volume).toBe(undefined);
});

test("squares of distances add", () => {
  const m = product(circle(), euclidean(1));
  const [x, y] = [
    rowsOf([[1, 0, 0]]),
    rowsOf([
      [0, 1, 2],
      [1, 0, 0],
    ]),
  ];
  const expected = [Math.hypot(Math.PI / 2, 2), 0];
  expectAllClose(m.rows.geodesicDistance(x, y), expected, { ulps: 4, epsilon });
  expectAllClose(m.geodesicDistance(tensorOf(x), tensorOf(y)).dataSync(), expected, { ulps: 4, epsilon });
  expectAllClose(m.geodesicDistanceMatrix(tensorOf(x), tensorOf(y)).dataSync(), expected, { ulps: 4, epsilon });
});

test("a torus is a product of circles", () => {
  const circles = product(circle(), circle());
  const angles = torus(2).rows.sampleUniform(createRandom(2), 30);
  const others = torus(2).rows.sampleUniform(createRandom(3), 30);
  const points = ({ data }: typeof angles) => ({ ...circle().rows.pointAt(data), rows: 30, dim: 4 });
  const expected = torus(2).rows.geodesicDistance(angles, others);
  expectAllClose(circles.rows.geodesicDistance(points(angles), points(others)), expected, { ulps: 16, epsilon });
});

test("gradients where no, one, or all factors coincide", async () => {
  const m = product(sphere(3), lorentz(3));
  const x = tensorOf([[1, 0, 0, Math.cosh(1), Math.sinh(1), 0]]);
  const y = tensorOf([[0, 1, 0, 1, 0, 0]]);
  const half = tensorOf([[1, 0, 0, 1, 0, 0]]);
  const options = { random: createRandom(4) };
  await expectGradient((a, b) => sum(m.geodesicDistance(a!, b!)), [x, y], options);
  await expectGradient((a, b) => sum(m.geodesicDistance(a!, b!)), [x, half], options);
  await expectGradient((a, b) => sum(m.geodesicDistanceMatrix(a!, b!)), [x, half], options);
  const { gradients } = valueAndGrad((a, b) => sum(m.geodesicDistance(a!, b!)), [x, x]);
  expect(gradients.every((g) => g.dataSync().every((entry) => entry === 0))).toBe(true);
});

test("refusals name the factor", () => {
  expect(refusal(() => product())).toBe("E_OPTION product: `factors` must be at least one manifold, got none.");
  const m = product(sphere(3), torus(1));
  const x = rowsOf([
    [1, 0, 0, 0],
    [0, 1, 0, 4],
  ]);
  const explanation = "row 1 of 2 has angle 4 in column 0, outside [−π, π] (tolerance 2.0e-15), in factor 1, torus(1)";
  expect(m.rows.explainOnManifold(x)).toBe(explanation);
  expect([m.rows.isOnManifold(x), m.isOnManifold(tensorOf(x)), m.rows.isOnManifold(m.rows.origin())]).toEqual([
    false,
    false,
    true,
  ]);
  expect(refusal(() => m.rows.assertOnManifold(x))).toBe(
    `E_DOMAIN assertOnManifold: \`x\` must be on product(sphere(3), torus(1)), got ${explanation}. ` +
      "Move points there with projectPoint, or allow more with `tolerance`.",
  );
  expect(refusal(() => m.rows.logMap(rowsOf([[1, 0, 0, 0]]), rowsOf([[-1, 0, 0, 0]])))).toMatch(
    /^E_DOMAIN sphere\(3\)\.logMap: /,
  );
  expect(refusal(() => product(sphere(3), euclidean(1)).rows.sampleUniform(createRandom(1), 1))).toMatch(
    /^E_UNSUPPORTED euclidean\(1\)\.sampleUniform: /,
  );
  expect(refusal(() => m.rows.logMap(x, rowsOf([[1, 0, 0]])))).toBe(
    "E_SHAPE product(sphere(3), torus(1)).logMap: `y` must be of shape [n, 4], got [1, 3].",
  );
});

test("each draw is new: sampling moves the stream on", () => {
  const m = product(circle(), sphere(3));
  const random = createRandom(1);
  const [first, second] = [m.rows.sampleUniform(random, 1), m.rows.sampleUniform(random, 1)];
  expect([...first.data]).not.toEqual([...second.data]);
  const [u, v] = [m.rows.sampleTangent(random, first), m.rows.sampleTangent(random, first)];
  expect([...u.data]).not.toEqual([...v.data]);
  expect(random.state.counter).not.toEqual(createRandom(1).state.counter);
});
