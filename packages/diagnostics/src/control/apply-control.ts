// A fitted control at work on rows, a block at a time.

import { asRowSource } from "@nce-geometry/pairwise";
import { InputError, isRowMatrix, type RowSource, type Rows } from "@nce-geometry/tensor";
import { type ControlStep, type ControlTransform, decodeTransform } from "./control-transform.ts";

/** A control made ready for many calls. */
export interface LoadedControl {
  readonly dim: number;
  /** As {@link applyControl}, without decoding the transform again. */
  apply(rows: Rows, side: "x" | "y"): RowSource;
}

/** Squared norms of rows that were normalised and then stored as float32 deviate from 1 by some 1e-7. */
const unitTolerance = 1e-5;

/** What is left of a unit row after subtracting an equal vector is rounding of this size. */
const directionless = 16 * Number.EPSILON;

/**
 * The rows of one modality after a fitted control, read block by block.
 *
 * Math:     each row through the steps of the transform for its side, see {@link ControlStep}.
 * Shapes:   rows [n, d] of unit rows → a source of n rows of dimension d, float64.
 * Domain:   any number of rows, seen in fitting or not.
 * Limits:   identity → the rows themselves;  n rows at once or one by one give the same bits.
 * Numerics: float64. Memory: one block. A bad row is found when its block is read.
 * Throws:   InputError E_FORMAT, E_OPTION, E_SHAPE at once; E_NOT_FINITE, E_ZERO_ROW, E_OPTION from `read`, naming the row.
 */
export function applyControl(transform: ControlTransform, rows: Rows, side: "x" | "y"): RowSource {
  return applied("applyControl", decodeTransform("applyControl", transform), rows, side);
}

/**
 * Decodes a transform once for many calls, such as single queries.
 *
 * Throws: InputError E_FORMAT, E_OPTION.
 */
export function loadControl(transform: ControlTransform): LoadedControl {
  const decoded = decodeTransform("loadControl", transform);
  return { dim: decoded.dim, apply: (rows, side) => applied("loadControl.apply", decoded, rows, side) };
}

function applied(where: string, transform: ControlTransform<Float64Array>, rows: Rows, side: "x" | "y"): RowSource {
  const { dim } = transform;
  if (side !== "x" && side !== "y") {
    const received = JSON.stringify(side) ?? typeof side;
    throw new InputError({ code: "E_OPTION", where, argument: "side", expected: '"x" or "y"', received });
  }
  if (rows.dim !== dim) {
    const hint = "A control applies to embeddings of the model that it was fitted on.";
    const expected = `of dimension ${dim}, as the transform is`;
    throw new InputError({
      code: "E_SHAPE",
      where,
      argument: "rows",
      expected,
      received: `[${rows.rows}, ${rows.dim}]`,
      hint,
    });
  }
  const source = isRowMatrix(rows) ? asRowSource(rows) : rows;
  const change = compile(transform[side], dim);
  return {
    rows: rows.rows,
    dim,
    dtype: "float64",
    async read(start, count, out) {
      const block = out ? out.subarray(0, count * dim) : new Float64Array(count * dim);
      block.set((await source.read(start, count)).subarray(0, count * dim));
      const row = new Float64Array(dim);
      for (let i = 0; i < count; i++) {
        row.set(block.subarray(i * dim, (i + 1) * dim));
        assertUnit(where, row, start + i);
        if (!change(row)) throw withoutDirection(where, start + i);
        block.set(row, i * dim);
      }
      return block;
    },
  };
}

/** The steps as one function that changes a row in place; false where nothing is left to normalise. */
function compile(steps: readonly ControlStep<Float64Array>[], dim: number): (row: Float64Array) => boolean {
  const changes = steps.map((step) => compileStep(step, dim));
  return (row) => changes.every((change) => change(row));
}

function compileStep(step: ControlStep<Float64Array>, dim: number): (row: Float64Array) => boolean {
  switch (step.op) {
    case "subtract":
      return eachCoordinate((row, k) => row[k]! - step.vector[k]!);
    case "divide":
      return eachCoordinate((row, k) => row[k]! / step.vector[k]!);
    case "multiply":
      return multiply(step.matrix, dim);
    case "remove":
      return remove(step.directions, dim);
    case "residual":
      return residual(step, dim);
    case "normalize":
      return normalize;
  }
}

function eachCoordinate(change: (row: Float64Array, k: number) => number): (row: Float64Array) => boolean {
  return (row) => {
    for (let k = 0; k < row.length; k++) row[k] = change(row, k);
    return true;
  };
}

function multiply(matrix: Float64Array, dim: number): (row: Float64Array) => boolean {
  const product = new Float64Array(dim);
  return (row) => {
    product.fill(0);
    addProduct(product, row, matrix);
    row.set(product);
    return true;
  };
}

function remove(directions: Float64Array, dim: number): (row: Float64Array) => boolean {
  return (row) => {
    for (let at = 0; at < directions.length; at += dim) {
      let along = 0;
      for (let k = 0; k < dim; k++) along += row[k]! * directions[at + k]!;
      for (let k = 0; k < dim; k++) row[k]! -= along * directions[at + k]!;
    }
    return true;
  };
}

function residual(
  { activation, down, downBias, up, bias }: Extract<ControlStep<Float64Array>, { readonly op: "residual" }>,
  dim: number,
): (row: Float64Array) => boolean {
  const hidden = new Float64Array(downBias.length);
  const change = new Float64Array(dim);
  return (row) => {
    hidden.set(downBias);
    addProduct(hidden, row, down);
    if (activation === "tanh") for (let k = 0; k < hidden.length; k++) hidden[k] = Math.tanh(hidden[k]!);
    change.set(bias);
    addProduct(change, hidden, up);
    for (let k = 0; k < dim; k++) row[k]! += change[k]!;
    return true;
  };
}

/** into += row · matrix, the matrix having as many columns as `into` entries. */
function addProduct(into: Float64Array, row: Float64Array, matrix: Float64Array): void {
  const columns = into.length;
  for (let k = 0; k < row.length; k++) {
    const factor = row[k]!;
    for (let c = 0, at = k * columns; c < columns; c++, at++) into[c]! += factor * matrix[at]!;
  }
}

function normalize(row: Float64Array): boolean {
  const norm = Math.sqrt(squaredNorm(row));
  if (norm <= directionless) return false;
  for (let k = 0; k < row.length; k++) row[k]! /= norm;
  return true;
}

function squaredNorm(row: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k]! * row[k]!;
  return sum;
}

function assertUnit(where: string, row: Float64Array, index: number): void {
  const square = squaredNorm(row);
  if (Math.abs(square - 1) <= unitTolerance) return;
  const argument = "rows";
  if (!Number.isFinite(square)) {
    const received = `NaN or ∞ in row ${index}`;
    throw new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received });
  }
  const expected = "of unit rows";
  if (square === 0) {
    const hint = "A zero row has no direction; remove it.";
    throw new InputError({ code: "E_ZERO_ROW", where, argument, expected, received: `zeros in row ${index}`, hint });
  }
  const received = `norm ${Math.sqrt(square).toPrecision(6)} in row ${index}`;
  const hint = "Normalise the rows first, as those were that the control was fitted on.";
  throw new InputError({ code: "E_OPTION", where, argument, expected, received, hint });
}

function withoutDirection(where: string, index: number): InputError {
  const received = `nothing of row ${index}`;
  const hint = "The row equals what the control takes away, such as the mean; remove it.";
  const expected = "rows of which the control leaves a direction";
  return new InputError({ code: "E_ZERO_ROW", where, argument: "rows", expected, received, hint });
}
