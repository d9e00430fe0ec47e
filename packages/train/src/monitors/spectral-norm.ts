import {
  createRandom,
  div,
  greater,
  matMul,
  minimum,
  mul,
  randomNormal,
  sqrt,
  square,
  sum,
  type Tensor,
  where,
} from "@nce-geometry/tensor";
import { refuse, requireCount, requirePositive } from "../checks.ts";
import { largestSlope } from "../encoders/activation.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { mapParameters, type ParameterRecord } from "../parameters.ts";

export interface SpectralNormOptions {
  /** Products with W and with Wᵀ, an integer ≥ 1. @defaultValue 50 */
  readonly iterations?: number;
  /** Seed of the first direction. @defaultValue 0 */
  readonly seed?: number;
}

/**
 * Largest singular value of a matrix, by power iteration.
 *
 * Math:     v ← Wᵀ(Wv)/‖Wᵀ(Wv)‖, σ = ‖Wv‖.
 * Shapes:   [m, n] → [].
 * Limits:   a diagonal matrix → the largest |entry|;  an orthogonal one → 1;  0 → 0;  scales with W.
 * Numerics: never above the true value, and below by at most a share of about (σ₂/σ₁)^{4·iterations} times the ratio of the other
 *           directions in the first one. Nothing is read back.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   classical; for encoders arXiv:1802.05957.
 */
export function spectralNorm(weight: Tensor, options: SpectralNormOptions = {}): Tensor {
  const { iterations = 50, seed = 0 } = options;
  requireCount("spectralNorm", "iterations", iterations, 1);
  if (weight.shape.length !== 2) {
    const received = `[${weight.shape.join(", ")}]`;
    refuse({ code: "E_SHAPE", where: "spectralNorm", argument: "weight", expected: "of shape [m, n]", received });
  }
  return weight.backend.scope(() => {
    let v = unit(randomNormal(createRandom(seed), weight.backend, [weight.shape[1]!, 1]));
    for (let k = 0; k < iterations; k++) v = unit(matMul(weight, unit(matMul(weight, v)), { transposeA: true }));
    return norm(matMul(weight, v));
  });
}

export interface SpectralConstraint extends SpectralNormOptions {
  /** Largest spectral norm that weights keep, > 0. @defaultValue 1 */
  readonly largest?: number;
}

/**
 * Parameters whose matrices have a bounded spectral norm; everything else as it is.
 *
 * Math:     W·min(1, largest/σ(W)).
 * Limits:   applied twice → as once;  smaller matrices as they are.
 * Numerics: σ by {@link spectralNorm}, hence above `largest` by its error.
 * Throws:   InputError E_OPTION.
 */
export function constrainSpectralNorm(parameters: ParameterRecord, options: SpectralConstraint = {}): ParameterRecord {
  const { largest = 1 } = options;
  requirePositive("constrainSpectralNorm", "largest", largest);
  return mapParameters(parameters, (tensor) => {
    if (tensor.shape.length !== 2) return tensor;
    // A norm of 0 gives ∞, of which 1 is the smaller.
    return mul(tensor, minimum(div(largest, spectralNorm(tensor, options)), 1));
  });
}

/**
 * A Lipschitz constant of an encoder, before the last layer's output is normalised.
 *
 * Math:     Π_l σ(W_l) times the largest slope of each nonlinearity: 1 for relu and tanh, 1.129 for gelu.
 * Shapes:   record → [].
 * Limits:   linear → σ(W), which is attained.
 * Numerics: σ by {@link spectralNorm}. Normalisation itself stretches by up to 1/‖h‖ and is not counted.
 * Throws:   InputError E_OPTION.
 */
export function lipschitzBound(
  encoder: Encoder,
  parameters: ParameterRecord,
  options: SpectralNormOptions = {},
): Tensor {
  const { options: kind, layers } = encoder;
  const slope = kind.kind === "mlp" ? largestSlope[kind.activation ?? "relu"] : 1;
  const norms = layers.map(({ weight }) => {
    const tensor = parameters[weight];
    if (tensor === undefined) {
      const received = Object.keys(parameters).join(", ") || "none";
      refuse({ where: "lipschitzBound", argument: "parameters", expected: `a record with "${weight}"`, received });
    }
    return spectralNorm(tensor!, options);
  });
  return mul(
    norms.reduce((a, b) => mul(a, b)),
    slope ** (layers.length - 1),
  );
}

function norm(v: Tensor): Tensor {
  return sqrt(sum(square(v)));
}

/** 0 stays 0. */
function unit(v: Tensor): Tensor {
  const length = norm(v);
  return where(greater(length, 0), div(v, where(greater(length, 0), length, 1)), v);
}
