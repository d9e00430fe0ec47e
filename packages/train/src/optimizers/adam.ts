import { add, div, maximum, mul, sqrt, square, sub, type Tensor } from "@nce-geometry/tensor";
import type { AdamOptions, AdamWOptions, UpdateRule } from "./optimizer.ts";

/** Adam at step t ≥ 1 with learning rate η, weight decay as its kind has it. */
export function adamRule(options: AdamOptions | AdamWOptions, step: number, learningRate: number): UpdateRule {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = options;
  const decoupled = options.kind === "adamw";
  const weightDecay = options.weightDecay ?? (decoupled ? 0.01 : 0);
  return (parameter, gradient, slots) => {
    const start = decoupled && weightDecay > 0 ? mul(parameter, 1 - learningRate * weightDecay) : parameter;
    const g = !decoupled && weightDecay > 0 ? add(gradient, mul(parameter, weightDecay)) : gradient;
    const mean = blend(slots.mean, g, beta1);
    const second = blend(slots.square, square(g), beta2);
    const largest = amsgrad ? maximum(slots.largestSquare ?? second, second) : undefined;
    const root = add(sqrt(div(largest ?? second, 1 - beta2 ** step)), epsilon);
    const change = div(mul(mean, learningRate / (1 - beta1 ** step)), root);
    const kept = { mean, square: second, ...(largest && { largestSquare: largest }) };
    return { parameter: sub(start, change), slots: kept };
  };
}

/** βm + (1 − β)g, m = 0 at the first step. */
function blend(memory: Tensor | undefined, g: Tensor, beta: number): Tensor {
  const share = mul(g, 1 - beta);
  return memory === undefined ? share : add(mul(memory, beta), share);
}
