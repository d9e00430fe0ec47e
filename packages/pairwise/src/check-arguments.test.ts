import type { RowMatrix } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import { checkGradientArguments, checkReduceArguments } from "./check-arguments.ts";
import type { Reduction, WeightedScoreGradient, WeightedValueGradient } from "./engine.ts";

const three: RowMatrix = { rows: 3, dim: 2, data: new Float64Array(6) };
const two: RowMatrix = { rows: 2, dim: 2, data: new Float64Array(4) };
const inner = { kind: "inner" } as const;
const cosine = { kind: "cosine" } as const;

const bad: [Reduction, string][] = [
  [
    { kind: "logSumExp", critic: cosine, temperature: 0 },
    "temperature` must be a finite number > 0, got 0. Unit rows usually take 0.01 to 1; for the limit τ → 0 use `topK` with k = 1.",
  ],
  [
    { kind: "logSumExp", critic: cosine, temperature: Number.NaN },
    "temperature` must be a finite number > 0, got NaN. Unit rows usually take 0.01 to 1; for the limit τ → 0 use `topK` with k = 1.",
  ],
  [
    { kind: "logSumExp", critic: { kind: "rbf", scale: -1 }, temperature: 1 },
    "critic.scale` must be a finite number > 0, got -1.",
  ],
  [
    { kind: "sum", value: { kind: "gaussian", bandwidth: Number.POSITIVE_INFINITY } },
    "value.bandwidth` must be a finite number > 0, got Infinity. The median distance between rows is the usual choice.",
  ],
  [
    { kind: "sum", value: { kind: "mapped", of: "inner", map: { kind: "softplus" }, scale: Number.NaN } },
    "value.scale` must be a finite number, got NaN.",
  ],
  [
    { kind: "sum", value: { kind: "mapped", of: "inner", map: { kind: "sigmoid" }, scale: 1, offset: Infinity } },
    "value.offset` must be a finite number, got Infinity.",
  ],
  [
    { kind: "sum", value: { kind: "mapped", of: "inner", map: { kind: "log1p" }, scale: 1 } },
    'value.of` must be "squaredDistance" for the map "log1p", got "inner".',
  ],
  [
    { kind: "sum", value: { kind: "mapped", of: "squaredDistance", map: { kind: "log1p" }, scale: 0 } },
    "value.scale` must be a finite number > 0, got 0.",
  ],
  [
    {
      kind: "sum",
      value: { kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent: 2 }, scale: 1, offset: -1 },
    },
    "value.offset` must be a finite number ≥ 0, got -1.",
  ],
  [
    {
      kind: "sum",
      value: { kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent: Infinity }, scale: 1 },
    },
    "value.map.exponent` must be a finite number, got Infinity.",
  ],
  [
    { kind: "rank" },
    "targets` must be given when there are more rows than columns, got none for 3 rows and 2 columns. Row i is compared with column i unless `targets` says otherwise.",
  ],
  [{ kind: "rank", targets: Int32Array.of(0, 1) }, "targets` must be of length 3, got 2."],
  [{ kind: "rank", targets: Int32Array.of(0, 2, -1) }, "targets` must be columns 0 … 1, got 2 for row 1."],
  [
    { kind: "rank", targets: { offsets: Int32Array.of(0, 1), columns: Int32Array.of(0) } },
    "targets.offsets` must be of length 4, got 2.",
  ],
  [
    { kind: "rank", targets: { offsets: Int32Array.of(0, 2, 1, 3), columns: Int32Array.of(0, 1, 0) } },
    "targets.offsets` must be ascending from 0 to 3, got 1 at 2.",
  ],
  [
    { kind: "rank", targets: { offsets: Int32Array.of(0, 0, 2, 3), columns: Int32Array.of(0, 1, 5) } },
    "targets.columns` must be columns 0 … 1, got 5 for row 2.",
  ],
  [
    {
      kind: "rank",
      targets: Int32Array.of(0, 1, 1),
      groups: { rows: Int32Array.of(0), columns: Int32Array.of(0, 1) },
    },
    "groups.rows` must be of length 3, got 1.",
  ],
  [{ kind: "topK", k: 1.5 }, "k` must be a whole number ≥ 1, got 1.5."],
  [{ kind: "histogram", value: inner, low: 0, high: 1, bins: 0 }, "bins` must be a whole number ≥ 1, got 0."],
  [{ kind: "histogram", value: inner, low: 1, high: 1, bins: 4 }, "high` must be above `low` = 1, got 1."],
  [
    { kind: "histogram", value: inner, low: 0, high: Number.POSITIVE_INFINITY, bins: 4 },
    "high` must be at a finite distance from `low`, got [0, Infinity).",
  ],
  [{ kind: "collect", value: inner, low: 0, high: Number.NaN, limit: 4 }, "high` must be above `low` = 0, got NaN."],
  [{ kind: "collect", value: inner, low: 0, high: 1, limit: 0 }, "limit` must be a whole number ≥ 1, got 0."],
];

test.each(bad)("%o", (reduction, message) => {
  const good = { kind: "topK", k: 1 } as const;
  expect(() => checkReduceArguments(three, two, [good, reduction])).toThrow(
    withMessage(`reduce: \`reductions[1].${message}`),
  );
});

test("rows", () => {
  const against = (x: RowMatrix) => () => checkReduceArguments(three, x, []);
  expect(against({ ...two, dim: 1, data: new Float64Array(2) })).toThrow(
    withMessage("reduce: `y` must be of the dimension of `x`, 2, got 1."),
  );
  expect(against({ ...two, rows: 3 })).toThrow(
    withMessage("reduce: `y.data` must be of length rows·dim = 3·2 = 6, got 4."),
  );
  expect(against({ ...two, rows: -1 })).toThrow(withMessage("reduce: `y.rows` must be a whole number ≥ 0, got -1."));
  expect(against({ ...two, dim: 0 })).toThrow(withMessage("reduce: `y.dim` must be a whole number ≥ 1, got 0."));
});

test("weights of a gradient", () => {
  const weights = (change: Partial<WeightedScoreGradient>) => () =>
    checkGradientArguments(three, two, { critic: cosine, temperature: 1, ...change });
  const pair = (a: number, b: number) => ({ coefficient: new Float64Array(a), logNormalizer: new Float64Array(b) });
  expect(weights({ rowWeights: pair(3, 3), columnWeights: pair(2, 2) })).not.toThrow();
  expect(weights({ temperature: -1 })).toThrow(
    withMessage(
      "gradient: `weights.temperature` must be a finite number > 0, got -1. Unit rows usually take 0.01 to 1; for the limit τ → 0 use `topK` with k = 1.",
    ),
  );
  expect(weights({ critic: { kind: "rbf", scale: 0 } })).toThrow(
    withMessage("gradient: `weights.critic.scale` must be a finite number > 0, got 0."),
  );
  expect(weights({ rowWeights: pair(2, 3) })).toThrow(
    withMessage("gradient: `weights.rowWeights.coefficient` must be of length 3, got 2."),
  );
  expect(weights({ columnWeights: pair(2, 3) })).toThrow(
    withMessage("gradient: `weights.columnWeights.logNormalizer` must be of length 2, got 3."),
  );
});

test("weights of the gradient of a sum", () => {
  const weights = (change: Partial<WeightedValueGradient>) => () =>
    checkGradientArguments(three, two, { value: inner, ...change });
  expect(weights({ rowWeights: new Float64Array(3), columnWeights: new Float64Array(2) })).not.toThrow();
  expect(weights({ rowWeights: new Float64Array(2) })).toThrow(
    withMessage("gradient: `weights.rowWeights` must be of length 3, got 2."),
  );
  expect(weights({ columnWeights: new Float64Array(3) })).toThrow(
    withMessage("gradient: `weights.columnWeights` must be of length 2, got 3."),
  );
  expect(weights({ value: { kind: "gaussian", bandwidth: 0 } })).toThrow(
    withMessage(
      "gradient: `weights.value.bandwidth` must be a finite number > 0, got 0. The median distance between rows is the usual choice.",
    ),
  );
});

function withMessage(message: string): unknown {
  return expect.objectContaining({ name: "InputError", message });
}
