import { type Backend, fromData, type Random, type Shape, type Tensor } from "@nce-geometry/tensor";

/**
 * The law of the first weights of a layer with `inputs` inputs and `outputs` outputs.
 * - `torch`: uniform in ±1/√inputs, for weights and biases, as `torch.nn.Linear` has it.
 * - `normal`: weights N(0, deviation²), 1/√inputs unless given; biases 0.
 * - `xavier`: weights uniform in ±gain·√(6/(inputs + outputs)), torch's `xavier_uniform_`; biases 0.
 * - `kaiming`: weights N(0, 2/inputs), torch's `kaiming_normal_` for relu; biases 0.
 */
export type Initialization =
  | { readonly kind: "torch" }
  | { readonly kind: "normal"; readonly deviation?: number }
  | { readonly kind: "xavier" /** @defaultValue 1 */; readonly gain?: number }
  | { readonly kind: "kaiming" };

interface LayerSize {
  readonly inputs: number;
  readonly outputs: number;
}

/** Weights [outputs, inputs]; drawn on the host in float64, so that every backend starts from the same numbers, rounded. */
export function initialWeight(
  random: Random,
  backend: Backend,
  initialization: Initialization,
  { inputs, outputs }: LayerSize,
): Tensor {
  const n = inputs * outputs;
  return upload(backend, drawWeights(random, n, initialization, { inputs, outputs }), [outputs, inputs]);
}

/** Biases [outputs]. */
export function initialBias(
  random: Random,
  backend: Backend,
  initialization: Initialization,
  { inputs, outputs }: LayerSize,
): Tensor {
  const bound = 1 / Math.sqrt(inputs);
  const isTorch = initialization.kind === "torch";
  const values = isTorch ? random.uniform(outputs, { low: -bound, high: bound }) : new Float64Array(outputs);
  return upload(backend, values, [outputs]);
}

function drawWeights(random: Random, n: number, law: Initialization, { inputs, outputs }: LayerSize): Float64Array {
  const uniform = (bound: number) => random.uniform(n, { low: -bound, high: bound });
  const normal = (deviation: number) => random.normal(n).map((value) => deviation * value);
  if (law.kind === "torch") return uniform(1 / Math.sqrt(inputs));
  if (law.kind === "xavier") return uniform((law.gain ?? 1) * Math.sqrt(6 / (inputs + outputs)));
  if (law.kind === "kaiming") return normal(Math.sqrt(2 / inputs));
  return normal(law.deviation ?? 1 / Math.sqrt(inputs));
}

function upload(backend: Backend, values: Float64Array, shape: Shape): Tensor {
  return fromData(backend, backend.floatType === "float64" ? values : Float32Array.from(values), shape);
}
