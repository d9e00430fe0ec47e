import { add, lessEqual, mul, type Tensor, tanh, where } from "@nce-geometry/tensor";

/** `gelu` is the form with tanh, torch's `approximate="tanh"`. */
export type Activation = "tanh" | "relu" | "gelu";

/**
 * A nonlinearity, element by element.
 *
 * Math:   tanh x;  relu max(x, 0), of derivative 0 at 0;  gelu ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
 * Shapes: any → the same.
 * Limits: NaN → NaN;  gelu(0) = 0, gelu(x) → x for x → ∞ and 0 for x → −∞.
 */
export function activate(activation: Activation, x: Tensor): Tensor {
  if (activation === "tanh") return tanh(x);
  if (activation === "relu") return where(lessEqual(x, 0), 0, x);
  const inner = mul(mul(x, add(mul(mul(x, x), 0.044715), 1)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
}

/** Largest slope of each; that of gelu is 1.12899…, at x = 1.4185. */
export const largestSlope: Readonly<Record<Activation, number>> = { tanh: 1, relu: 1, gelu: 1.129 };
