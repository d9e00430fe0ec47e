import { expect, test } from "vitest";
import { refusal, values } from "../../test/support.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { fromArray, scalar, zeros } from "./create.ts";
import { mul } from "./elementwise.ts";
import { gather, scatterAdd } from "./gather.ts";
import { sum } from "./reduce.ts";

const backend = referenceBackend();
const positions = (...indices: number[]): Tensor => fromArray(backend, indices, { dtype: "int32" });
const x = fromArray(backend, [
  [1, 2],
  [3, 4],
  [5, 6],
]);

test("rows by index, repeats allowed", () => {
  const rows = gather(x, positions(2, 0, 2));
  expect([rows.shape, values(rows)]).toEqual([
    [3, 2],
    [5, 6, 1, 2, 5, 6],
  ]);
  expect(values(gather(fromArray(backend, [7, 8, 9]), positions(1, 1)))).toEqual([8, 8]);
  expect(gather(x, positions()).shape).toEqual([0, 2]);
});

test("updates of one row accumulate, the others stay zero", () => {
  expect(values(scatterAdd(positions(2, 0, 2), x, { rows: 4 }))).toEqual([3, 4, 0, 0, 6, 8, 0, 0]);
  expect(values(scatterAdd(positions(), zeros(backend, [0, 2]), { rows: 1 }))).toEqual([0, 0]);
});

test("the two are adjoint: ⟨gather(x), u⟩ = ⟨x, scatterAdd(u)⟩", () => {
  const at = positions(2, 0, 2, 1);
  const u = fromArray(backend, [
    [1, -2],
    [3, 5],
    [-7, 11],
    [13, 17],
  ]);
  expect(values(sum(mul(gather(x, at), u)))).toEqual(values(sum(mul(x, scatterAdd(at, u, { rows: 3 })))));
});

test("messages", () => {
  const hint = "Element types are never mixed silently: use cast.";
  expect(refusal(() => gather(x, positions(0, 3)))).toBe(
    "E_OPTION gather: `indices` must be integers from 0 to 2, got 3 at position 1.",
  );
  expect(refusal(() => gather(zeros(backend, [0, 2]), positions(0)))).toBe(
    "E_OPTION gather: `indices` must be empty because there are no rows, got 0 at position 0.",
  );
  expect(refusal(() => scatterAdd(positions(-1), zeros(backend, [1, 2]), { rows: 2 }))).toBe(
    "E_OPTION scatterAdd: `indices` must be integers from 0 to 1, got -1 at position 0.",
  );
  expect(refusal(() => gather(scalar(backend, 1), positions(0)))).toBe(
    "E_SHAPE gather: `x` must be of rank 1 or more, got [].",
  );
  expect(refusal(() => gather(x, fromArray(backend, [0])))).toBe(
    `E_DTYPE gather: \`indices\` must be an int32 tensor, got float64. ${hint}`,
  );
  expect(refusal(() => gather(x, fromArray(backend, [[0]], { dtype: "int32" })))).toBe(
    "E_SHAPE gather: `indices` must be of shape [k], got [1, 1].",
  );
  expect(refusal(() => scatterAdd(positions(0), x, { rows: 3 }))).toBe(
    "E_SHAPE scatterAdd: `updates` must be of shape [1, …], one row per index, got [3, 2].",
  );
  expect(refusal(() => scatterAdd(positions(0), zeros(backend, [1]), { rows: 0.5 }))).toBe(
    "E_OPTION scatterAdd: `rows` must be a non-negative integer, got 0.5.",
  );
});
