// The suite itself is tested by engines that are wrong on purpose: each must be found out by the case that is meant for it.

import type { RowMatrix, Rows } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import type { HistogramReduction, HistogramResult, PairwiseEngine, Reduction, TopKReductionResult } from "../engine.ts";
import { referenceEngine } from "../reference-engine.ts";
import { engineConformance } from "./index.ts";

const reference = referenceEngine();

/** An engine that changes reductions before, or results after, the reference has done its work. */
function mutant(
  before: (reduction: Reduction) => Reduction,
  after: (result: never, reduction: Reduction, m: number) => void = () => {},
): PairwiseEngine {
  const reduce = async (...[x, y, reductions, control]: Parameters<PairwiseEngine["reduce"]>): Promise<unknown[]> => {
    const results = await reference.reduce(x, y, reductions.map(before), control);
    for (const [i, result] of results.entries()) after(result as never, reductions[i]!, y.rows);
    return results;
  };
  return { ...reference, reduce: reduce as PairwiseEngine["reduce"] };
}

const withGradient = (gradient: PairwiseEngine["gradient"]): PairwiseEngine => ({ ...reference, gradient });

const mutants: Record<string, [PairwiseEngine, RegExp]> = {
  "doubles τ": [mutant((r) => (r.kind === "logSumExp" ? { ...r, temperature: 2 * r.temperature } : r)), /^logSumExp/],
  "ignores the diagonal": [
    mutant((r) => (r.kind === "sum" && r.value.kind === "inner" ? { ...r, diagonal: "include" } : r)),
    /^sum: inner, diagonal exclude/,
  ],
  "forgets the square of the bandwidth": [
    mutant((r) =>
      "value" in r && r.value.kind === "gaussian" ? { ...r, value: { kind: "gaussian", bandwidth: 1.5 ** 0.5 } } : r,
    ),
    /^sum: gaussian/,
  ],
  "counts the target as a tie": [
    mutant(
      (r) => r,
      (result: { equal: Int32Array }, { kind }) =>
        kind === "rank" && result.equal.forEach((_, i) => void result.equal[i]!++),
    ),
    /^rank/,
  ],
  "prefers the higher index": [
    mutant(
      (r) => r,
      (result: TopKReductionResult, { kind }) => kind === "topK" && swapFirstTie(result),
    ),
    /^topK: k = 3/,
  ],
  "puts a value on an edge into the lower bin": [
    {
      ...reference,
      reduce: (async (...[x, y, reductions, control]: Parameters<PairwiseEngine["reduce"]>) => {
        const results: unknown[] = await reference.reduce(x, y, reductions, control);
        for (const [i, reduction] of reductions.entries()) {
          if (reduction.kind === "histogram") results[i] = await mirrored(x as RowMatrix, y, reduction);
        }
        return results;
      }) as PairwiseEngine["reduce"],
    },
    /^histogram and collect: inner/,
  ],
  "drops τ from the gradient": [
    withGradient((x, y, weights) => reference.gradient(x, y, { ...weights, temperature: 1 })),
    /^gradient: cosine/,
  ],
  "drops the columns' weights": [
    withGradient((x, y, { columnWeights: _, ...weights }) => reference.gradient(x, y, weights)),
    /^gradient: cosine/,
  ],
  "drops the factor 2 of the rbf critic": [
    withGradient(async (x, y, weights) => {
      const result = await reference.gradient(x, y, weights);
      return "critic" in weights && weights.critic.kind === "rbf"
        ? { x: result.x.map((g) => g / 2), y: result.y.map((g) => g / 2) }
        : result;
    }),
    /^gradient: rbf/,
  ],
  "forgets the offset": [
    mutant((r) => (r.kind === "sum" && r.value.kind === "mapped" ? { ...r, value: { ...r.value, offset: 0 } } : r)),
    /^sum: softplus of inner, diagonal include, 7 × 9/,
  ],
  "confuses a softplus with its slope": [
    mutant((r) =>
      r.kind === "sum" && r.value.kind === "mapped" ? { ...r, value: { ...r.value, map: { kind: "sigmoid" } } } : r,
    ),
    /^sum: softplus/,
  ],
  "forgets the scale in the slope": [
    withGradient(async (x, y, weights) => {
      const result = await reference.gradient(x, y, weights);
      const scale = "value" in weights && weights.value.kind === "mapped" ? weights.value.scale : 1;
      return { x: result.x.map((g) => g / scale), y: result.y.map((g) => g / scale) };
    }),
    /^gradient of sums: log1p/,
  ],
  "ignores the diagonal in the gradient of a sum": [
    withGradient((x, y, weights) => reference.gradient(x, y, { ...weights, diagonal: "include" })),
    /^gradient of sums: inner, diagonal exclude/,
  ],
  "claims float64 and rounds to float32": [
    mutant(
      (r) => r,
      (result: { rows: Float64Array }, { kind }) =>
        kind === "logSumExp" && result.rows.set(result.rows.map(Math.fround)),
    ),
    /^logSumExp: cosine, τ = 0.7, diagonal include, 7 × 9/,
  ],
  "reports no progress": [
    { ...reference, reduce: (x, y, reductions) => reference.reduce(x, y, reductions) },
    /^progress/,
  ],
};

describe("a wrong engine is found out", () => {
  test.each(Object.entries(mutants))("%s", async (_, [engine, where]) => {
    const cases = engineConformance(() => engine).filter(({ name }) => where.test(name) && !name.includes("150"));
    expect(cases.length).toBeGreaterThan(0);
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run()));
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
  });
});

test("an engine that declares float32 is judged by float32", async () => {
  const rounded = mutant(
    (r) => r,
    (result: { rows: Float64Array }, { kind }) => kind === "logSumExp" && result.rows.set(result.rows.map(Math.fround)),
  );
  const cases = engineConformance(() => ({ ...rounded, precision: "float32" })).filter(({ name }) =>
    /^logSumExp: .* 7 × 9/.test(name),
  );
  await Promise.all(cases.map(({ run }) => run()));
});

test("names are unique", () => {
  const names = engineConformance(() => reference).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

/** Exchanges the first two neighbours of equal score. */
function swapFirstTie({ k, values, indices }: TopKReductionResult): void {
  const at = values.findIndex((value, i) => (i + 1) % k !== 0 && value === values[i + 1]);
  if (at < 0) return;
  const first = indices[at]!;
  indices[at] = indices[at + 1]!;
  indices[at + 1] = first;
}

/** Bins (e_b, e_{b+1}] instead of [e_b, e_{b+1}): counted on −x, from the other end. */
async function mirrored(x: RowMatrix, y: Rows, { low, high, ...rest }: HistogramReduction): Promise<HistogramResult> {
  const negated = { ...x, data: x.data.map((v) => -v) };
  const [{ counts, below, above, pairs }] = await reference.reduce(negated, y, [{ ...rest, low: -high, high: -low }]);
  return { counts: counts.reverse(), below: above, above: below, pairs };
}
