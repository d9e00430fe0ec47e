import { fromArray, referenceBackend, type Tensor } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import { disposeState, restoreState, saveState } from "./state.ts";

interface State {
  readonly kind: "example";
  readonly step: number;
  readonly moments?: Tensor;
  readonly random?: { readonly counter: number };
}

test("a state survives JSON bit for bit, with what JSON cannot write", async () => {
  const backend = referenceBackend();
  const values = [Math.PI, -0, 0, Number.NaN, Infinity, -Infinity, 5e-324, 1 / 3];
  const state: State = { kind: "example", step: 3, moments: fromArray(backend, [values]), random: { counter: 7 } };
  const json = JSON.stringify(await saveState(state));
  const restored = restoreState<State>(backend, JSON.parse(json));
  expect(restored).toMatchObject({ kind: "example", step: 3, random: { counter: 7 } });
  expect(restored.moments!.shape).toEqual([1, 8]);
  const numbers = [...restored.moments!.dataSync()];
  for (const [i, value] of values.entries()) expect(numbers[i]).toBe(value);
});

test("absent tensors stay absent", async () => {
  const state: State = { kind: "example", step: 0 };
  expect(restoreState<State>(referenceBackend(), await saveState(state))).toEqual(state);
});

test("disposing frees the tensors", () => {
  const backend = referenceBackend();
  const before = backend.liveTensors();
  disposeState({ a: fromArray(backend, [1]), b: 2, c: fromArray(backend, [[3]]) });
  expect(backend.liveTensors()).toBe(before);
});

test("messages", () => {
  const saved = { kind: "example", step: 0, moments: { shape: [2], values: [1, "one"] } } as never;
  expect(() => restoreState<State>(referenceBackend(), saved)).toThrow(
    'restoreState: `saved.moments` must be an array of numbers, got one with "one".',
  );
});
