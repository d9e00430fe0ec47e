import {
  createRandom,
  fromArray,
  log,
  mul,
  type NestedNumbers,
  neg,
  referenceBackend,
  reshape,
  slice,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { box } from "../manifolds/box.ts";
import { circle } from "../manifolds/circle.ts";
import { euclidean } from "../manifolds/euclidean.ts";
import { product } from "../manifolds/product.ts";
import { sphere } from "../manifolds/sphere.ts";
import { restoreState, type SavedState, saveState } from "../optimize/state.ts";
import { type LangevinState, langevinInit, langevinStep } from "./langevin-step.ts";
import { sampleLangevin } from "./sample-langevin.ts";

const backend = referenceBackend();
const EPSILON = 2 ** -52;
const tensor = (values: NestedNumbers): Tensor => fromArray(backend, values);
const numbers = (x: Tensor): number[] => [...x.dataSync()];
/** U = −x₁. */
const potential = (z: Tensor): Tensor => reshape(neg(slice(z, [0, 0], [z.shape[0]!, 1])), [z.shape[0]!]);
const options = { temperature: 0.5, stepSize: 0.02 };

describe("langevinStep", () => {
  test("drift −(h/τ)∇U and noise √(2h) times the tangent sample of the step's stream", () => {
    const manifold = euclidean(2);
    const random = createRandom(4);
    const x = tensor([[1, 2]]);
    const state = langevinStep(manifold, tensor([[3, -5]]), langevinInit(x, random), {
      temperature: 0.5,
      stepSize: 0.02,
    });
    const noise = [...random.split(0).normal(2)];
    const expected = [1 - 0.04 * 3 + 0.2 * noise[0]!, 2 + 0.04 * 5 + 0.2 * noise[1]!];
    expectAllClose(numbers(state.x), expected, { ulps: 8, epsilon: EPSILON, scale: 1 });
    expect(state.step).toBe(1);
  });

  test("only the tangent part of the gradient drives; steps differ from one another, on products too", () => {
    const manifold = product(sphere(3), circle());
    const x = tensor([[1, 0, 0, 0, 1]]);
    const radial = tensor([[9, 0, 0, 0, -7]]);
    const none = tensor([[0, 0, 0, 0, 0]]);
    const start = langevinInit(x, createRandom(1));
    const first = langevinStep(manifold, radial, start, options);
    expectAllClose(numbers(first.x), numbers(langevinStep(manifold, none, start, options).x), {
      ulps: 16,
      epsilon: EPSILON,
      scale: 1,
    });
    const second = langevinStep(manifold, none, { ...first, x }, options);
    for (const k of [1, 2, 3]) expect(numbers(second.x)[k]).not.toBe(numbers(first.x)[k]);
  });

  test("points that leave a box are put back on its edge", () => {
    const manifold = box(2);
    const state = langevinStep(
      manifold,
      tensor([[-1e3, 0]]),
      langevinInit(tensor([[0.9, 0.5]]), createRandom(1)),
      options,
    );
    expect(numbers(state.x)[0]).toBe(1);
    expect(manifold.explainOnManifold(state.x)).toBeUndefined();
  });

  test("messages", () => {
    const state = langevinInit(tensor([[1, 0, 0]]), createRandom(1));
    expect(() => langevinStep(sphere(3), state.x, state, { ...options, temperature: 0 })).toThrow(
      "langevinStep: `temperature` must be a finite number > 0, got 0.",
    );
    expect(() => langevinStep(sphere(3), state.x, state, { ...options, stepSize: Number.NaN })).toThrow(
      "langevinStep: `stepSize` must be a finite number > 0, got NaN.",
    );
  });
});

describe("sampleLangevin", () => {
  const manifold = sphere(3);
  const start = (): LangevinState => langevinInit(manifold.sampleUniform(createRandom(8), backend, 3), createRandom(9));

  test("continued from saved JSON: the same bits as in one go", async () => {
    const whole = await sampleLangevin(manifold, potential, start(), { ...options, steps: 25 });
    const half = await sampleLangevin(manifold, potential, start(), { ...options, steps: 11 });
    const saved = JSON.parse(JSON.stringify(await saveState(half.state))) as SavedState<LangevinState>;
    const rest = await sampleLangevin(manifold, potential, restoreState(backend, saved), { ...options, steps: 14 });
    expect(numbers(rest.state.x)).toEqual(numbers(whole.state.x));
    expect(rest.state.step).toBe(25);
    expect(rest.state.random).toEqual(whole.state.random);
  });

  test("samples come after the burn-in, every so many steps, with their numbers", async () => {
    const seen: number[] = [];
    const onSample = ({ step, x }: { step: number; x: Tensor }): void => {
      expect(x.shape).toEqual([3, 3]);
      seen.push(step);
    };
    const run = { ...options, steps: 10, burnIn: 3, thinning: 2, onSample };
    const { state } = await sampleLangevin(manifold, potential, start(), run);
    await sampleLangevin(manifold, potential, state, { ...run, steps: 4, burnIn: 0, thinning: 4 });
    expect(seen).toEqual([5, 7, 9, 14]);
  });

  test("aborted is a status", async () => {
    const signal = { aborted: false, reason: undefined };
    const onSample = ({ step }: { step: number }): void => {
      if (step === 5) signal.aborted = true;
    };
    const result = await sampleLangevin(manifold, potential, start(), {
      ...options,
      steps: 100,
      checkEvery: 4,
      signal,
      onSample,
    });
    expect(result).toMatchObject({ status: "aborted", steps: 8 });
    expect(result.state.step).toBe(8);
  });

  test("diverged: the last state that was finite", async () => {
    // log x in flat space: the drift 1/x throws chains at the origin far away, then past 0, where the logarithm is NaN.
    const U = (z: Tensor): Tensor => reshape(log(z), [z.shape[0]!]);
    const state = langevinInit(tensor([[1]]), createRandom(2));
    const result = await sampleLangevin(euclidean(1), U, state, {
      temperature: 0.1,
      stepSize: 0.1,
      steps: 50,
      checkEvery: 1,
    });
    expect(result.status).toBe("diverged");
    expect(numbers(result.state.x)[0]!).toBeGreaterThan(0);
    expect(result.state.step).toBe(result.steps);
  });

  test("nothing leaks, also when the potential throws; the given state stays", async () => {
    const state = start();
    const before = backend.liveTensors();
    const result = await sampleLangevin(manifold, potential, state, { ...options, steps: 20, checkEvery: 3 });
    expect(backend.liveTensors() - before).toBe(1);
    result.state.x.dispose();
    let calls = 0;
    const failing = (z: Tensor): Tensor => {
      if (calls++ > 6) throw new Error("broken");
      return potential(z);
    };
    await expect(sampleLangevin(manifold, failing, state, { ...options, steps: 20 })).rejects.toThrow("broken");
    expect(backend.liveTensors()).toBe(before);
    expect(numbers(state.x).length).toBe(9);
  });

  test("no steps: a copy of the state, and progress is told", async () => {
    const done: number[] = [];
    const onProgress = (progress: { done: number }): void => {
      done.push(progress.done);
    };
    const state = start();
    const {
      status,
      steps,
      state: same,
    } = await sampleLangevin(manifold, potential, state, { ...options, steps: 0, onProgress });
    expect({ status, steps }).toEqual({ status: "maxSteps", steps: 0 });
    expect(numbers(same.x)).toEqual(numbers(state.x));
    await sampleLangevin(manifold, potential, state, { ...options, steps: 5, checkEvery: 2, onProgress });
    expect(done).toEqual([0, 0, 2, 4, 5]);
  });

  test("a potential of wrong shape is refused", async () => {
    const scalar = (z: Tensor): Tensor => sum(mul(z, 2));
    await expect(sampleLangevin(manifold, scalar, start(), { ...options, steps: 1 })).rejects.toThrow(
      "sampleLangevin: `potential(z)` must be of shape [3], got [].",
    );
    await expect(sampleLangevin(manifold, potential, start(), { ...options, steps: -1 })).rejects.toThrow(
      "sampleLangevin: `steps` must be an integer ≥ 0, got -1.",
    );
  });
});
