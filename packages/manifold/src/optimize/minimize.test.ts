import {
  add,
  createRandom,
  fromArray,
  log,
  matMul,
  mul,
  type NestedNumbers,
  neg,
  pow,
  referenceBackend,
  square,
  sub,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { euclidean } from "../manifolds/euclidean.ts";
import { lorentz } from "../manifolds/lorentz.ts";
import { sphere } from "../manifolds/sphere.ts";
import { torus } from "../manifolds/torus.ts";
import { minimize, type OptimizerOptions, type OptimizerState } from "./minimize.ts";
import { restoreState, type SavedState, saveState } from "./state.ts";

const backend = referenceBackend();
const EPSILON = 2 ** -52;
const tensor = (values: NestedNumbers): Tensor => fromArray(backend, values);
const numbers = (x: Tensor): number[] => [...x.dataSync()];

/** xᵀAx over the rows of x: on the sphere its smallest value is the smallest eigenvalue. */
const A = tensor([
  [2, -1, 0],
  [-1, 2, -1],
  [0, -1, 2],
]);
const rayleigh = (x: Tensor): Tensor => sum(mul(x, matMul(x, A)));
const SMALLEST = 2 - Math.SQRT2;

const OPTIMIZERS: readonly OptimizerOptions[] = [
  { kind: "lineSearch" },
  { kind: "lineSearch", move: "exp" },
  { kind: "sgd", learningRate: 0.2 },
  { kind: "sgd", learningRate: 0.05, momentum: 0.8 },
  { kind: "sgd", learningRate: 0.05, momentum: 0.8, nesterov: true, move: "exp" },
  { kind: "adam", learningRate: 0.2, epsilon: 1 },
  { kind: "adam", learningRate: 0.1, beta2: 0.9, amsgrad: true, move: "exp" },
];

describe("minimize", () => {
  test.each(OPTIMIZERS)(
    "Rayleigh quotient: the smallest eigenvalue of the second difference, %o",
    async (optimizer) => {
      const x0 = tensor([[0.8, 0, -0.6]]);
      const options = { manifold: sphere(3), optimizer, tolerance: 1e-7, maxSteps: 2000 };
      const { status, x, value, gradientNorm, steps } = await minimize(rayleigh, x0, options);
      expect(status).toBe("converged");
      expect(gradientNorm).toBeLessThanOrEqual(1e-7);
      expect(steps).toBeGreaterThan(1);
      // f − λ₁ ≤ ‖grad‖²/(4·gap), and the eigenvector is off by ‖grad‖/(2·gap); the gap is √2.
      expectClose(value, SMALLEST, { ulps: 1e-14 / EPSILON + 16, epsilon: EPSILON, scale: 1 });
      const sign = Math.sign(numbers(x)[1]!);
      const off = numbers(x).map((xi, i) => sign * xi - [0.5, Math.SQRT1_2, 0.5][i]!);
      expect(Math.hypot(...off)).toBeLessThan(1e-7);
    },
  );

  test("rows are minimised together, each to its own place", async () => {
    const targets = sphere(4).sampleUniform(createRandom(1), backend, 6);
    const x0 = sphere(4).sampleUniform(createRandom(2), backend, 6);
    const f = (x: Tensor): Tensor => neg(sum(mul(x, targets)));
    const { status, x, value } = await minimize(f, x0, { manifold: sphere(4), tolerance: 1e-9 });
    expect(status).toBe("converged");
    expectAllClose(numbers(x), numbers(targets), { ulps: 2e-9 / EPSILON, epsilon: EPSILON, scale: 1 });
    expectClose(value, -6, { ulps: 16, epsilon: EPSILON });
  });

  test("hyperbolic: the point nearest to three others is their Karcher mean", async () => {
    const manifold = lorentz(3);
    const anchors = manifold.expMap(
      manifold.origin(backend),
      tensor([
        [0, 1, 0],
        [0, 0, 1],
        [0, -1, -1],
      ]),
    );
    const f = (x: Tensor): Tensor => sum(manifold.squaredGeodesicDistance(x, anchors));
    const { status, x } = await minimize(f, manifold.origin(backend), { manifold, tolerance: 1e-9 });
    expect(status).toBe("converged");
    const logs = numbers(manifold.logMap(x, anchors));
    for (let k = 0; k < 3; k++) expect(Math.abs(logs[k]! + logs[3 + k]! + logs[6 + k]!)).toBeLessThan(1e-8);
  });

  test("torus: around the seam, not across", async () => {
    const manifold = torus(1);
    const target = tensor([[-3]]);
    const f = (x: Tensor): Tensor => sum(manifold.squaredGeodesicDistance(x, target));
    const { x, steps } = await minimize(f, tensor([[3]]), { manifold, optimizer: { kind: "sgd", learningRate: 0.1 } });
    expectClose(numbers(x)[0]!, -3, { ulps: 1e-8 / EPSILON, epsilon: EPSILON });
    // Each step leaves 0.8 of the gap of 2π − 6; the gradient is twice the distance.
    expect(steps).toBe(Math.ceil(Math.log(Math.sqrt(EPSILON) / (2 * (2 * Math.PI - 6))) / Math.log(0.8)));
  });

  test.each(OPTIMIZERS)("continued from saved JSON: the same bits as in one go, %o", async (optimizer) => {
    const manifold = sphere(3);
    const x0 = tensor([[0.8, 0, -0.6]]);
    const run = (x: Tensor, maxSteps: number, state?: OptimizerState) => {
      return minimize(rayleigh, x, { manifold, optimizer, tolerance: 0, maxSteps, ...(state ? { state } : {}) });
    };
    const whole = await run(x0, 12);
    const half = await run(x0, 5);
    const json = JSON.stringify(await saveState({ x: half.x, ...half.state }));
    const { x, ...state } = restoreState(backend, JSON.parse(json) as SavedState<{ x: Tensor } & OptimizerState>);
    const rest = await run(x, 7, state);
    expect(numbers(rest.x)).toEqual(numbers(whole.x));
    expect(await saveState(rest.state)).toEqual(await saveState(whole.state));
    expect(rest.state.step).toBe(12);
  });

  test("a stationary start converges in no step; the result has a handle of its own", async () => {
    const x0 = tensor([[0.5, Math.SQRT1_2, 0.5]]);
    const { status, steps, x } = await minimize(rayleigh, x0, { manifold: sphere(3) });
    expect({ status, steps }).toEqual({ status: "converged", steps: 0 });
    x.dispose();
    expect(numbers(x0)[0]).toBe(0.5);
  });

  test("maxSteps", async () => {
    const result = await minimize(rayleigh, tensor([[1, 0, 0]]), { manifold: sphere(3), maxSteps: 3 });
    expect(result).toMatchObject({ status: "maxSteps", steps: 3 });
    expect(result.state.step).toBe(3);
  });

  test("diverged: x⁴ with too long a step ends at the last finite point", async () => {
    const optimizer = { kind: "sgd", learningRate: 10 } as const;
    const f = (x: Tensor): Tensor => sum(pow(x, 4));
    const result = await minimize(f, tensor([[1]]), { manifold: euclidean(1), optimizer });
    expect(result.status).toBe("diverged");
    expect(Number.isFinite(result.value)).toBe(true);
    expect(Number.isFinite(numbers(result.x)[0]!)).toBe(true);
    expect(result.state.step).toBe(result.steps);
    const nowhere = await minimize((x) => sum(log(x)), tensor([[-1]]), { manifold: euclidean(1) });
    expect(nowhere).toMatchObject({ status: "diverged", steps: 0, value: Number.NaN });
  });

  test("aborted is a status, after the steps that were taken", async () => {
    const signal = { aborted: false, reason: undefined };
    const seen: number[] = [];
    const result = await minimize(rayleigh, tensor([[1, 0, 0]]), {
      manifold: sphere(3),
      optimizer: { kind: "sgd", learningRate: 1e-3 },
      signal,
      onStep: ({ step }) => {
        if (step === 4) signal.aborted = true;
      },
      onProgress: ({ done, total }) => {
        expect(total).toBe(1000);
        seen.push(done);
      },
    });
    expect(result).toMatchObject({ status: "aborted", steps: 5 });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  test("the trace falls monotonically under line search", async () => {
    const values: number[] = [];
    const center = tensor([[1, -1]]);
    const rosenbrock = (x: Tensor): Tensor => {
      const z = add(x, center);
      return add(sum(square(z)), mul(sum(square(sub(square(z), 1))), 3));
    };
    const { status } = await minimize(rosenbrock, tensor([[3, 2]]), {
      manifold: euclidean(2),
      onStep: ({ value }) => {
        values.push(value);
      },
    });
    expect(status).toBe("converged");
    for (let i = 1; i < values.length; i++) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]! * (1 + 8 * EPSILON));
  });

  test.each(OPTIMIZERS)("nothing leaks: x and state are all that is left, %o", async (optimizer) => {
    const x0 = tensor([[0.8, 0, -0.6]]);
    const before = backend.liveTensors();
    const { x, state } = await minimize(rayleigh, x0, { manifold: sphere(3), optimizer, maxSteps: 10 });
    const left = backend.liveTensors() - before;
    expect(left).toBe(1 + Object.values(state).filter((value) => typeof value === "object").length);
    x.dispose();
    const failing = (z: Tensor): Tensor => {
      if (numbers(z.backend.inner ? x0 : z)[0] === 0.8 && calls++ > 3) throw new Error("broken");
      return rayleigh(z);
    };
    let calls = 0;
    const middle = backend.liveTensors();
    await expect(minimize(failing, x0, { manifold: sphere(3), optimizer })).rejects.toThrow("broken");
    expect(backend.liveTensors()).toBe(middle);
  });

  test("messages", async () => {
    const x0 = tensor([[1, 0, 0]]);
    const manifold = sphere(3);
    await expect(minimize(rayleigh, x0, { manifold, maxSteps: -1 })).rejects.toThrow(
      "minimize: `maxSteps` must be an integer ≥ 0, got -1.",
    );
    await expect(minimize(rayleigh, x0, { manifold, tolerance: Number.NaN })).rejects.toThrow(
      "minimize: `tolerance` must be a finite number ≥ 0, got NaN.",
    );
    await expect(minimize(rayleigh, x0, { manifold, state: { kind: "sgd", step: 1 } })).rejects.toThrow(
      'minimize: `state` must be one of the optimiser "lineSearch", got one of "sgd".',
    );
  });
});
