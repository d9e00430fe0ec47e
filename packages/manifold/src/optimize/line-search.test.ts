import {
  fromArray,
  mul,
  type NestedNumbers,
  neg,
  referenceBackend,
  square,
  sub,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { euclidean } from "../manifolds/euclidean.ts";
import { sphere } from "../manifolds/sphere.ts";
import { lineSearchInit, lineSearchStep } from "./line-search.ts";

const backend = referenceBackend();
const EPSILON = 2 ** -52;
const tensor = (values: NestedNumbers): Tensor => fromArray(backend, values);
const numbers = (x: Tensor): number[] => [...x.dataSync()];

/** f = (k/2)‖x − a‖², with value and gradient at x. */
function bowl(curvature: number, center: Tensor, x: Tensor) {
  const f = (z: Tensor): Tensor => mul(sum(square(sub(z, center))), curvature / 2);
  return { f, value: f(x).dataSync()[0]!, gradient: mul(sub(x, center), curvature) };
}

describe("lineSearchStep", () => {
  const center = tensor([[1, 2]]);

  test("curvature 1 and step 1: the minimum at once", async () => {
    const x = tensor([[5, -3]]);
    const { f, value, gradient } = bowl(1, center, x);
    const result = await lineSearchStep(euclidean(2), x, gradient, lineSearchInit(x), { f, value });
    expect(result).toMatchObject({ status: "decreased", evaluations: 1, value: 0 });
    expect(result.state).toEqual({ kind: "lineSearch", step: 1, stepSize: 2 });
    expectAllClose(numbers(result.x), [1, 2], { ulps: 4, epsilon: EPSILON });
  });

  test("the first of 1, ½, ¼, … that Armijo accepts: t ≤ (1 − c)·2/k", async () => {
    for (const [curvature, c] of [
      [10, 1e-4],
      [10, 0.5],
      [100, 0.9],
      [1.9, 0.01],
    ] as const) {
      const x = tensor([[5, -3]]);
      const { f, value, gradient } = bowl(curvature, center, x);
      const options = { f, value, sufficientDecrease: c };
      const result = await lineSearchStep(euclidean(2), x, gradient, lineSearchInit(x), options);
      let [t, trials] = [1, 1];
      for (; t > ((1 - c) * 2) / curvature; t /= 2) trials++;
      expect(result.evaluations).toBe(trials);
      expect(result.state.stepSize).toBe(2 * t);
      expectClose(result.value, value * (1 - curvature * t) ** 2, { ulps: 64, epsilon: EPSILON, scale: value });
    }
  });

  test("the next search begins above the last step; growth and shrink are options", async () => {
    const x = tensor([[5, -3]]);
    const { f, value, gradient } = bowl(10, center, x);
    const options = { f, value, initialStep: 7, growth: 3, shrink: 0.1 };
    const first = await lineSearchStep(euclidean(2), x, gradient, lineSearchInit(x), options);
    // 7 and 0.7 are too long, 0.07 is not.
    expect(first.evaluations).toBe(3);
    expectClose(first.state.stepSize!, 0.21, { ulps: 8, epsilon: EPSILON });
  });

  test("on the sphere the slope is that of the Riemannian gradient", async () => {
    // f = −⟨m, x⟩ at right angles to m: g = −m, and exp or retraction of length t.
    const x = tensor([[1, 0, 0]]);
    const gradient = tensor([[0, 0, -1]]);
    const f = (z: Tensor): Tensor => sum(mul(z, gradient));
    const { x: next, value } = await lineSearchStep(sphere(3), x, gradient, lineSearchInit(x), {
      f,
      value: 0,
      move: "exp",
    });
    expectAllClose(numbers(next), [Math.cos(1), 0, Math.sin(1)], { ulps: 4, epsilon: EPSILON });
    expectClose(value, -Math.sin(1), { ulps: 4, epsilon: EPSILON });
  });

  test("uphill gradients stall and leave everything as it was, with nothing left behind", async () => {
    const x = tensor([[5, -3]]);
    const { f, value, gradient } = bowl(1, center, x);
    const uphill = neg(gradient);
    const state = { kind: "lineSearch", step: 4, stepSize: 8 } as const;
    const before = backend.liveTensors();
    const result = await lineSearchStep(euclidean(2), x, uphill, state, { f, value, maxBacktracks: 5 });
    expect(result).toEqual({ x, state, status: "stalled", value, evaluations: 6 });
    expect(backend.liveTensors()).toBe(before);
  });

  test("NaN is never an improvement", async () => {
    const x = tensor([[1, 1]]);
    const f = (): Tensor => fromArray(backend, Number.NaN);
    const { status } = await lineSearchStep(euclidean(2), x, x, lineSearchInit(x), { f, value: 3, maxBacktracks: 3 });
    expect(status).toBe("stalled");
  });

  test("messages", async () => {
    const x = tensor([[1, 1]]);
    const search = (options: object): Promise<unknown> => {
      return lineSearchStep(euclidean(2), x, x, lineSearchInit(x), { f: sum, value: 2, ...options });
    };
    await expect(search({ shrink: 1 })).rejects.toThrow(
      "lineSearchStep: `shrink` must be a number ≥ 0 and < 1, got 1.",
    );
    await expect(search({ growth: 0 })).rejects.toThrow("lineSearchStep: `growth` must be a finite number > 0, got 0.");
    await expect(search({ maxBacktracks: -1 })).rejects.toThrow(
      "lineSearchStep: `maxBacktracks` must be an integer ≥ 0, got -1.",
    );
  });
});
