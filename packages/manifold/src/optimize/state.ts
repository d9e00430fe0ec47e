// The state of an optimiser or sampler is a flat record of numbers, strings, plain data and tensors. Saved, it is JSON from which the same bits come back.

import { type Backend, fromData, InputError, reshape, type Shape, type Tensor } from "@nce-geometry/tensor";

/** JSON has no number for these. */
export type SavedNumber = number | "NaN" | "Infinity" | "-Infinity" | "-0";

/** A floating-point tensor as JSON. */
export interface SavedTensor {
  readonly shape: Shape;
  /** Row-major. Float32 numbers are written as the float64 numbers they are. */
  readonly values: readonly SavedNumber[];
}

/** A state with its tensors replaced by JSON. */
export type SavedState<State> = {
  readonly [Key in keyof State]: Tensor extends State[Key] ? SavedTensor : State[Key];
};

/**
 * A state as a JSON-able record, to be written to a file and continued with `restoreState`.
 *
 * Shapes:   tensors become their shape and their values; everything else is taken over.
 * Limits:   restoreState(backend, saveState(state)) is the state, bit for bit, on a backend of the same float type.
 */
export async function saveState<State extends object>(state: State): Promise<SavedState<State>> {
  const entries = await Promise.all(
    Object.entries(state).map(
      async ([key, value]) => [key, isTensor(value) ? await saveTensor(value) : value] as const,
    ),
  );
  return Object.fromEntries(entries) as SavedState<State>;
}

/**
 * The state that was saved, with its tensors on the given backend.
 *
 * Limits:   steps from it are the steps that the original would have taken, bit for bit on the reference backend.
 * Throws:   InputError E_FORMAT where an entry that looks like a tensor is none, E_SHAPE.
 */
export function restoreState<State extends object>(backend: Backend, saved: SavedState<State>): State {
  const entries = Object.entries(saved).map(([key, value]) => {
    return [key, isSavedTensor(value) ? restoreTensor(backend, key, value) : value] as const;
  });
  return Object.fromEntries(entries) as State;
}

/** Frees the tensors of a state. */
export function disposeState(state: object): void {
  for (const value of Object.values(state)) if (isTensor(value)) value.dispose();
}

/** The same state with new handles on its tensors, so that disposing of one leaves the other. */
export function copyState<State extends object>(state: State): State {
  const entries = Object.entries(state).map(([key, value]) => [key, isTensor(value) ? copyOf(value) : value] as const);
  return Object.fromEntries(entries) as State;
}

/** A new handle on the same numbers. */
export function copyOf(x: Tensor): Tensor {
  return reshape(x, x.shape);
}

async function saveTensor(x: Tensor): Promise<SavedTensor> {
  return { shape: [...x.shape], values: Array.from(await x.data(), saveNumber) };
}

function saveNumber(value: number): SavedNumber {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : (String(value) as SavedNumber);
}

function restoreTensor(backend: Backend, key: string, { shape, values }: SavedTensor): Tensor {
  const bad = values.find((value) => typeof value !== "number" && !NAMED.has(value));
  if (bad !== undefined) {
    throw new InputError({
      code: "E_FORMAT",
      where: "restoreState",
      argument: `saved.${key}`,
      expected: "an array of numbers",
      received: `one with ${JSON.stringify(bad)}`,
    });
  }
  const numbers = Float64Array.from(values, Number);
  return fromData(backend, backend.floatType === "float64" ? numbers : Float32Array.from(numbers), shape);
}

const NAMED: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity", "-0"]);

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "backend" in value && "dtype" in value && "shape" in value;
}

function isSavedTensor(value: unknown): value is SavedTensor {
  return typeof value === "object" && value !== null && "shape" in value && "values" in value;
}
