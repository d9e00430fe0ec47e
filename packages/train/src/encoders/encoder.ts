// Encoders as a record of parameter tensors and a pure function of it.

import {
  add,
  type Backend,
  matMul,
  normalizeRows,
  type Random,
  reshape,
  type Tensor,
  tanh,
} from "@nce-geometry/tensor";
import { refuse, requireCount, requireOneOf, requirePositive } from "../checks.ts";
import type { ParameterRecord } from "../parameters.ts";
import { type Activation, activate } from "./activation.ts";
import { type Initialization, initialBias, initialWeight } from "./initialization.ts";

interface CommonOptions {
  /** Dimension of the inputs. */
  readonly inputs: number;
  /** Dimension of the representation. */
  readonly outputs: number;
  /** Whether layers have a bias. @defaultValue true */
  readonly bias?: boolean;
  /**
   * What is done to the last layer's output: nothing, division of each row by its norm (onto the sphere), or tanh (into the box).
   * @defaultValue "normalized"
   */
  readonly output?: "linear" | "normalized" | "tanh";
  /** @defaultValue { kind: "torch" }, uniform in ±1/√inputs */
  readonly initialization?: Initialization;
}

/** x ↦ Wx + b. */
export interface LinearEncoderOptions extends CommonOptions {
  readonly kind: "linear";
}

/** Layers with a nonlinearity between them. */
export interface MlpEncoderOptions extends CommonOptions {
  readonly kind: "mlp";
  /** Widths of the hidden layers, at least one. */
  readonly hidden: readonly number[];
  /** @defaultValue "relu" */
  readonly activation?: Activation;
}

/** Plain JSON. */
export type EncoderOptions = LinearEncoderOptions | MlpEncoderOptions;

/** A family of maps R^inputs → Z; its members are parameter records. */
export interface Encoder {
  readonly options: EncoderOptions;
  /** Names of the weights and biases of the layers, first to last. */
  readonly layers: readonly { readonly weight: string; readonly bias?: string }[];
  /** First parameters: weights [outputs, inputs] as in torch, biases [outputs]. */
  init(random: Random, backend: Backend): ParameterRecord;
  /** [n, inputs] → [n, outputs]. */
  apply(parameters: ParameterRecord, x: Tensor): Tensor;
}

/**
 * A linear encoder or a multilayer perceptron.
 *
 * Math:     h ← σ(W_l h + b_l) for the hidden layers, z = φ(W h + b) with φ the identity, h/‖h‖ or tanh.
 * Shapes:   x [n, inputs] → [n, outputs].
 * Domain:   `normalized` refuses a row whose output is 0.
 * Limits:   W = 1, b = 0, `linear` → x;  a hidden layer of relu with W = (1, −1)ᵀ, W' = (1, −1) → x as well.
 * Numerics: as torch's `nn.Linear`; `gelu` is its `approximate="tanh"`.
 * Throws:   InputError E_OPTION; `apply`: E_SHAPE, E_ZERO_ROW.
 */
export function createEncoder(options: EncoderOptions): Encoder {
  check(options);
  const { bias = true, output = "normalized", initialization = { kind: "torch" } } = options;
  const sizes = [options.inputs, ...(options.kind === "mlp" ? options.hidden : []), options.outputs];
  const activation = options.kind === "mlp" ? (options.activation ?? "relu") : "relu";
  const layers = sizes.slice(1).map((_, l) => {
    const prefix = options.kind === "mlp" ? `layer${l + 1}.` : "";
    return bias ? { weight: `${prefix}weight`, bias: `${prefix}bias` } : { weight: `${prefix}weight` };
  });
  return {
    options,
    layers,
    init(random, backend) {
      const entries = layers.flatMap((layer, l) => {
        const size = { inputs: sizes[l]!, outputs: sizes[l + 1]! };
        const weight = initialWeight(random.split(layer.weight), backend, initialization, size);
        if (layer.bias === undefined) return [[layer.weight, weight] as const];
        const offset = initialBias(random.split(layer.bias), backend, initialization, size);
        return [[layer.weight, weight] as const, [layer.bias, offset] as const];
      });
      return Object.fromEntries(entries);
    },
    apply(parameters, x) {
      let h = x;
      for (const [l, layer] of layers.entries()) {
        h = matMul(h, tensorOf(parameters, layer.weight), { transposeB: true });
        if (layer.bias !== undefined) h = add(h, reshape(tensorOf(parameters, layer.bias), [1, sizes[l + 1]!]));
        if (l < layers.length - 1) h = activate(activation, h);
      }
      if (output === "linear") return h;
      return output === "tanh" ? tanh(h) : normalizeRows(h);
    },
  };
}

function tensorOf(parameters: ParameterRecord, name: string): Tensor {
  const tensor = parameters[name];
  if (tensor !== undefined) return tensor;
  const received = Object.keys(parameters).join(", ") || "none";
  return refuse({ where: "apply", argument: "parameters", expected: `a record with "${name}"`, received });
}

function check(options: EncoderOptions): void {
  const where = "createEncoder";
  requireOneOf(where, "kind", options.kind, ["linear", "mlp"]);
  requireCount(where, "inputs", options.inputs, 1);
  requireCount(where, "outputs", options.outputs, 1);
  requireOneOf(where, "output", options.output ?? "linear", ["linear", "normalized", "tanh"]);
  if (options.kind === "mlp") {
    const { hidden, activation = "relu" } = options;
    if (!Array.isArray(hidden) || hidden.length === 0) {
      refuse({ where, argument: "hidden", expected: "a list of at least one width", received: hidden });
    }
    for (const [l, width] of hidden.entries()) requireCount(where, `hidden[${l}]`, width, 1);
    requireOneOf(where, "activation", activation, ["tanh", "relu", "gelu"]);
  }
  const { initialization = { kind: "torch" } } = options;
  requireOneOf(where, "initialization.kind", initialization.kind, ["torch", "normal", "xavier", "kaiming"]);
  if (initialization.kind === "normal" && initialization.deviation !== undefined) {
    requirePositive(where, "initialization.deviation", initialization.deviation);
  }
  if (initialization.kind === "xavier") requirePositive(where, "initialization.gain", initialization.gain ?? 1);
}
