// Runs in a real browser, bundled by Vite without any setting for WebAssembly files: every backend against the reference.

import {
  atan2,
  type Backend,
  cast,
  concat,
  cos,
  exp,
  expm1,
  fromArray,
  gather,
  log,
  log1p,
  max,
  maximum,
  notEqual,
  referenceBackend,
  scatterAdd,
  sigmoid,
  sign,
  sin,
  slice,
  softplus,
  sum,
  type Tensor,
  tanh,
  topK,
  transpose,
  valueAndGrad,
  where,
} from "@nce-geometry/tensor";
import * as tf from "@tensorflow/tfjs-core";
// tf's own gradients, which tfjs-core leaves out unless asked; Node cannot import these two.
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import { type TfjsBackend, toTfFunction, unwrap, wrap } from "../../src/index.ts";
import { tfjsWasmBackend } from "../../src/wasm.ts";
import { tfjsWebgpuBackend } from "../../src/webgpu.ts";
import { anchors, infoNCE, positives } from "../info-nce.ts";

/** What the page tells the test. */
export interface PageReport {
  readonly backends: readonly BackendReport[];
  /** Why WebGPU is absent, where it is. */
  readonly webgpuError?: string;
}

export interface BackendReport {
  readonly name: string;
  readonly features: Readonly<Record<"simd" | "threads" | "syncRead", boolean>>;
  /** Numbers by operation: computed here, and by the reference. */
  readonly operations: Readonly<Record<string, readonly [number[], number[]]>>;
  /** Gradients of InfoNCE: reference, ours on this backend, tf's through the bridge, and tf's own on wrapped tensors. */
  readonly gradients: readonly number[][];
  readonly leaked: number;
}

const operations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  exp,
  expm1,
  log1p,
  log: (x) => log(exp(x)),
  "log 0": (x) => log(cast(notEqual(x, x), x.dtype)),
  sin,
  cos,
  tanh,
  sigmoid,
  softplus,
  sign,
  maximum: (x) => maximum(x, transpose(transpose(x))),
  "NaN in max": (x) => max(where(notEqual(x, 0), x, Number.NaN), { axis: 0 }),
  "cast, transpose, sum": (x) => sum(transpose(cast(notEqual(x, 0), x.dtype)), { axis: 1 }),
  atan2: (x) => atan2(x, 2),
  gather: (x) => gather(x, indicesFor(x.backend)),
  scatterAdd: (x) => scatterAdd(indicesFor(x.backend), slice(concat([x, x], { axis: 0 }), [0, 0], [3, 4]), { rows: 3 }),
  topK: (x) => topK(x, { k: 2 }).values,
};

const values = [
  [-2, -0.25, -1e-5, 0],
  [1e-5, 0.125, 1, 3],
];

function indicesFor(backend: Backend): Tensor {
  return cast(fromArray(backend, [1, 0, 1]), "int32");
}

async function numbersOf(x: { data(): Promise<ArrayLike<number>> }): Promise<number[]> {
  return Array.from(await x.data());
}

async function report(backend: TfjsBackend): Promise<BackendReport> {
  const reference = referenceBackend();
  const live = backend.liveTensors();
  const results: Record<string, [number[], number[]]> = {};
  for (const [name, operation] of Object.entries(operations)) {
    const [actual, expected] = [backend, reference].map((b) => b.scope(() => operation(fromArray(b, values))));
    results[name] = [await numbersOf(actual!), await numbersOf(expected!)];
    actual!.dispose();
  }
  const gradients = [await gradientOf(reference), await gradientOf(backend), ...(await tfGradients(backend))];
  const features = {
    simd: backend.supports("simd"),
    threads: backend.supports("threads"),
    syncRead: backend.supports("syncRead"),
  };
  return { name: backend.name, features, operations: results, gradients, leaked: backend.liveTensors() - live };
}

async function gradientOf(backend: Backend): Promise<number[]> {
  const inputs = [fromArray(backend, anchors), fromArray(backend, positives)];
  const { value, gradients } = valueAndGrad(infoNCE, inputs);
  const numbers = await numbersOf(gradients[0]!);
  for (const tensor of [...inputs, value, ...gradients]) tensor.dispose();
  return numbers;
}

async function tfGradients(backend: TfjsBackend): Promise<number[][]> {
  await tf.setBackend(backend.tfName);
  const inputs = [tf.tensor2d(anchors as number[][]), tf.tensor2d(positives as number[][])] as const;
  const bridged = toTfFunction(backend, infoNCE);
  const recorded = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => unwrap(infoNCE(wrap(backend, x), wrap(backend, y)));
  const gradients = [bridged, recorded].map((f) => tf.tidy(() => tf.grads((x, y) => f(x!, y!))([...inputs])[0]!));
  const numbers = await Promise.all(gradients.map(numbersOf));
  tf.dispose([gradients, [...inputs]]);
  return numbers;
}

async function run(): Promise<PageReport> {
  const backends = [await tfjsWasmBackend()];
  const webgpu = await tfjsWebgpuBackend().catch((error: Error) => error.message);
  if (typeof webgpu !== "string") backends.push(webgpu);
  // What is small stays on the processor otherwise, and nothing would be learnt about the device.
  if (typeof webgpu !== "string") tf.env().set("WEBGPU_CPU_FORWARD", false);
  const reports: BackendReport[] = [];
  for (const backend of backends) reports.push(await report(backend));
  return typeof webgpu === "string" ? { backends: reports, webgpuError: webgpu } : { backends: reports };
}

const page = globalThis as { report?: PageReport | string };
page.report = await run().catch((error: Error) => String(error.stack ?? error));
