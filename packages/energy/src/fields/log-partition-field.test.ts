import { sphere, uniformKernelVariation } from "@nce-geometry/manifold";
import { matrixOf, normalizeRowMatrix, referenceEngine } from "@nce-geometry/pairwise";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOf, uniformRows } from "../../test/laws.ts";
import { logPartitionField } from "./log-partition-field.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON };

function inner({ dim, data }: RowMatrix, i: number, other: RowMatrix, j: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += data[i * dim + k]! * other.data[j * dim + k]!;
  return sum;
}

describe("values", () => {
  const random = createRandom("partition field");
  const points = uniformRows(random.split(0), 5, 4);
  const population = uniformRows(random.split(1), 12, 4);

  test.each([0.05, 0.7])("the means written out, both critics, τ = %d", async (temperature) => {
    for (const critic of [{ kind: "cosine" }, { kind: "rbf", scale: 0.7 }] as const) {
      const { values } = await logPartitionField(points, population, { temperature, critic });
      const expected = values.map((_, i) => {
        const terms = Array.from({ length: 12 }, (_, j) => {
          const cosine = inner(points, i, population, j);
          return Math.exp((critic.kind === "cosine" ? cosine : -0.7 * (2 - 2 * cosine)) / temperature);
        });
        return Math.log(meanOf(terms).mean);
      });
      expectAllClose(values, expected, { ...exact, scale: 1 / temperature });
    }
  });

  test("with the match and without: N e^{all} = (N − 1) e^{left out} + e^{s/τ}", async () => {
    const temperature = 0.3;
    const all = await logPartitionField(population, population, { temperature });
    const others = await logPartitionField(population, population, { temperature, form: "leaveOneOut" });
    const joined = others.values.map((v) => Math.log((11 * Math.exp(v) + Math.exp(1 / temperature)) / 12));
    expectAllClose(all.values, joined, { ...exact, scale: 1 / temperature });
    expect([all.samples, others.samples]).toEqual([11, 11]);
  });

  test("equal rows give s/τ with standard error 0", async () => {
    const rows = normalizeRowMatrix(
      matrixOf([
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
    );
    const field = await logPartitionField(rows, rows, { temperature: 0.25, form: "leaveOneOut" });
    expectAllClose(field.values, [4, 4, 4], exact);
    // Rounding of a variance of nothing: √(few ε).
    expectAllClose(field.standardError!, [0, 0, 0], { ulps: 8, epsilon: Math.sqrt(Number.EPSILON), scale: 1 });
    expectAllClose(field.effectiveSamples, [2, 2, 2], { ...exact, ulps: 1024 });
  });

  test("τ → ∞ gives the mean cosine over τ", async () => {
    const temperature = 1e6;
    const { values } = await logPartitionField(points, population, { temperature });
    const means = values.map(
      (_, i) => meanOf(Array.from({ length: 12 }, (_, j) => inner(points, i, population, j))).mean,
    );
    // The next term is Var/2τ².
    expectAllClose(
      values.map((v) => v * temperature),
      means,
      { ulps: 1, epsilon: 1 / temperature, scale: 1 },
    );
  });

  test("support that underflows is −∞ and counted, never replaced", async () => {
    const far = matrixOf([
      [0, 0],
      [3, 0],
    ]);
    const rows = matrixOf([
      [3, 0],
      [3, 0],
    ]);
    const field = await logPartitionField(far, rows, { temperature: 1e-308, critic: { kind: "rbf", scale: 1 } });
    expect([...field.values]).toEqual([Number.NEGATIVE_INFINITY, 0]);
    expect(field.emptySupport).toBe(1);
  });
});

describe("weights", () => {
  const random = createRandom("weights");
  const points = uniformRows(random.split(0), 4, 3);
  const rows = uniformRows(random.split(1), 3, 3);

  test.each([{ kind: "cosine" }, { kind: "rbf", scale: 1.3 }] as const)(
    "count as repeated rows do: $kind",
    async (critic) => {
      const repeated = {
        rows: 6,
        dim: 3,
        data: Float64Array.from([0, 0, 1, 2, 2, 2].flatMap((j) => [...rows.data.subarray(3 * j, 3 * j + 3)])),
      };
      const weighted = { temperature: 0.2, critic, logWeights: Float64Array.of(Math.log(2), 0, Math.log(3)) };
      const field = await logPartitionField(points, rows, weighted);
      const plain = await logPartitionField(points, repeated, { temperature: 0.2, critic });
      expectAllClose(field.values, plain.values, { ...exact, scale: 20 });
      expect(field.standardError).toBeUndefined();
      const shifted = weighted.logWeights.map((w) => w + 1000);
      const same = await logPartitionField(points, rows, { ...weighted, logWeights: shifted });
      // Only the weights' own rounding, ε·1000, may show.
      expectAllClose(same.values, field.values, { ulps: 4, epsilon: Number.EPSILON, scale: 1000 });
    },
  );

  test("equal weights are no weights, also in how many terms carry the sum", async () => {
    for (const critic of [{ kind: "cosine" }, { kind: "rbf", scale: 1.3 }] as const) {
      const plain = await logPartitionField(points, rows, { temperature: 0.2, critic });
      const weighted = { temperature: 0.2, critic, logWeights: new Float64Array(3).fill(2) };
      const field = await logPartitionField(points, rows, weighted);
      expectAllClose(field.values, plain.values, { ...exact, scale: 20 });
      expectAllClose(field.effectiveSamples, plain.effectiveSamples, { ...exact, ulps: 2048 });
    }
  });

  test("a row without weight is not there", async () => {
    const logWeights = Float64Array.of(Number.NEGATIVE_INFINITY, 0, 0);
    const field = await logPartitionField(points, rows, { temperature: 0.2, logWeights });
    const two = { rows: 2, dim: 3, data: rows.data.subarray(3) };
    const plain = await logPartitionField(points, two, { temperature: 0.2 });
    expectAllClose(field.values, plain.values, { ...exact, scale: 5 });
  });

  test("streamed rows give the same numbers", async () => {
    const source = {
      rows: 3,
      dim: 3,
      dtype: "float64",
      read: async (start: number, count: number) => rows.data.slice(start * 3, (start + count) * 3) as Float64Array,
    };
    const logWeights = Float64Array.of(0, -1, 1);
    const field = await logPartitionField(points, source, { temperature: 0.2, logWeights });
    const memory = await logPartitionField(points, rows, { temperature: 0.2, logWeights });
    expect([...field.values]).toEqual([...memory.values]);
  });
});

describe("honesty under the uniform law", () => {
  const [dimension, temperature, n, seeds] = [16, 0.25, 64, 800];
  const random = createRandom("honesty");
  // Small tiles for small populations.
  const engine = referenceEngine({ tileRows: n });
  async function draws() {
    const results = [];
    for (let seed = 0; seed < seeds; seed++) {
      const { data } = uniformRows(random.split(seed), n + 1, dimension);
      const point = { rows: 1, dim: dimension, data: data.subarray(0, dimension) };
      const population = { rows: n, dim: dimension, data: data.subarray(dimension) };
      const { values, standardError, bias } = await logPartitionField(point, population, { temperature, engine });
      results.push({ value: values[0]!, error: standardError![0]!, bias: bias![0]! });
    }
    return results;
  }
  const variation = uniformKernelVariation(dimension, { temperature });

  test("E log Γ̂ = log Γ − CV²/2N; errors and bias are those seen; intervals cover", async () => {
    // log ₀F₁(; 8; 4) by its series.
    const logGamma = Math.log([...Array(40).keys()].reduceRight((sum, k) => 1 + (sum * 4) / ((k + 1) * (8 + k)), 1));
    const results = await draws();
    const { error } = meanOf(results.map(({ value }) => value));
    // Γ̂/Γ has mean 1 exactly; without it almost only the bias is left.
    const excess = results.map(({ value }) => value - logGamma - Math.expm1(value - logGamma));
    const seen = meanOf(excess);
    const predicted = -variation / (2 * n);
    // The next term of the expansion is of the order (CV²/N)².
    expect(Math.abs(seen.mean - predicted)).toBeLessThan(3 * seen.error + 3 * (variation / n) ** 2);
    // The test can tell the bias from none, from twice and from half.
    expect(Math.abs(predicted) / 2).toBeGreaterThan(3 * seen.error + 3 * (variation / n) ** 2);
    // A variation estimated from N terms of a skewed law is itself low by a few CV²/N.
    expectClose(meanOf(results.map(({ bias }) => bias)).mean, predicted, { ulps: 5, epsilon: variation / n });
    // The scatter is known to 1/√(2·seeds), and half of the bias of CV² comes on top.
    const allowed = 3 / Math.sqrt(2 * seeds) + (5 * variation) / (2 * n);
    const spread = error * Math.sqrt(seeds);
    expectClose(Math.sqrt(meanOf(results.map((r) => r.error ** 2)).mean), spread, { ulps: 1, epsilon: allowed });
    const inside = results.filter((r) => Math.abs(r.value - r.bias - logGamma) <= 1.96 * r.error).length / seeds;
    expect(inside).toBeGreaterThan(0.92);
    expect(inside).toBeLessThan(0.97);
  });

  test("the match is no draw: with it, errors shrink by its share", async () => {
    const rows = sphere(dimension).rows.sampleUniform(random.split("match"), 40);
    const all = await logPartitionField(rows, rows, { temperature });
    const others = await logPartitionField(rows, rows, { temperature, form: "leaveOneOut" });
    const share = others.values.map((v, i) => (39 * Math.exp(v)) / (40 * Math.exp(all.values[i]!)));
    expectAllClose(
      all.standardError!,
      others.standardError!.map((e, i) => e * share[i]!),
      { ...exact, ulps: 1024 },
    );
  });

  test("few effective terms are said", async () => {
    const rows = uniformRows(random.split("few"), 100, 64);
    const field = await logPartitionField(rows, rows, { temperature: 0.02, form: "leaveOneOut" });
    expect(field.notes).toEqual([
      expect.stringMatching(
        /^At \d+ of 100 points fewer than 10 of 99 terms carry the sum, so that the standard error there is too small\.$/,
      ),
    ]);
  });
});

describe("messages", () => {
  const rows = normalizeRowMatrix(
    matrixOf([
      [1, 2],
      [1, 3],
      [1, 4],
    ]),
  );
  const refused = (options: object, message: string, population = rows) =>
    expect(logPartitionField(rows, population, { temperature: 1, ...options })).rejects.toThrow(
      expect.objectContaining({ name: "InputError", message }),
    );

  test("options", async () => {
    await refused(
      { temperature: 0 },
      "logPartitionField: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    );
    await refused(
      { critic: { kind: "rbf", scale: -1 } },
      "logPartitionField: `critic.scale` must be a finite number > 0, got -1.",
    );
    await refused({ critic: { kind: "dot" } }, 'logPartitionField: `critic.kind` must be "cosine" or "rbf", got dot.');
    await refused({ form: "some" }, 'logPartitionField: `form` must be "all" or "leaveOneOut", got some.');
    await refused(
      { form: "leaveOneOut", logWeights: new Float64Array(3) },
      "logPartitionField: `logWeights` must be absent where points are rows of the population, got weights. A known measure has no row to leave out.",
    );
    await refused(
      { logWeights: new Float64Array(2) },
      "logPartitionField: `logWeights` must be of length 3, one per row of `population`, got length 2.",
    );
    await refused(
      { logWeights: Float64Array.of(0, Number.NaN, 0) },
      "logPartitionField: `logWeights` must be below +∞, got NaN at row 1.",
    );
    await refused(
      { logWeights: new Float64Array(3).fill(Number.NEGATIVE_INFINITY) },
      "logPartitionField: `logWeights` must be finite for at least one row, got −∞ for all.",
    );
  });

  test("rows", async () => {
    const one = { rows: 1, dim: 2, data: rows.data.subarray(0, 2) };
    await refused(
      {},
      "logPartitionField: `population` must be of at least 2 rows, got [1, 2]. A single row says nothing of how sure the field is.",
      one,
    );
    await refused(
      { form: "leaveOneOut" },
      "logPartitionField: `population` must be of 3 rows, as `points` is, got [1, 2]. Point i must be row i of the population, or its partner.",
      one,
    );
    await refused(
      {},
      "logPartitionField: `population` must be of dimension 2, as `points` is, got [2, 3].",
      matrixOf([
        [1, 0, 0],
        [0, 1, 0],
      ]),
    );
  });

  test("an aborted signal stops it", async () => {
    const signal = { aborted: true, reason: new Error("enough") };
    await expect(logPartitionField(rows, rows, { temperature: 1, signal })).rejects.toThrow("enough");
  });
});
