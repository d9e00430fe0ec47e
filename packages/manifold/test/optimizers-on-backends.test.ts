// Optimisers and sampler on the reference backend and on tfjs: the same paths up to rounding, the same ends, nothing left behind.

import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import {
  type Backend,
  createRandom,
  fromArray,
  fromData,
  matMul,
  mul,
  neg,
  referenceBackend,
  reshape,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  disposeState,
  euclidean,
  type LangevinState,
  langevinInit,
  lorentz,
  type Manifold,
  minimize,
  type OptimizerOptions,
  product,
  restoreState,
  riemannianAdamInit,
  riemannianAdamStep,
  type SavedState,
  sampleLangevin,
  saveState,
  sphere,
} from "../src/index.ts";

const reference = referenceBackend();
const OPTIMIZERS: readonly OptimizerOptions[] = [
  { kind: "lineSearch" },
  { kind: "sgd", learningRate: 0.1, momentum: 0.8 },
  { kind: "adam", learningRate: 0.05, amsgrad: true },
  { kind: "adam", learningRate: 0.05, move: "exp" },
];

/** Numbers that float32 holds exactly, so that every backend starts from the same point. */
const rounded = (values: ArrayLike<number>): Float32Array => Float32Array.from(values);

function upload(backend: Backend, values: ArrayLike<number>, shape: readonly number[]): Tensor {
  const data = rounded(values);
  return fromData(backend, backend.floatType === "float64" ? Float64Array.from(data) : data, shape);
}

/** Rayleigh quotient of the second difference, and a start. */
function problem(backend: Backend): { f: (x: Tensor) => Tensor; x0: Tensor; A: Tensor } {
  const A = fromArray(backend, [
    [2, -1, 0],
    [-1, 2, -1],
    [0, -1, 2],
  ]);
  return { A, f: (x) => sum(mul(x, matMul(x, A))), x0: upload(backend, [0.8, 0, -0.6], [1, 3]) };
}

describe.each([
  { name: "reference", open: async () => referenceBackend() },
  { name: "tfjs-cpu", open: tfjsCpuBackend },
  { name: "tfjs-wasm", open: tfjsWasmBackend },
])("$name", async ({ open }) => {
  const backend: Backend = await open();
  const epsilon = backend.epsilon;

  test.each(OPTIMIZERS)("smallest eigenvalue by %o", async (optimizer) => {
    const { f, x0, A } = problem(backend);
    const before = backend.liveTensors();
    const options = { manifold: sphere(3), optimizer, maxSteps: 150, tolerance: 0 };
    const { value, x, state, status } = await minimize(f, x0, options);
    expect(status === "maxSteps" || status === "converged").toBe(true);
    // Beside rounding: what is left after 150 steps, where momentum contracts f by μ = 0.8 and Adam circles the minimum.
    const left = { lineSearch: 0, sgd: 4 * 0.8 ** 150, adam: 1e-3 }[optimizer.kind];
    expectClose(value, 2 - Math.SQRT2, { ulps: 16 + left / epsilon, epsilon, scale: 1 });
    expect(sphere(3).explainOnManifold(x)).toBeUndefined();
    x.dispose();
    disposeState(state);
    expect(backend.liveTensors()).toBe(before);
    A.dispose();
    x0.dispose();
  });

  test.each([sphere(3), euclidean(3), lorentz(3), product(sphere(2), euclidean(1))])(
    "twenty steps of Adam on %o are the reference's, up to their rounding",
    async (manifold: Manifold) => {
      const run = (on: Backend): number[] => {
        const start = manifold.rows.origin().data;
        let x = upload(on, start, [1, 3]);
        let state = riemannianAdamInit(manifold, x);
        for (let t = 0; t < 20; t++) {
          const gradient = upload(on, [Math.sin(t), Math.cos(2 * t), 0.1 * t - 1], [1, 3]);
          const next = riemannianAdamStep(manifold, x, gradient, state, { learningRate: 0.03 });
          for (const old of [x, gradient, state.mean, state.square]) old.dispose();
          ({ x, state } = next);
        }
        const numbers = [...x.dataSync()];
        x.dispose();
        disposeState(state);
        return numbers;
      };
      const before = backend.liveTensors();
      const here = run(backend);
      expect(backend.liveTensors()).toBe(before);
      // Each step makes some twenty roundings of terms of the size of x, none amplified.
      expectAllClose(here, run(reference), { ulps: 20 * 20, epsilon, scale: 1 });
    },
  );

  test("Langevin: the same noise everywhere, so the same path up to rounding; saved and restored here it goes on with the same bits", async () => {
    const manifold = sphere(3);
    const run = async (on: Backend, steps: number, state?: LangevinState): Promise<LangevinState> => {
      const mu = upload(on, [0, 0.6, 0.8], [1, 3]);
      const x = upload(on, manifold.rows.sampleUniform(createRandom(1), 4).data, [4, 3]);
      const first = state ?? langevinInit(x, createRandom(2));
      const potential = (z: Tensor): Tensor => neg(reshape(matMul(z, mu, { transposeB: true }), [4]));
      const result = await sampleLangevin(manifold, potential, first, { temperature: 0.5, stepSize: 0.01, steps });
      for (const tensor of [mu, x, first.x]) tensor.dispose();
      return result.state;
    };
    const before = backend.liveTensors();
    const [here, there] = [await run(backend, 20), await run(reference, 20)];
    // Starts differ by a rounding of float32, steps add some ten each; the sphere lets neighbouring paths stay near.
    expectAllClose([...here.x.dataSync()], [...there.x.dataSync()], { ulps: 400, epsilon, scale: 1 });
    const half = await run(backend, 8);
    const json = JSON.stringify(await saveState(half));
    const rest = await run(backend, 12, restoreState(backend, JSON.parse(json) as SavedState<LangevinState>));
    expect([...rest.x.dataSync()]).toEqual([...here.x.dataSync()]);
    for (const { x } of [here, half, rest]) x.dispose();
    expect(backend.liveTensors()).toBe(before);
    there.x.dispose();
  });
});
