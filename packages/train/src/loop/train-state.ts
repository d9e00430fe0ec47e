// A checkpoint: parameters and what the optimiser remembers, as JSON from which the same bits come back.

import { type Backend, fromData, InputError, type Shape, type Tensor } from "@nce-geometry/tensor";
import { type OptimizerState, optimizerInit } from "../optimizers/optimizer.ts";
import { copyParameters, disposeParameters, type ParameterRecord } from "../parameters.ts";

/** Where a training stands. */
export interface TrainState {
  /** Steps taken since the beginning. */
  readonly step: number;
  readonly parameters: ParameterRecord;
  readonly optimizer: OptimizerState;
}

/** JSON has no number for these. */
export type SavedNumber = number | "NaN" | "Infinity" | "-Infinity" | "-0";

/** A float tensor as JSON. */
export interface SavedTensor {
  readonly shape: Shape;
  /** Row-major. Float32 numbers are written as the float64 numbers they are. */
  readonly values: readonly SavedNumber[];
}

type SavedRecord = Readonly<Record<string, SavedTensor>>;

/** A {@link TrainState} as JSON. */
export interface SavedTrainState {
  readonly schema: "nce-geometry/train-state@1";
  readonly step: number;
  readonly parameters: SavedRecord;
  readonly optimizer: { readonly step: number; readonly slots: Readonly<Record<string, SavedRecord>> };
}

/** The state before the first step. The parameters remain the caller's to dispose of. */
export function trainInit(parameters: ParameterRecord): TrainState {
  return { step: 0, parameters: copyParameters(parameters), optimizer: optimizerInit() };
}

/**
 * A state as a JSON-able record.
 *
 * Limits: {@link restoreTrainState} gives the state back, bit for bit, on a backend of the same float type.
 */
export async function saveTrainState(state: TrainState): Promise<SavedTrainState> {
  const slots = await Promise.all(
    Object.entries(state.optimizer.slots).map(async ([slot, record]) => [slot, await saveRecord(record)] as const),
  );
  return {
    schema: "nce-geometry/train-state@1",
    step: state.step,
    parameters: await saveRecord(state.parameters),
    optimizer: { step: state.optimizer.step, slots: Object.fromEntries(slots) },
  };
}

/**
 * The state that was saved, on a backend.
 *
 * Limits: training that goes on from it is training that never stopped, bit for bit on the reference backend.
 * Throws: InputError E_FORMAT where it is no saved state, E_SHAPE.
 */
export function restoreTrainState(backend: Backend, saved: SavedTrainState): TrainState {
  const schema: unknown = saved?.schema;
  if (schema !== "nce-geometry/train-state@1") {
    refuseFormat("saved.schema", '"nce-geometry/train-state@1"', JSON.stringify(schema) ?? "undefined");
  }
  if (!Number.isSafeInteger(saved.step) || saved.step < 0) {
    refuseFormat("saved.step", "an integer ≥ 0", String(saved.step));
  }
  const slots = Object.entries(saved.optimizer.slots).map(
    ([slot, record]) => [slot, restoreRecord(backend, slot, record)] as const,
  );
  return {
    step: saved.step,
    parameters: restoreRecord(backend, "parameters", saved.parameters),
    optimizer: { step: saved.optimizer.step, slots: Object.fromEntries(slots) },
  };
}

/** Frees the tensors of a state. */
export function disposeTrainState(state: TrainState): void {
  disposeParameters(state.parameters);
  for (const record of Object.values(state.optimizer.slots)) disposeParameters(record);
}

async function saveRecord(record: ParameterRecord): Promise<SavedRecord> {
  const entries = Object.entries(record).map(async ([name, tensor]) => [name, await saveTensor(tensor)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function saveTensor(x: Tensor): Promise<SavedTensor> {
  return { shape: [...x.shape], values: Array.from(await x.data(), saveNumber) };
}

function saveNumber(value: number): SavedNumber {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : (String(value) as SavedNumber);
}

function restoreRecord(backend: Backend, where: string, saved: SavedRecord): ParameterRecord {
  return Object.fromEntries(
    Object.entries(saved).map(([name, tensor]) => [name, restoreTensor(backend, `saved.${where}.${name}`, tensor)]),
  );
}

const named: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity", "-0"]);

function restoreTensor(backend: Backend, argument: string, { shape, values }: SavedTensor): Tensor {
  const bad = Array.isArray(values) ? values.findIndex((v) => typeof v !== "number" && !named.has(v)) : -2;
  if (bad === -2) refuseFormat(argument, "a tensor with `shape` and `values`", "none");
  if (bad >= 0) refuseFormat(argument, "a tensor of numbers", `${JSON.stringify(values[bad])} at ${bad}`);
  const numbers = Float64Array.from(values, Number);
  return fromData(backend, backend.floatType === "float64" ? numbers : Float32Array.from(numbers), shape);
}

function refuseFormat(argument: string, expected: string, received: string): never {
  throw new InputError({ code: "E_FORMAT", where: "restoreTrainState", argument, expected, received });
}
