// Definitions written out, pair by pair, on float64 numbers: what an engine must reproduce, and how far rounding may take it.

import type { Critic, RowMatrix } from "@nce-geometry/tensor";
import type {
  Diagonal,
  MappedPairValue,
  PairGroups,
  PairValue,
  WeightedScoreGradient,
  WeightedScoreGradientResult,
  WeightedValueGradient,
} from "../engine.ts";

/** Numbers v_ij with bounds on the error of an engine that keeps the contract. */
export interface PairNumbers {
  readonly n: number;
  readonly m: number;
  readonly value: Float64Array;
  readonly error: Float64Array;
}

/**
 * Pair values. With u the unit roundoff of the engine: |δ⟨x, y⟩| ≤ (d + 2)u·‖x‖‖y‖ for any order of summation, and
 * |δD| ≤ 2⁹(d + 2)u·D for a squared distance, twice what the reference promises.
 */
export function pairValues(x: RowMatrix, y: RowMatrix, kind: PairValue, u: number): PairNumbers {
  if (kind.kind === "mapped") return mappedNumbers(pairValues(x, y, { kind: kind.of }, u), kind, u);
  return pairNumbers(x, y, (i, j) => {
    if (kind.kind === "inner") return [inner(x, i, y, j), (x.dim + 2) * u * norm(x, i) * norm(y, j)];
    const squared = squaredDistance(x, i, y, j);
    const relative = 2 ** 9 * (x.dim + 2) * u;
    if (kind.kind === "squaredDistance") return [squared, relative * squared];
    if (kind.kind === "distance") return [Math.sqrt(squared), relative * Math.sqrt(squared)];
    const exponent = squared / (2 * kind.bandwidth ** 2);
    // e^{−t} with t off by a share r is off by the share e^{rt} − 1 ≤ 2rt as long as rt < 1.
    return [Math.exp(-exponent), (2 * relative * exponent + 4 * u) * Math.exp(-exponent)];
  });
}

/**
 * f(u) with u off by δ. For softplus and sigmoid |f″| ≤ f′, so that f moves by at most f′·δ·e^δ; log1p and powers of u ≥ 0 move
 * by the share of u, times the exponent.
 */
function mappedNumbers(base: PairNumbers, { map, scale, offset = 0 }: MappedPairValue, u: number): PairNumbers {
  const value = base.value.map((v) => mapOf(map, scale * v + offset));
  const error = base.error.map((e, at) => {
    const term = scale * base.value[at]!;
    const shift = Math.abs(scale) * e + 3 * u * (Math.abs(term) + Math.abs(offset));
    return 2 * Math.abs(mapSlope(map, term + offset)) * shift + 8 * u * Math.abs(value[at]!);
  });
  return { ...base, value, error };
}

function mapOf(map: MappedPairValue["map"], u: number): number {
  if (map.kind === "power") return u ** map.exponent;
  if (map.kind === "log1p") return Math.log1p(u);
  if (map.kind === "sigmoid") return Math.exp(u) / (1 + Math.exp(u));
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
}

function mapSlope(map: MappedPairValue["map"], u: number): number {
  if (map.kind === "power") return map.exponent * u ** (map.exponent - 1);
  if (map.kind === "log1p") return 1 / (1 + u);
  const sigmoid = mapOf({ kind: "sigmoid" }, u);
  return map.kind === "softplus" ? sigmoid : sigmoid * (1 - sigmoid);
}

/** s_ij/τ. */
export function pairLogits(x: RowMatrix, y: RowMatrix, critic: Critic, temperature: number, u: number): PairNumbers {
  const kind: PairValue = { kind: critic.kind === "cosine" ? "inner" : "squaredDistance" };
  const factor = (critic.kind === "rbf" ? -critic.scale : 1) / temperature;
  const base = pairValues(x, y, kind, u);
  return {
    ...base,
    value: base.value.map((v) => v * factor),
    error: base.error.map((e, at) => (e + 3 * u * Math.abs(base.value[at]!)) * Math.abs(factor)),
  };
}

/** The flat positions of the pairs that count. */
export function pairsOf(
  n: number,
  m: number,
  diagonal: Diagonal | PairGroups | undefined,
): [i: number, j: number, at: number][] {
  return Array.from({ length: n * m }, (_, at): [number, number, number] => [Math.floor(at / m), at % m, at]).filter(
    ([i, j]) =>
      typeof diagonal === "object" ? diagonal.rows[i] !== diagonal.columns[j] : diagonal !== "exclude" || i !== j,
  );
}

/** log Σ e^v over a list, and how far it moves when its entries move by their errors. */
export function logSumExpOf(values: readonly number[], errors: readonly number[]): [value: number, error: number] {
  if (values.length === 0) return [-Infinity, 0];
  const max = Math.max(...values);
  const sum = values.reduce((total, v) => total + Math.exp(v - max), 0);
  return [max + Math.log(sum), Math.max(...errors) + (values.length + 8) * 2 ** -52];
}

/** The gradient by its definition, and bounds on its error. */
export function weightedGradientOf(
  x: RowMatrix,
  y: RowMatrix,
  weights: WeightedScoreGradient,
  u: number,
): { readonly value: WeightedScoreGradientResult; readonly error: WeightedScoreGradientResult } {
  const { critic, temperature, rowWeights, columnWeights, diagonal } = weights;
  const logits = pairLogits(x, y, critic, temperature, u);
  const value = { x: new Float64Array(x.rows * x.dim), y: new Float64Array(y.rows * y.dim) };
  const error = { x: new Float64Array(x.rows * x.dim), y: new Float64Array(y.rows * y.dim) };
  for (const [i, j, at] of pairsOf(x.rows, y.rows, diagonal)) {
    const logit = logits.value[at]!;
    const term = (side: typeof rowWeights, index: number): number =>
      side ? side.coefficient[index]! * Math.exp(logit - side.logNormalizer[index]!) : 0;
    const weight = term(rowWeights, i) + term(columnWeights, j);
    // The weight carries the error of its exponent, the product and the sum over the other side a rounding each.
    const share = 2 * logits.error[at]! + (x.rows + y.rows + 8 + Math.abs(logit)) * u;
    for (let k = 0; k < x.dim; k++) {
      const a = x.data[i * x.dim + k]!;
      const b = y.data[j * y.dim + k]!;
      const [toX, toY] = critic.kind === "cosine" ? [b, a] : [2 * critic.scale * (b - a), 2 * critic.scale * (a - b)];
      value.x[i * x.dim + k]! += weight * toX;
      value.y[j * y.dim + k]! += weight * toY;
      error.x[i * x.dim + k]! += share * Math.abs(weight * toX);
      error.y[j * y.dim + k]! += share * Math.abs(weight * toY);
    }
  }
  return { value, error };
}

/** The gradient of Σ_ij (a_i + b_j) v_ij by its definition, and bounds on its error. */
export function valueGradientOf(
  x: RowMatrix,
  y: RowMatrix,
  weights: WeightedValueGradient,
  u: number,
): { readonly value: WeightedScoreGradientResult; readonly error: WeightedScoreGradientResult } {
  const { value: kind, rowWeights, columnWeights, diagonal } = weights;
  const ofInner = kind.kind === "inner" || (kind.kind === "mapped" && kind.of === "inner");
  const bases = pairValues(x, y, { kind: ofInner ? "inner" : "squaredDistance" }, u);
  const value = { x: new Float64Array(x.rows * x.dim), y: new Float64Array(y.rows * y.dim) };
  const error = { x: new Float64Array(x.rows * x.dim), y: new Float64Array(y.rows * y.dim) };
  for (const [i, j, at] of pairsOf(x.rows, y.rows, diagonal)) {
    const weight = (rowWeights?.[i] ?? 0) + (columnWeights?.[j] ?? 0);
    const [slope, slopeError] = slopeAt(kind, bases.value[at]!, bases.error[at]!, u);
    const share = slopeError + (x.rows + y.rows + 8) * u;
    for (let k = 0; k < x.dim; k++) {
      const a = x.data[i * x.dim + k]!;
      const b = y.data[j * y.dim + k]!;
      const [toX, toY] = ofInner ? [b, a] : [2 * (a - b), 2 * (b - a)];
      value.x[i * x.dim + k]! += weight * slope * toX;
      value.y[j * y.dim + k]! += weight * slope * toY;
      error.x[i * x.dim + k]! += share * Math.abs(weight * slope * toX);
      error.y[j * y.dim + k]! += share * Math.abs(weight * slope * toY);
    }
  }
  return { value, error };
}

/** dv/dbase and its relative error when the base is off by `e`. */
function slopeAt(kind: PairValue, base: number, e: number, u: number): [slope: number, relativeError: number] {
  switch (kind.kind) {
    case "inner":
    case "squaredDistance":
      return [1, 0];
    case "distance":
      return [0.5 / Math.sqrt(base), e / base + 4 * u];
    case "gaussian": {
      const rate = 1 / (2 * kind.bandwidth ** 2);
      return [-rate * Math.exp(-rate * base), 2 * rate * e + 8 * u];
    }
    case "mapped": {
      const { map, scale, offset = 0 } = kind;
      const argument = scale * base + offset;
      const shift = Math.abs(scale) * e + 3 * u * (Math.abs(scale * base) + Math.abs(offset));
      // |d log f′/du| ≤ 1 for softplus, sigmoid and log1p, |exponent − 1|/u for powers.
      const rate = map.kind === "power" ? Math.abs(map.exponent - 1) / argument : 1;
      return [scale * mapSlope(map, argument), 2 * rate * shift + 8 * u];
    }
  }
}

function pairNumbers(x: RowMatrix, y: RowMatrix, of: (i: number, j: number) => [number, number]): PairNumbers {
  const numbers = {
    n: x.rows,
    m: y.rows,
    value: new Float64Array(x.rows * y.rows),
    error: new Float64Array(x.rows * y.rows),
  };
  for (const [i, j, at] of pairsOf(x.rows, y.rows, "include")) [numbers.value[at], numbers.error[at]] = of(i, j);
  return numbers;
}

function inner(x: RowMatrix, i: number, y: RowMatrix, j: number): number {
  let sum = 0;
  for (let k = 0; k < x.dim; k++) sum += x.data[i * x.dim + k]! * y.data[j * y.dim + k]!;
  return sum;
}

function squaredDistance(x: RowMatrix, i: number, y: RowMatrix, j: number): number {
  let sum = 0;
  for (let k = 0; k < x.dim; k++) sum += (x.data[i * x.dim + k]! - y.data[j * y.dim + k]!) ** 2;
  return sum;
}

function norm(x: RowMatrix, i: number): number {
  return Math.sqrt(inner(x, i, x, i));
}
