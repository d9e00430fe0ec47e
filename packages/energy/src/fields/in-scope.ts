import type { Backend, Tensor } from "@nce-geometry/tensor";

/** Runs `fn` in a scope of the backend that computes with all the arguments: the one that records for the others, if any does. */
export function inScope<T>(args: readonly [Tensor, ...(Tensor | number)[]], fn: () => T): T {
  let outermost = args[0].backend;
  for (const arg of args) {
    if (typeof arg !== "number" && depthOf(arg.backend) > depthOf(outermost)) outermost = arg.backend;
  }
  return outermost.scope(fn);
}

function depthOf(backend: Backend): number {
  return backend.inner === undefined ? 0 : 1 + depthOf(backend.inner);
}
