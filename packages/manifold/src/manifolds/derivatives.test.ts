import { createRandom, matMul, mul, sum, type Tensor } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { reference, rowsOf, tensorOf } from "../../test/laws/support.ts";
import { hessianVectorProduct, riemannianValueAndGrad } from "./derivatives.ts";
import { euclidean } from "./euclidean.ts";
import { sphere } from "./sphere.ts";

const epsilon = 2 ** -52;
const s3 = sphere(3);
const scales = [[3, 1, -2]];
/** f(x) = ½ Σ_k λ_k x_k². */
const quadratic = (x: Tensor): Tensor => mul(sum(mul(mul(x, x), tensorOf(scales, x.backend))), 0.5);

describe("a quadratic form on the sphere", () => {
  test("at an axis: value λ/2, gradient 0, Hessian λ_k − λ across it", () => {
    const at = tensorOf([[1, 0, 0]]);
    const { value, gradient } = riemannianValueAndGrad(s3, quadratic, at);
    expectAllClose([...value.dataSync(), ...gradient.dataSync()], [1.5, 0, 0, 0], { ulps: 0, epsilon });
    const hessian = (v: number[]) => [...hessianVectorProduct(s3, quadratic, { at, along: tensorOf([v]) }).dataSync()];
    const images = [...hessian([0, 1, 0]), ...hessian([0, 0, 1]), ...hessian([0, 0, 0])];
    expectAllClose(images, [0, -2, 0, 0, 0, -5, 0, 0, 0], { ulps: 0, epsilon });
  });

  test("halfway between two axes: the gradient is Σ λ_k x_k e_k less its normal part", () => {
    const at = tensorOf([[Math.SQRT1_2, Math.SQRT1_2, 0]]);
    const { gradient } = riemannianValueAndGrad(s3, quadratic, at);
    expectAllClose(gradient.dataSync(), [Math.SQRT1_2, -Math.SQRT1_2, 0], { ulps: 8, epsilon, scale: 3 });
  });
});

test("points that interact: the Hessian of a pair's ½dist² couples them", () => {
  const [x, y] = [rowsOf([[0, 0]]), rowsOf([[3, 4]])];
  const at = tensorOf(rowsOf([[...x.data], [...y.data]]));
  const pair = (t: Tensor): Tensor => {
    const swap = tensorOf(
      [
        [0, 1],
        [1, 0],
      ],
      t.backend,
    );
    return mul(sum(euclidean(2).squaredGeodesicDistance(t, matMul(swap, t))), 0.25);
  };
  const along = tensorOf([
    [1, 0],
    [0, 0],
  ]);
  expect([...hessianVectorProduct(euclidean(2), pair, { at, along }).dataSync()]).toEqual([1, 0, -1, 0]);
});

test("the gradient represents the derivative along geodesics, and nothing else stays alive", () => {
  const random = createRandom("derivatives");
  const points = s3.rows.sampleUniform(random.split("x"), 5);
  const tangent = s3.rows.sampleTangent(random.split("v"), points);
  const [at, along] = [tensorOf(points), tensorOf(tangent)];
  const before = reference.liveTensors();
  const { value, gradient } = riemannianValueAndGrad(s3, quadratic, at);
  expect(reference.liveTensors() - before).toBe(2);
  const h = 1e-4;
  const shifted = (t: number): number => {
    const step = { ...tangent, data: tangent.data.map((entry) => t * entry) };
    return quadratic(tensorOf(s3.rows.expMap(points, step))).dataSync()[0]!;
  };
  const derivative = sum(s3.tangentInner(at, gradient, along)).dataSync()[0]!;
  // Central differences: h²/6 times a third derivative of about 8·|v|³·λ, and ε·f/h.
  expectClose((shifted(h) - shifted(-h)) / (2 * h), derivative, { ulps: 1, epsilon: 1e-6, scale: 1 });
  value.dispose();
});
