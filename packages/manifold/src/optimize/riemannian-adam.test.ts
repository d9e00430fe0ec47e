import {
  createRandom,
  fromArray,
  type NestedNumbers,
  randomNormal,
  referenceBackend,
  type Tensor,
  zeros,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { euclidean } from "../manifolds/euclidean.ts";
import { lorentz } from "../manifolds/lorentz.ts";
import { sphere } from "../manifolds/sphere.ts";
import { type RiemannianAdamOptions, riemannianAdamInit, riemannianAdamStep } from "./riemannian-adam.ts";

const backend = referenceBackend();
const EPSILON = 2 ** -52;
const tensor = (values: NestedNumbers): Tensor => fromArray(backend, values);
const numbers = (x: Tensor): number[] => [...x.dataSync()];

describe("riemannianAdamStep in flat space", () => {
  /** torch.optim.Adam, written as its documentation states it, for one coordinate. */
  function torchAdam(
    x0: number,
    gradients: readonly number[],
    options: Required<Omit<RiemannianAdamOptions, "move">>,
  ): number[] {
    const { learningRate, beta1, beta2, epsilon, amsgrad } = options;
    let [x, m, v, largest] = [x0, 0, 0, 0];
    return gradients.map((g, i) => {
      const t = i + 1;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      largest = Math.max(largest, v);
      const denominator = Math.sqrt(amsgrad ? largest : v) / Math.sqrt(1 - beta2 ** t) + epsilon;
      x -= (learningRate / (1 - beta1 ** t)) * (m / denominator);
      return x;
    });
  }

  test.each([
    { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false },
    { learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.3, amsgrad: false },
    { learningRate: 0.1, beta1: 0, beta2: 0, epsilon: 1e-8, amsgrad: false },
    { learningRate: 0.05, beta1: 0.9, beta2: 0.7, epsilon: 1e-8, amsgrad: true },
  ])("is torch's Adam: $learningRate, $beta1, $beta2, $epsilon, amsgrad $amsgrad", (options) => {
    const manifold = euclidean(3);
    const gradients = Array.from({ length: 20 }, (_, t) => [Math.sin(t), 3 * Math.cos(0.4 * t) ** 3, 1e-3 * (t - 5)]);
    const start = [1, -2, 0.25];
    let x = tensor([start]);
    let state = riemannianAdamInit(manifold, x);
    for (const [t, gradient] of gradients.entries()) {
      ({ x, state } = riemannianAdamStep(manifold, x, tensor([gradient]), state, options));
      const expected = start.map((x0, k) => {
        return torchAdam(
          x0,
          gradients.slice(0, t + 1).map((g) => g[k]!),
          options,
        ).at(-1)!;
      });
      // Some ten roundings per step, each of a term of the size of x.
      expectAllClose(numbers(x), expected, { ulps: 10 * (t + 1), epsilon: EPSILON, scale: 1 });
    }
    expect(state.step).toBe(20);
    expect(state.largestSquare === undefined).toBe(!options.amsgrad);
  });

  test("the defaults are torch's", () => {
    const manifold = euclidean(1);
    const x = tensor([[0]]);
    const { x: moved } = riemannianAdamStep(manifold, x, tensor([[1e-8]]), riemannianAdamInit(manifold, x));
    // First step: η g/(|g| + ε) = 1e-3/2, which any other η or ε would change.
    expectClose(numbers(moved)[0]!, -5e-4, { ulps: 16, epsilon: EPSILON });
  });
});

describe("riemannianAdamStep on curved manifolds", () => {
  test("the first step has length η‖g‖/(‖g‖ + ε) for every point, along the geodesic", () => {
    const manifold = sphere(4);
    const x = manifold.sampleUniform(createRandom(1), backend, 5);
    const gradient = randomNormal(createRandom(2), backend, [5, 4]);
    const learningRate = 0.2;
    const options = { learningRate, epsilon: 0.5, move: "exp" } as const;
    const { x: next } = riemannianAdamStep(manifold, x, gradient, riemannianAdamInit(manifold, x), options);
    const norms = numbers(manifold.norm(x, manifold.toRiemannianGradient(x, gradient)));
    const distances = numbers(manifold.geodesicDistance(x, next));
    expectAllClose(
      distances,
      norms.map((norm) => (learningRate * norm) / (norm + 0.5)),
      { ulps: 64, epsilon: EPSILON },
    );
  });

  test("bias correction: a gradient that is carried along gives steps of length η, every time", () => {
    const manifold = sphere(3);
    let x = tensor([[1, 0, 0]]);
    let state = riemannianAdamInit(manifold, x);
    let direction = tensor([[0, 1, 0]]);
    for (let t = 1; t <= 10; t++) {
      const next = riemannianAdamStep(manifold, x, direction, state, { learningRate: 0.1, move: "exp" });
      expectClose(numbers(manifold.geodesicDistance(x, next.x))[0]!, 0.1 / (1 + 1e-8), {
        ulps: 64 * t,
        epsilon: EPSILON,
      });
      direction = manifold.parallelTransport(x, next.x, direction);
      ({ x, state } = next);
    }
    expectAllClose(numbers(x), [Math.cos(1), -Math.sin(1), 0], { ulps: 1e-7 / EPSILON, epsilon: EPSILON, scale: 1 });
  });

  test("one second moment per point, rotated steps are steps of the rotated problem", () => {
    const manifold = sphere(3);
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const rotate = ([a, b, z]: readonly number[]): number[] => [c * a! - s * b!, s * a! + c * b!, z!];
    const run = (turn: (v: readonly number[]) => number[]): number[] => {
      let x = tensor([turn([0, 0.6, 0.8])]);
      let state = riemannianAdamInit(manifold, x);
      expect(state.square.shape).toEqual([1, 1]);
      for (let t = 0; t < 5; t++) {
        const gradient = tensor([turn([Math.sin(3 * t), 2, -t])]);
        ({ x, state } = riemannianAdamStep(manifold, x, gradient, state, { learningRate: 0.3 }));
      }
      return numbers(x);
    };
    expectAllClose(run(rotate), rotate(run((v) => [...v])), { ulps: 256, epsilon: EPSILON, scale: 1 });
  });

  test.each([sphere(5), lorentz(4)])("$name: points stay on the manifold, moments stay tangent", (manifold) => {
    const random = createRandom(3);
    let x = manifold.origin(backend);
    let state = riemannianAdamInit(manifold, x);
    for (let t = 0; t < 20; t++) {
      const gradient = randomNormal(random, backend, x.shape);
      ({ x, state } = riemannianAdamStep(manifold, x, gradient, state, { learningRate: 0.1 }));
    }
    expect(manifold.explainOnManifold(x)).toBeUndefined();
    const mean = numbers(state.mean);
    expectAllClose(numbers(manifold.projectTangent(x, state.mean)), mean, {
      ulps: 512,
      epsilon: EPSILON,
      scale: Math.max(...mean.map(Math.abs)),
    });
  });

  test("a gradient of 0 moves nothing", () => {
    const manifold = sphere(3);
    const x = tensor([[0, 0.6, 0.8]]);
    const { x: next } = riemannianAdamStep(manifold, x, zeros(backend, [1, 3]), riemannianAdamInit(manifold, x));
    expectAllClose(numbers(next), [0, 0.6, 0.8], { ulps: 2, epsilon: EPSILON });
  });

  test("only x and the state outlive a step", () => {
    const manifold = sphere(3);
    const [x, gradient] = [tensor([[0, 0.6, 0.8]]), tensor([[1, 2, 3]])];
    const state = riemannianAdamInit(manifold, x);
    const before = backend.liveTensors();
    riemannianAdamStep(manifold, x, gradient, state);
    expect(backend.liveTensors() - before).toBe(3);
    riemannianAdamStep(manifold, x, gradient, state, { amsgrad: true });
    expect(backend.liveTensors() - before).toBe(7);
  });
});

test("messages", () => {
  const manifold = sphere(3);
  const x = tensor([[0, 0, 1]]);
  const step = (options: RiemannianAdamOptions): unknown => {
    return riemannianAdamStep(manifold, x, x, riemannianAdamInit(manifold, x), options);
  };
  expect(() => step({ learningRate: 0 })).toThrow(
    "riemannianAdamStep: `learningRate` must be a finite number > 0, got 0.",
  );
  expect(() => step({ beta1: 1 })).toThrow("riemannianAdamStep: `beta1` must be a number ≥ 0 and < 1, got 1.");
  expect(() => step({ beta2: -0.1 })).toThrow("riemannianAdamStep: `beta2` must be a number ≥ 0 and < 1, got -0.1.");
  expect(() => step({ epsilon: Number.NaN })).toThrow(
    "riemannianAdamStep: `epsilon` must be a finite number > 0, got NaN.",
  );
});
