import { createRandom, fromData, square, sum, type Tensor } from "@nce-geometry/tensor";
import { expectAllClose, expectGradient } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { reference, refusal, rowsOf, tensorOf } from "../../test/laws/support.ts";
import { circle } from "./circle.ts";
import { torus } from "./torus.ts";

const c = circle();
const epsilon = 2 ** -52;
const vectorOf = (values: Iterable<number>): Tensor => {
  const data = Float64Array.from(values);
  return fromData(reference, data, [data.length]);
};
const angles = Float64Array.from([-3, -1e-12, 0, 1e-300, 1, Math.PI]);

test("angles to points and back", () => {
  const points = c.rows.pointAt(angles);
  expect(c.rows.isOnManifold(points)).toBe(true);
  expectAllClose(c.rows.angleOf(points), angles, { ulps: 2, epsilon });
  expect([...c.pointAt(vectorOf(angles)).dataSync()]).toEqual([...points.data]);
  expectAllClose(c.angleOf(c.pointAt(vectorOf(angles))).dataSync(), angles, { ulps: 2, epsilon });
});

test("logarithms are differences of angles, as on the torus", () => {
  const random = createRandom("circle");
  const [x, y] = [
    torus(1).rows.sampleUniform(random.split("x"), 40),
    torus(1).rows.sampleUniform(random.split("y"), 40),
  ];
  const [p, q] = [c.rows.pointAt(x.data), c.rows.pointAt(y.data)];
  const velocity = torus(1).rows.logMap(x, y).data;
  const expected = [...velocity].flatMap((v, i) => [-v * Math.sin(x.data[i]!), v * Math.cos(x.data[i]!)]);
  // The nearest pair to antipodal of 40 is some π/40 away from it.
  expectAllClose(c.rows.logMap(p, q).data, expected, { ulps: 16 * 40, epsilon, scale: Math.PI });
});

test("gradients of angles and points", async () => {
  const options = { random: createRandom(1) };
  await expectGradient(
    (x) => sum(c.angleOf(x!)),
    [
      tensorOf([
        [0.6, 0.8],
        [-0.8, -0.6],
      ]),
    ],
    options,
  );
  await expectGradient((t) => sum(square(c.angleOf(c.pointAt(t!)))), [vectorOf([-3, 0, 1, 3])], options);
});

test("facts and refusals", () => {
  expect(c).toMatchObject({ name: "circle()", kind: "circle", ambientDimension: 2, dimension: 1 });
  expectAllClose([c.volume!], [2 * Math.PI], { ulps: 4, epsilon });
  expect(refusal(() => c.pointAt(tensorOf([[1]])))).toBe(
    "E_SHAPE circle().pointAt: `angles` must be of shape [n], got [1, 1].",
  );
  expect(refusal(() => c.rows.angleOf(rowsOf([[1, 0, 0]])))).toBe(
    "E_SHAPE circle().angleOf: `x` must be of shape [n, 2], got [1, 3].",
  );
});
