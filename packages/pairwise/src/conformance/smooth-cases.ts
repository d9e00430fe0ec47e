// Reductions and gradients that are sums: equal to their definitions up to rounding.

import type { Critic } from "@nce-geometry/tensor";
import type { Diagonal, PairGroups, PairValue } from "../engine.ts";
import {
  logSumExpOf,
  type PairNumbers,
  pairLogits,
  pairsOf,
  pairValues,
  valueGradientOf,
  weightedGradientOf,
} from "./brute-force.ts";
import { type EngineCase, expectNear, expectTrue, unitRoundoff } from "./conformance-case.ts";
import { integers, normalRows, SIZES } from "./inputs.ts";

const CRITICS: readonly Critic[] = [{ kind: "cosine" }, { kind: "rbf", scale: 0.75 }];
const DIAGONALS: readonly Diagonal[] = ["include", "exclude"];
const VALUES: readonly PairValue[] = [
  { kind: "inner" },
  { kind: "squaredDistance" },
  { kind: "distance" },
  { kind: "gaussian", bandwidth: 1.5 },
  { kind: "mapped", of: "inner", map: { kind: "softplus" }, scale: 1.5, offset: -2 },
  { kind: "mapped", of: "squaredDistance", map: { kind: "softplus" }, scale: -0.5, offset: 1 },
  { kind: "mapped", of: "inner", map: { kind: "sigmoid" }, scale: -1.5, offset: 0.5 },
  { kind: "mapped", of: "squaredDistance", map: { kind: "log1p" }, scale: 2 },
  { kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent: -0.75 }, scale: 1 },
  { kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent: -0.5 }, scale: 0.25, offset: 1 },
];
// Warm, and so cold that exponentials of the bare logits would overflow.
const TEMPERATURES = [0.7, 1e-3];

export function smoothCases(): EngineCase[] {
  return SIZES.flatMap((size) => [
    ...CRITICS.flatMap((critic) =>
      [...DIAGONALS, groupsOf(size)].flatMap((diagonal) =>
        TEMPERATURES.map((temperature) => logSumExpCase(size, critic, temperature, diagonal)),
      ),
    ),
    ...VALUES.flatMap((value) => DIAGONALS.map((diagonal) => sumCase(size, value, diagonal))),
    ...VALUES.flatMap((value) => DIAGONALS.map((diagonal) => valueGradientCase(size, value, diagonal))),
    ...CRITICS.flatMap((critic) => DIAGONALS.map((diagonal) => gradientCase(size, critic, diagonal))),
  ]);
}

type Size = (typeof SIZES)[number];

function groupsOf({ n, m }: Size): PairGroups {
  return { rows: integers("groups", n, 4), columns: integers("column groups", m, 4) };
}

function logSumExpCase(size: Size, critic: Critic, temperature: number, diagonal: Diagonal | PairGroups): EngineCase {
  const leftOut = typeof diagonal === "string" ? `diagonal ${diagonal}` : "own group left out";
  const name = `logSumExp: ${critic.kind}, τ = ${temperature}, ${leftOut}, ${describe(size)}`;
  return {
    name,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const [result] = await engine.reduce(x, y, [{ kind: "logSumExp", critic, temperature, diagonal }]);
      const logits = pairLogits(x, y, critic, temperature, unitRoundoff(engine));
      for (const [side, index, length] of [
        ["rows", 0, size.n],
        ["columns", 1, size.m],
      ] as const) {
        const expected = groups(logits, diagonal, index, length).map((group) => logSumExpOf(...group));
        const slack = 8 * unitRoundoff(engine);
        const tolerance = expected.map(([value, error]) => 2 * error + slack * (1 + Math.abs(value)));
        expectNear(
          side,
          result[side],
          expected.map(([value]) => value),
          tolerance,
        );
      }
    },
  };
}

function sumCase(size: Size, value: PairValue, diagonal: Diagonal): EngineCase {
  return {
    name: `sum: ${nameOf(value)}, diagonal ${diagonal}, ${describe(size)}`,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const [result] = await engine.reduce(x, y, [{ kind: "sum", value, diagonal }]);
      const numbers = pairValues(x, y, value, unitRoundoff(engine));
      const rows = groups(numbers, diagonal, 0, size.n).map((group) => sumOf(...group));
      const columns = groups(numbers, diagonal, 1, size.m).map((group) => sumOf(...group));
      const all = pairsOf(size.n, size.m, diagonal);
      const total = sumOf(
        all.map(([, , at]) => numbers.value[at]!),
        all.map(([, , at]) => numbers.error[at]!),
      );
      expectNear(
        "rows",
        result.rows,
        rows.map(([sum]) => sum),
        rows.map(([, error]) => error),
      );
      expectNear(
        "columns",
        result.columns,
        columns.map(([sum]) => sum),
        columns.map(([, error]) => error),
      );
      expectNear("total", [result.total], [total[0]], [total[1]]);
      expectTrue(`pairs = ${all.length}, got ${result.pairs}`, result.pairs === all.length);
    },
  };
}

function gradientCase(size: Size, critic: Critic, diagonal: Diagonal): EngineCase {
  return {
    name: `gradient: ${critic.kind}, diagonal ${diagonal}, ${describe(size)}`,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const temperature = 0.7;
      const [sums] = await engine.reduce(x, y, [{ kind: "logSumExp", critic, temperature }]);
      const rowWeights = { coefficient: coefficients(size.n), logNormalizer: sums.rows };
      const columnWeights = { coefficient: coefficients(size.m).map((c) => 0.5 - c), logNormalizer: sums.columns };
      for (const sides of [{ rowWeights, columnWeights }, { rowWeights }, { columnWeights }, {}]) {
        const weights = { critic, temperature, diagonal, ...sides };
        const result = await engine.gradient(x, y, weights);
        const { value, error } = weightedGradientOf(x, y, weights, unitRoundoff(engine));
        expectNear("x", result.x, value.x, error.x);
        expectNear("y", result.y, value.y, error.y);
      }
    },
  };
}

function valueGradientCase(size: Size, value: PairValue, diagonal: Diagonal): EngineCase {
  return {
    name: `gradient of sums: ${nameOf(value)}, diagonal ${diagonal}, ${describe(size)}`,
    async run(engine) {
      const [x, y] = rowsOf(size);
      const rowWeights = coefficients(size.n);
      const columnWeights = coefficients(size.m).map((c) => 0.3 - c);
      const sides = [{ rowWeights, columnWeights }, { rowWeights }, { columnWeights }, {}];
      // One of them for the large size, which is there for the tiles.
      for (const side of size.n > 100 ? sides.slice(0, 1) : sides) {
        const weights = { value, diagonal, ...side };
        const result = await engine.gradient(x, y, weights);
        const expected = valueGradientOf(x, y, weights, unitRoundoff(engine));
        expectNear("x", result.x, expected.value.x, expected.error.x);
        expectNear("y", result.y, expected.value.y, expected.error.y);
      }
    },
  };
}

function nameOf(value: PairValue): string {
  if (value.kind !== "mapped") return value.kind;
  const { map, of } = value;
  return `${map.kind === "power" ? `power ${map.exponent}` : map.kind} of ${of}`;
}

function coefficients(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 1 / (1 + i));
}

/** Values and errors of the pairs of each row (index 0) or column (index 1). */
function groups(
  numbers: PairNumbers,
  diagonal: Diagonal | PairGroups,
  index: 0 | 1,
  length: number,
): [values: number[], errors: number[]][] {
  const lists = Array.from({ length }, (): [number[], number[]] => [[], []]);
  for (const pair of pairsOf(numbers.n, numbers.m, diagonal)) {
    lists[pair[index]]![0].push(numbers.value[pair[2]]!);
    lists[pair[index]]![1].push(numbers.error[pair[2]]!);
  }
  return lists;
}

/** The sum and its bound: the errors of the terms and one float64 rounding per addition, here and there. */
function sumOf(values: readonly number[], errors: readonly number[]): [number, number] {
  const add = (a: number, b: number): number => a + b;
  const magnitude = values.map(Math.abs).reduce(add, 0);
  return [values.reduce(add, 0), errors.reduce(add, 0) + values.length * 2 ** -52 * magnitude];
}

function rowsOf({ n, m, d }: Size): [ReturnType<typeof normalRows>, ReturnType<typeof normalRows>] {
  return [normalRows("smooth x", n, d), normalRows("smooth y", m, d)];
}

function describe({ n, m, d }: Size): string {
  return `${n} × ${m} rows of ${d}`;
}
