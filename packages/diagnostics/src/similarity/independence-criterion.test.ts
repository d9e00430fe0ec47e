import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { independenceCriterion, permutedCriterion } from "./independence-criterion.ts";
import { type PairTable, placeOf } from "./pair-table.ts";

const close = { ulps: 1000, epsilon: 2 ** -52, scale: 1 };

describe.each([5, 7])("n = %d", (n) => {
  const [K, L] = [randomTable(1, n), randomTable(2, n)];

  test("debiased: the mean of K_ij(L_ij + L_qr − 2L_iq) over different i, j, q, r", () => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let q = 0; q < n; q++) {
          for (let r = 0; r < n; r++) {
            if (new Set([i, j, q, r]).size < 4) continue;
            sum += valueAt(K, i, j) * (valueAt(L, i, j) + valueAt(L, q, r) - 2 * valueAt(L, i, q));
            count++;
          }
        }
      }
    }
    expectClose(independenceCriterion(K, L, "debiased").value, sum / count, close);
  });

  test("biased: the mean product of doubly centred tables", () => {
    const centred = (table: PairTable) => {
      const row = (i: number) => meanOf(n, (j) => valueAt(table, i, j));
      const whole = meanOf(n, row);
      return (i: number, j: number) => valueAt(table, i, j) - row(i) - row(j) + whole;
    };
    const [k, l] = [centred(K), centred(L)];
    expectClose(
      independenceCriterion(K, L, "biased").value,
      meanOf(n, (i) => meanOf(n, (j) => k(i, j) * l(i, j))),
      close,
    );
  });

  test.each(["debiased", "biased"] as const)("%s: values without an item are those of the rest", (form) => {
    const rest = (table: PairTable, r: number) => {
      const kept = Array.from({ length: n }, (_, i) => i).filter((i) => i !== r);
      return tableOf(n - 1, (i, j) => valueAt(table, kept[i]!, kept[j]!));
    };
    if (form === "debiased" && n < 6) return;
    const expected = Array.from({ length: n }, (_, r) => independenceCriterion(rest(K, r), rest(L, r), form).value);
    expectAllClose(independenceCriterion(K, L, form).without, expected, close);
  });

  test.each(["debiased", "biased"] as const)("%s: permuting items", (form) => {
    const order = createRandom(3).permutation(n);
    const moved = tableOf(n, (i, j) => valueAt(L, order[i]!, order[j]!));
    expectClose(permutedCriterion(K, L, form)(order), independenceCriterion(K, moved, form).value, close);
  });
});

test("debiased values of independent tables have mean 0, biased ones do not", () => {
  const values = Array.from(
    { length: 400 },
    (_, s) => independenceCriterion(gram(2 * s, 8, 3), gram(2 * s + 1, 8, 3), "debiased").value,
  );
  const mean = meanOf(400, (s) => values[s]!);
  const error = Math.sqrt(meanOf(400, (s) => (values[s]! - mean) ** 2) / 399);
  expect(Math.abs(mean)).toBeLessThan(3 * error);
  const biased = meanOf(400, (s) => independenceCriterion(gram(2 * s, 8, 3), gram(2 * s + 1, 8, 3), "biased").value);
  expect(biased).toBeGreaterThan(10 * error);
});

function gram(seed: number, n: number, d: number): PairTable {
  const data = createRandom(seed).normal(n * d);
  return tableOf(n, (i, j) =>
    Array.from({ length: d }, (_, k) => data[i * d + k]! * data[j * d + k]!).reduce((a, b) => a + b),
  );
}

function randomTable(seed: number, n: number): PairTable {
  const numbers = createRandom(seed).normal(n * n);
  return tableOf(n, (i, j) => numbers[Math.max(i, j) * n + Math.min(i, j)]!);
}

function tableOf(n: number, value: (i: number, j: number) => number): PairTable {
  const values = new Float64Array((n * (n - 1)) / 2);
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) values[placeOf(i, j)] = value(i, j);
  return { rows: n, values, diagonal: Float64Array.from({ length: n }, (_, i) => value(i, i)) };
}

function valueAt(table: PairTable, i: number, j: number): number {
  return i === j ? table.diagonal[i]! : table.values[placeOf(i, j)]!;
}

function meanOf(n: number, f: (i: number) => number): number {
  return Array.from({ length: n }, (_, i) => f(i)).reduce((a, b) => a + b) / n;
}
