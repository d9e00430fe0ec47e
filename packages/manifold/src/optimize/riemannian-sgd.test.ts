import { fromArray, type NestedNumbers, referenceBackend, type Tensor } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { euclidean } from "../manifolds/euclidean.ts";
import { sphere } from "../manifolds/sphere.ts";
import { type RiemannianSgdOptions, riemannianSgdInit, riemannianSgdStep } from "./riemannian-sgd.ts";

const backend = referenceBackend();
const EPSILON = 2 ** -52;
const tensor = (values: NestedNumbers): Tensor => fromArray(backend, values);
const numbers = (x: Tensor): number[] => [...x.dataSync()];

describe("riemannianSgdStep", () => {
  /** torch.optim.SGD, one coordinate. */
  function torchSgd(x0: number, gradients: readonly number[], options: RiemannianSgdOptions): number {
    const { learningRate, momentum = 0, dampening = 0, nesterov = false } = options;
    let [x, buffer] = [x0, Number.NaN];
    for (const [t, g] of gradients.entries()) {
      buffer = t === 0 ? g : momentum * buffer + (1 - dampening) * g;
      const direction = momentum === 0 ? g : nesterov ? g + momentum * buffer : buffer;
      x -= learningRate * direction;
    }
    return x;
  }

  test.each([
    { learningRate: 0.1 },
    { learningRate: 0.1, momentum: 0.9 },
    { learningRate: 0.02, momentum: 0.5, dampening: 0.25 },
    { learningRate: 0.02, momentum: 0.8, nesterov: true },
  ])("in flat space it is torch's SGD: %o", (options) => {
    const manifold = euclidean(2);
    const gradients = Array.from({ length: 12 }, (_, t) => [Math.cos(t), t - 4]);
    let x = tensor([[3, -1]]);
    let state = riemannianSgdInit(x);
    for (const gradient of gradients)
      ({ x, state } = riemannianSgdStep(manifold, x, tensor([gradient]), state, options));
    const expected = [3, -1].map((x0, k) => {
      return torchSgd(
        x0,
        gradients.map((g) => g[k]!),
        options,
      );
    });
    expectAllClose(numbers(x), expected, { ulps: 12 * 8, epsilon: EPSILON, scale: 4 });
    expect(state.step).toBe(12);
  });

  test("on the sphere: the geodesic against the gradient, or its retraction", () => {
    const manifold = sphere(3);
    const x = tensor([[1, 0, 0]]);
    // The radial part of the ambient gradient does not count.
    const gradient = tensor([[7, 0, -2]]);
    const step = (move: "exp" | "retract"): number[] => {
      return numbers(riemannianSgdStep(manifold, x, gradient, riemannianSgdInit(x), { learningRate: 0.25, move }).x);
    };
    const tolerance = { ulps: 8, epsilon: EPSILON, scale: 1 };
    expectAllClose(step("exp"), [Math.cos(0.5), 0, Math.sin(0.5)], tolerance);
    expectAllClose(step("retract"), [1 / Math.sqrt(1.25), 0, 0.5 / Math.sqrt(1.25)], tolerance);
  });

  test("momentum alone coasts along a great circle with speed falling by μ", () => {
    const manifold = sphere(3);
    const options = { learningRate: 0.1, momentum: 0.5, move: "exp" } as const;
    let x = tensor([[1, 0, 0]]);
    let state = riemannianSgdInit(x);
    ({ x, state } = riemannianSgdStep(manifold, x, tensor([[0, -1, 0]]), state, options));
    for (let t = 0; t < 3; t++) ({ x, state } = riemannianSgdStep(manifold, x, tensor([[0, 0, 0]]), state, options));
    const angle = 0.1 * (1 + 0.5 + 0.25 + 0.125);
    expectAllClose(numbers(x), [Math.cos(angle), Math.sin(angle), 0], { ulps: 32, epsilon: EPSILON, scale: 1 });
    // Transport keeps its length.
    expectClose(numbers(manifold.norm(x, state.velocity!))[0]!, 0.125, { ulps: 32, epsilon: EPSILON });
  });

  test("only x and the velocity outlive a step", () => {
    const manifold = sphere(3);
    const x = tensor([[1, 0, 0]]);
    const before = backend.liveTensors();
    riemannianSgdStep(manifold, x, x, riemannianSgdInit(x), { learningRate: 0.1 });
    expect(backend.liveTensors() - before).toBe(1);
    riemannianSgdStep(manifold, x, x, riemannianSgdInit(x), { learningRate: 0.1, momentum: 0.9 });
    expect(backend.liveTensors() - before).toBe(3);
  });

  test("messages", () => {
    const x = tensor([[1, 0, 0]]);
    const step = (options: RiemannianSgdOptions): unknown => {
      return riemannianSgdStep(sphere(3), x, x, riemannianSgdInit(x), options);
    };
    expect(() => step({ learningRate: -1 })).toThrow(
      "riemannianSgdStep: `learningRate` must be a finite number > 0, got -1.",
    );
    expect(() => step({ learningRate: 1, momentum: 1 })).toThrow(
      "riemannianSgdStep: `momentum` must be a number ≥ 0 and < 1, got 1.",
    );
    expect(() => step({ learningRate: 1, nesterov: true })).toThrow(
      "riemannianSgdStep: `momentum` must be a finite number > 0 with nesterov, got 0.",
    );
    expect(() => step({ learningRate: 1, nesterov: true, momentum: 0.5, dampening: 0.5 })).toThrow(
      "riemannianSgdStep: `dampening` must be 0 with nesterov, got 0.5.",
    );
  });
});
