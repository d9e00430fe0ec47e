// Counts live tensors and frees those of a scope.

import { InputError } from "../input-error.ts";
import type { Tensor } from "../tensor.ts";

export class Memory<T extends Tensor> {
  #live = 0;
  readonly #scopes: Set<T>[] = [];

  get live(): number {
    return this.#live;
  }

  /** Registers a new tensor with the innermost scope. */
  add(tensor: T): T {
    this.#live++;
    this.#scopes.at(-1)?.add(tensor);
    return tensor;
  }

  /** Must be called exactly once when a tensor is disposed. */
  removed(tensor: T): void {
    this.#live--;
    this.#scopes.at(-1)?.delete(tensor);
  }

  /** Runs `fn` and disposes of every tensor added meanwhile that is not in its result. */
  scope<R>(fn: () => R): R {
    const created = new Set<T>();
    this.#scopes.push(created);
    let kept: ReadonlySet<unknown> = new Set();
    try {
      const result = fn();
      if (result instanceof Promise) throw asynchronous();
      kept = tensorsIn(result);
      return result;
    } finally {
      this.#scopes.pop();
      const outer = this.#scopes.at(-1);
      for (const tensor of created) {
        if (kept.has(tensor)) outer?.add(tensor);
        else tensor.dispose();
      }
    }
  }
}

/** The tensors found in a tensor, or in arrays and plain records of tensors, however deep. */
function tensorsIn(result: unknown): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || found.has(value)) return;
    found.add(value);
    if (Array.isArray(value)) value.forEach(visit);
    else if (isRecord(value)) Object.values(value).forEach(visit);
  };
  visit(result);
  return found;
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
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
