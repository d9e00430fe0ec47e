// Random tensors: numbers drawn on the host, then copied to the backend, so that every backend sees the same stream.

import type { Backend } from "../backend.ts";
import { assertShape, sizeOf } from "../shape.ts";
import type { Shape, Tensor } from "../tensor.ts";
import type { Random, UniformOptions } from "./random.ts";

/**
 * A tensor of independent uniform numbers, drawn row-major from `random`.
 *
 * Shapes:   → `shape`, of the backend's float type.
 * Domain:   [low, high) before rounding; float32 rounds to nearest, so that there `high` itself can occur.
 * Throws:   InputError E_SHAPE, E_OPTION.
 */
export function randomUniform(random: Random, backend: Backend, shape: Shape, options: UniformOptions = {}): Tensor {
  return upload(backend, shape, random.uniform(count("randomUniform", shape), options));
}

/**
 * A tensor of independent standard normal numbers, drawn row-major from `random`.
 *
 * Shapes:   → `shape`, of the backend's float type.
 * Throws:   InputError E_SHAPE.
 */
export function randomNormal(random: Random, backend: Backend, shape: Shape): Tensor {
  return upload(backend, shape, random.normal(count("randomNormal", shape)));
}

function upload(backend: Backend, shape: Shape, values: Float64Array): Tensor {
  const data = backend.floatType === "float64" ? values : Float32Array.from(values);
  return backend.fromData(data, shape, backend.floatType);
}

function count(where: string, shape: Shape): number {
  assertShape(where, shape);
  return sizeOf(shape);
}
