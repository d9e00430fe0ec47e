// Helpers of this package's own tests. Expected derivatives are central differences in float64.

import { expect } from "vitest";
import { valueAndGrad } from "../src/autodiff/value-and-grad.ts";
import type { Backend } from "../src/backend.ts";
import { isInputError } from "../src/input-error.ts";
import { fromData } from "../src/ops/create.ts";
import { createRandom } from "../src/random/random.ts";
import { sizeOf } from "../src/shape.ts";
import type { Shape, Tensor } from "../src/tensor.ts";

export const epsilon = Number.EPSILON;

/** Elements as plain numbers, without the sign of zero. */
export function values(x: Tensor): number[] {
  return Array.from(x.dataSync(), (value) => value + 0);
}

/** A tensor of seeded standard normal numbers. */
export function normal(backend: Backend, shape: Shape, seed: string): Tensor {
  return fromData(backend, Float64Array.from(createRandom(seed).normal(sizeOf(shape))), shape);
}

/** Gradients of a scalar function as plain numbers, one list per input. */
export function gradientsOf(f: (...xs: Tensor[]) => Tensor, inputs: readonly Tensor[]): number[][] {
  return valueAndGrad(f, inputs).gradients.map(values);
}

/**
 * Compares every partial derivative with a central difference. The step balances the two errors of the difference; the
 * tolerance is what they can amount to: the change on doubling the step, and some dozens of roundings of f over the step.
 */
export function expectGradients(f: (...xs: Tensor[]) => Tensor, inputs: readonly Tensor[]): void {
  gradientsOf(f, inputs).forEach((gradient, which) => {
    const point = values(inputs[which]!);
    gradient.forEach((derivative, index) => {
      const step = Math.cbrt(epsilon) * Math.max(1, Math.abs(point[index]!));
      const near = difference(f, inputs, which, index, step);
      const far = difference(f, inputs, which, index, 2 * step);
      const numeric = (4 * near.quotient - far.quotient) / 3;
      const allowed = Math.abs(far.quotient - near.quotient) + (64 * epsilon * (near.size + 1)) / step;
      const label = `∂f/∂inputs[${which}][${index}]: ${derivative}, by differences ${numeric} ± ${allowed}`;
      expect(Math.abs(derivative - numeric) <= allowed, label).toBe(true);
    });
  });
}

function difference(
  f: (...xs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  which: number,
  index: number,
  step: number,
): { quotient: number; size: number } {
  const { backend } = inputs[0]!;
  const at = (offset: number): number => {
    const moved = inputs.map((x, input) => {
      const data = Float64Array.from(x.dataSync());
      if (input === which) data[index]! += offset;
      return fromData(backend, data, x.shape);
    });
    return backend.scope(() => f(...moved)).dataSync()[0]!;
  };
  const [above, below] = [at(step), at(-step)];
  return { quotient: (above - below) / (2 * step), size: Math.max(Math.abs(above), Math.abs(below)) };
}

/** Code and whole message of the InputError that `fn` throws, e.g. `E_SHAPE add: …`. */
export function refusal(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    if (isInputError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error("nothing was refused");
}
