import { add, mul, sub } from "@nce-geometry/tensor";
import type { SgdOptions, UpdateRule } from "./optimizer.ts";

/** Gradient descent with learning rate η. */
export function sgdRule(options: SgdOptions, learningRate: number): UpdateRule {
  const { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  return (parameter, gradient, slots) => {
    const g = weightDecay > 0 ? add(gradient, mul(parameter, weightDecay)) : gradient;
    if (momentum === 0) return { parameter: sub(parameter, mul(g, learningRate)), slots: {} };
    const old = slots.momentum;
    // The memory has handles of its own: multiplied by 1, the first gradient is a new tensor.
    const memory = old === undefined ? mul(g, 1) : add(mul(old, momentum), mul(g, 1 - dampening));
    const direction = nesterov ? add(g, mul(memory, momentum)) : memory;
    return { parameter: sub(parameter, mul(direction, learningRate)), slots: { momentum: memory } };
  };
}
