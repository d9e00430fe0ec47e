// One case on one backend: the right numbers, the right type and shape, nothing left in memory, the same bits twice.

import {
  type Backend,
  type DType,
  isFloat,
  isInputError,
  referenceBackend,
  type Tensor,
  type TensorData,
} from "@nce-geometry/tensor";
import { expectClose } from "../expect-close.ts";
import { upload } from "./host-array.ts";
import { isOpName, OP_NAMES } from "./op-names.ts";
import type { OperationCase } from "./operation-case.ts";

/** What a backend may declare about its arithmetic; every declaration carries its reason. */
export interface Accuracy {
  /** By operation: more ulps than the case derives. */
  readonly ulps?: Readonly<Record<string, { readonly ulps: number; readonly reason: string }>>;
  /** Why numbers below the smallest normal one may be replaced by 0. @defaultValue they may not */
  readonly flushesSubnormals?: string;
}

/** Throws unless the backend does the case as the reference does, or declares honestly that it cannot. */
export async function checkOperation(backend: Backend, subject: OperationCase, accuracy: Accuracy = {}): Promise<void> {
  const live = backend.liveTensors();
  const inputs = subject.inputs.map((input) => upload(backend, input));
  const results = callIfSupported(backend, subject, inputs);
  if (results !== undefined) {
    const made = results.filter((result) => !inputs.includes(result)).length;
    expectLive(backend, live + inputs.length + made, "beyond its results");
    await compareWithReference(backend, subject, results, accuracy);
    await expectSameBits(results, callIfSupported(backend, subject, inputs) ?? []);
    for (const result of results) result.dispose();
  }
  for (const input of inputs) input.dispose();
  expectLive(backend, live, "after everything was disposed");
}

/** The results, or `undefined` where the call was rightly refused. Anything but E_UNSUPPORTED is passed on. */
export function callIfSupported(
  backend: Backend,
  subject: OperationCase,
  inputs: readonly Tensor[],
): Tensor[] | undefined {
  const { operation } = subject;
  const missing = OP_NAMES.filter((name) => !backend.supports(`op:${name}`));
  const refused = whenUnsupported(() => listOf(subject.run(...inputs)));
  if (refused.results === undefined) {
    if (missing.length === 0) throw new Error(`${operation}: refused, although every operation is declared supported`);
    if (isOpName(operation) && !missing.includes(operation)) {
      throw new Error(`${operation}: refused, although op:${operation} is declared supported`);
    }
    return undefined;
  }
  if (isOpName(operation) && missing.includes(operation)) {
    throw new Error(`${operation}: works, although op:${operation} is declared missing`);
  }
  return refused.results;
}

export function allowedUlps({ operation, ulps }: OperationCase, accuracy: Accuracy): number {
  return Math.max(ulps, accuracy.ulps?.[operation]?.ulps ?? 0);
}

export function expectLive(backend: Backend, expected: number, when: string): void {
  const surplus = backend.liveTensors() - expected;
  if (surplus !== 0) throw new Error(`${backend.name}: ${surplus} more live tensors than there should be, ${when}`);
}

export function listOf(result: Tensor | readonly Tensor[]): Tensor[] {
  return "length" in result ? [...result] : [result];
}

/** Below it, the spacing of numbers no longer shrinks with them. */
export function smallestNormal(backend: Backend): number {
  return backend.floatType === "float64" ? 2 ** -1022 : 2 ** -126;
}

async function compareWithReference(
  backend: Backend,
  subject: OperationCase,
  results: readonly Tensor[],
  accuracy: Accuracy,
): Promise<void> {
  const reference = referenceBackend();
  const inputs = subject.inputs.map((input) => upload(reference, input));
  const expected = listOf(subject.run(...inputs));
  const magnitude = subject.magnitude?.(...inputs).dataSync();
  if (results.length !== expected.length) throw new Error(`${results.length} results instead of ${expected.length}`);
  for (const [index, result] of results.entries()) {
    const wanted = expected[index]!;
    expectSameForm(backend, result, wanted);
    const ulps = allowedUlps(subject, accuracy);
    const sizes = index === 0 ? magnitude : undefined;
    expectNumbers(backend, await result.data(), wanted.dataSync(), { ulps, sizes, accuracy });
  }
}

function expectSameForm(backend: Backend, actual: Tensor, expected: Tensor): void {
  const dtype: DType = isFloat(expected.dtype) ? backend.floatType : expected.dtype;
  if (actual.dtype !== dtype) throw new Error(`the result is ${actual.dtype} instead of ${dtype}`);
  const [got, wanted] = [actual, expected].map(({ shape }) => `[${shape.join(", ")}]`);
  if (got !== wanted) throw new Error(`the result has shape ${got} instead of ${wanted}`);
}

interface Allowance {
  readonly ulps: number;
  readonly sizes: ArrayLike<number> | undefined;
  readonly accuracy: Accuracy;
}

function expectNumbers(backend: Backend, actual: TensorData, exact: TensorData, allowance: Allowance): void {
  const { ulps, sizes, accuracy } = allowance;
  if (actual.length !== exact.length) throw new Error(`${actual.length} elements instead of ${exact.length}`);
  const floor = smallestNormal(backend);
  const flush = (value: number): number =>
    accuracy.flushesSubnormals !== undefined && Math.abs(value) < floor ? 0 : value;
  // Numbers of the reference as the backend's type would hold them; integers are the same everywhere.
  const rounded = backend.floatType === "float32" && exact instanceof Float64Array;
  const expected = Array.from(exact, rounded ? Math.fround : Number);
  for (let i = 0; i < actual.length; i++) {
    const size = sizes?.[i] ?? 0;
    const scale = Math.max(Number.isFinite(size) ? size : 0, floor);
    try {
      expectClose(flush(actual[i]!), flush(expected[i]!), { ulps, epsilon: backend.epsilon, scale });
    } catch (error) {
      throw new Error(`element ${i} of ${actual.length}: ${(error as Error).message}`);
    }
  }
}

async function expectSameBits(first: readonly Tensor[], second: readonly Tensor[]): Promise<void> {
  for (const [index, tensor] of first.entries()) {
    const [a, b] = [await tensor.data(), await second[index]!.data()];
    for (let i = 0; i < a.length; i++) {
      if (!Object.is(a[i], b[i])) throw new Error(`two equal calls differ at element ${i}: ${a[i]} and ${b[i]}`);
    }
  }
  for (const tensor of second) tensor.dispose();
}

function whenUnsupported<T>(call: () => T): { results: T | undefined } {
  try {
    return { results: call() };
  } catch (error) {
    if (isInputError(error) && error.code === "E_UNSUPPORTED") return { results: undefined };
    throw error;
  }
}
