import type { Backend, Tensor } from "@nce-geometry/tensor";

/** Anything but a tensor among the arguments, such as a temperature that is a number, does not matter. */
type Argument = Tensor | number;

/**
 * Runs `fn` in a scope of the backend that computes with all the arguments: where some of them are recorded for
 * differentiation, that is the recording backend, which keeps what the backward pass needs.
 */
export function inScope<T>(args: readonly [Tensor, ...Argument[]], fn: () => T): T {
  let outermost = args[0].backend;
  for (const arg of args) {
    if (typeof arg !== "number" && depthOf(arg.backend) > depthOf(outermost)) outermost = arg.backend;
  }
  return outermost.scope(fn);
}

function depthOf(backend: Backend): number {
  return backend.inner === undefined ? 0 : 1 + depthOf(backend.inner);
}
