// What an engine refuses, said once, so that every engine says it in the same words.

import { type Critic, InputError, type InputErrorCode, isRowMatrix, type Rows } from "@nce-geometry/tensor";
import type {
  MappedPairValue,
  PairGroups,
  PairValue,
  RankReduction,
  Reduction,
  TargetLists,
  WeightedScoreGradient,
  WeightedValueGradient,
} from "./engine.ts";

/**
 * Checks the arguments of `PairwiseEngine.reduce`; each engine calls it first.
 *
 * Shapes:   x [n, d], y [m, d]; targets [n] with entries below m, or lists of such; groups [n] and [m].
 * Domain:   temperature, bandwidth and scale finite and > 0; k, bins and limit whole numbers ≥ 1; low < high.
 * Throws:   InputError E_SHAPE, E_OPTION.
 */
export function checkReduceArguments(x: Rows, y: Rows, reductions: readonly Reduction[]): void {
  checkRowsPair("reduce", x, y);
  reductions.forEach((reduction, position) => {
    checkReduction(reduction, `reductions[${position}]`, x.rows, y.rows);
  });
}

/**
 * Checks the arguments of `PairwiseEngine.gradient`; each engine calls it first.
 *
 * Shapes:   x [n, d], y [m, d]; row weights [n], column weights [m].
 * Domain:   temperature, bandwidth and scale finite and > 0.
 * Throws:   InputError E_SHAPE, E_OPTION.
 */
export function checkGradientArguments(x: Rows, y: Rows, weights: WeightedScoreGradient | WeightedValueGradient): void {
  const where = "gradient";
  checkRowsPair(where, x, y);
  const checkLength = (argument: string, got: number | undefined, length: number): void => {
    if (got === undefined || got === length) return;
    refuse("E_SHAPE", where, `weights.${argument}`, `of length ${length}`, String(got));
  };
  if ("value" in weights) {
    checkPairValue(where, "weights.value", weights.value);
    checkLength("rowWeights", weights.rowWeights?.length, x.rows);
    checkLength("columnWeights", weights.columnWeights?.length, y.rows);
    return;
  }
  checkCritic(where, "weights", weights.critic);
  checkPositive(where, "weights.temperature", weights.temperature);
  for (const part of ["coefficient", "logNormalizer"] as const) {
    checkLength(`rowWeights.${part}`, weights.rowWeights?.[part].length, x.rows);
    checkLength(`columnWeights.${part}`, weights.columnWeights?.[part].length, y.rows);
  }
}

/** Checks that both are well-formed and of one dimension. */
export function checkRowsPair(where: string, x: Rows, y: Rows): void {
  checkRows(where, "x", x);
  checkRows(where, "y", y);
  if (x.dim !== y.dim) {
    refuse("E_SHAPE", where, "y", `of the dimension of \`x\`, ${x.dim}`, String(y.dim));
  }
}

/** Checks that the counts are whole numbers and that a matrix holds as many numbers as they say. */
export function checkRows(where: string, argument: string, rows: Rows): void {
  checkCount("E_SHAPE", where, `${argument}.rows`, rows.rows, 0);
  checkCount("E_SHAPE", where, `${argument}.dim`, rows.dim, 1);
  if (isRowMatrix(rows) && rows.data.length !== rows.rows * rows.dim) {
    const expected = `of length rows·dim = ${rows.rows}·${rows.dim} = ${rows.rows * rows.dim}`;
    refuse("E_SHAPE", where, `${argument}.data`, expected, String(rows.data.length));
  }
}

/** Checks the parameters that some pair values have. */
export function checkPairValue(where: string, argument: string, value: PairValue): void {
  if (value.kind === "gaussian") checkPositive(where, `${argument}.bandwidth`, value.bandwidth);
  else if (value.kind === "mapped") checkMapped(where, argument, value);
}

/** Logarithms and powers are kept to numbers ≥ 0, so that finite rows never give NaN. */
function checkMapped(where: string, argument: string, { of, map, scale, offset = 0 }: MappedPairValue): void {
  if (map.kind === "softplus" || map.kind === "sigmoid") {
    checkFinite(where, `${argument}.scale`, scale);
    checkFinite(where, `${argument}.offset`, offset);
    return;
  }
  if (of !== "squaredDistance") {
    refuse("E_OPTION", where, `${argument}.of`, `"squaredDistance" for the map "${map.kind}"`, JSON.stringify(of));
  }
  checkPositive(where, `${argument}.scale`, scale);
  if (!(offset >= 0 && Number.isFinite(offset))) {
    refuse("E_OPTION", where, `${argument}.offset`, "a finite number ≥ 0", String(offset));
  }
  if (map.kind === "power") checkFinite(where, `${argument}.map.exponent`, map.exponent);
}

function checkFinite(where: string, argument: string, value: number): void {
  if (!Number.isFinite(value)) refuse("E_OPTION", where, argument, "a finite number", String(value));
}

/** Checks that `value` is a whole number of at least `least`. */
export function checkCount(code: InputErrorCode, where: string, argument: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    refuse(code, where, argument, `a whole number ≥ ${least}`, String(value));
  }
}

function checkReduction(reduction: Reduction, argument: string, n: number, m: number): void {
  const where = "reduce";
  switch (reduction.kind) {
    case "logSumExp":
      checkCritic(where, argument, reduction.critic);
      checkPositive(where, `${argument}.temperature`, reduction.temperature);
      if (typeof reduction.diagonal === "object") checkGroups(`${argument}.diagonal`, reduction.diagonal, n, m);
      break;
    case "sum":
      checkPairValue(where, `${argument}.value`, reduction.value);
      break;
    case "rank":
      checkTargets(argument, reduction.targets, n, m);
      if (reduction.groups) checkGroups(`${argument}.groups`, reduction.groups, n, m);
      break;
    case "topK":
      checkCount("E_OPTION", where, `${argument}.k`, reduction.k, 1);
      break;
    case "histogram":
      checkPairValue(where, `${argument}.value`, reduction.value);
      checkCount("E_OPTION", where, `${argument}.bins`, reduction.bins, 1);
      if (typeof reduction.diagonal === "object") checkGroups(`${argument}.diagonal`, reduction.diagonal, n, m);
      checkInterval(argument, reduction.low, reduction.high);
      if (!Number.isFinite(reduction.high - reduction.low)) {
        const received = `[${reduction.low}, ${reduction.high})`;
        refuse("E_OPTION", where, `${argument}.high`, "at a finite distance from `low`", received);
      }
      break;
    case "collect":
      checkPairValue(where, `${argument}.value`, reduction.value);
      checkCount("E_OPTION", where, `${argument}.limit`, reduction.limit, 1);
      checkInterval(argument, reduction.low, reduction.high);
      break;
  }
}

function checkGroups(argument: string, { rows, columns }: PairGroups, n: number, m: number): void {
  if (rows.length !== n) refuse("E_SHAPE", "reduce", `${argument}.rows`, `of length ${n}`, String(rows.length));
  if (columns.length !== m)
    refuse("E_SHAPE", "reduce", `${argument}.columns`, `of length ${m}`, String(columns.length));
}

function checkTargetLists(argument: string, { offsets, columns }: TargetLists, n: number, m: number): void {
  const where = "reduce";
  const name = `${argument}.targets.offsets`;
  if (offsets.length !== n + 1) refuse("E_SHAPE", where, name, `of length ${n + 1}`, String(offsets.length));
  const falling = offsets.findIndex((offset, row) => offset < (row === 0 ? 0 : offsets[row - 1]!));
  if (offsets[0] !== 0 || falling >= 0 || offsets[n] !== columns.length) {
    refuse(
      "E_OPTION",
      where,
      name,
      `ascending from 0 to ${columns.length}`,
      `${offsets[Math.max(0, falling)]} at ${Math.max(0, falling)}`,
    );
  }
  const target = columns.findIndex((column) => column < 0 || column >= m);
  if (target < 0) return;
  const row = offsets.findLastIndex((offset) => offset <= target);
  refuse("E_OPTION", where, `${argument}.targets.columns`, `columns 0 … ${m - 1}`, `${columns[target]} for row ${row}`);
}

function checkTargets(argument: string, targets: RankReduction["targets"], n: number, m: number): void {
  const where = "reduce";
  if (!targets) {
    if (n > m) {
      const received = `none for ${n} rows and ${m} columns`;
      const hint = "Row i is compared with column i unless `targets` says otherwise.";
      refuse("E_SHAPE", where, `${argument}.targets`, "given when there are more rows than columns", received, hint);
    }
    return;
  }
  if ("offsets" in targets) {
    checkTargetLists(argument, targets, n, m);
    return;
  }
  if (targets.length !== n) refuse("E_SHAPE", where, `${argument}.targets`, `of length ${n}`, String(targets.length));
  const row = targets.findIndex((target) => target < 0 || target >= m);
  if (row >= 0) {
    refuse("E_OPTION", where, `${argument}.targets`, `columns 0 … ${m - 1}`, `${targets[row]} for row ${row}`);
  }
}

function checkInterval(argument: string, low: number, high: number): void {
  if (!(low < high)) refuse("E_OPTION", "reduce", `${argument}.high`, `above \`low\` = ${low}`, String(high));
}

function checkCritic(where: string, argument: string, critic: Critic): void {
  if (critic.kind === "rbf") checkPositive(where, `${argument}.critic.scale`, critic.scale);
}

function checkPositive(where: string, argument: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  refuse("E_OPTION", where, argument, "a finite number > 0", String(value), hints[argument.split(".").at(-1)!]);
}

const hints: Readonly<Record<string, string>> = {
  temperature: "Unit rows usually take 0.01 to 1; for the limit τ → 0 use `topK` with k = 1.",
  bandwidth: "The median distance between rows is the usual choice.",
};

function refuse(
  code: InputErrorCode,
  where: string,
  argument: string,
  expected: string,
  received: string,
  hint?: string,
): never {
  throw new InputError({ code, where, argument, expected, received, hint });
}
