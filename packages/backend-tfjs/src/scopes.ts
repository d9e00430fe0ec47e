// Frees the tensors made in a scope. Only what this backend made is freed, not what raw tf calls made meanwhile: that is
// the business of tf.tidy, inside which all of this works as well.

import { InputError } from "@nce-geometry/tensor";
import type { TfjsTensor } from "./tfjs-tensor.ts";

export class Scopes {
  readonly #open: Set<TfjsTensor>[] = [];

  /** Registers a tensor with the innermost scope. */
  add(tensor: TfjsTensor): TfjsTensor {
    this.#open.at(-1)?.add(tensor);
    return tensor;
  }

  /** Runs `fn` and disposes of what was added meanwhile, save what its result holds: tensors, or what lies below them. */
  run<T>(fn: () => T): T {
    const created = new Set<TfjsTensor>();
    this.#open.push(created);
    let kept: ReadonlySet<unknown> = new Set();
    try {
      const result = fn();
      if (result instanceof Promise) throw asynchronous();
      kept = objectsIn(result);
      return result;
    } finally {
      this.#open.pop();
      const outer = this.#open.at(-1);
      for (const tensor of created) {
        if (kept.has(tensor) || kept.has(tensor.native)) outer?.add(tensor);
        else tensor.dispose();
      }
    }
  }
}

/** Every object that is the value itself, or an entry of arrays and plain records, however deep. */
function objectsIn(result: unknown): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || found.has(value)) return;
    found.add(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (Array.isArray(value)) value.forEach(visit);
    else if (prototype === Object.prototype || prototype === null) Object.values(value).forEach(visit);
  };
  visit(result);
  return found;
}

function asynchronous(): InputError {
  return new InputError({
    code: "E_OPTION",
    where: "scope",
    argument: "fn",
    expected: "synchronous",
    received: "a function that returns a promise",
    hint: "Read data before or after the scope.",
  });
}
