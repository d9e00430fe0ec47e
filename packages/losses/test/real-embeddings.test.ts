import { existsSync, readFileSync } from "node:fs";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { fromData, type RowMatrix, type Tensor } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, test } from "vitest";
import { infoNCE, symmetricInfoNCE, symmetricInfoNCEOnRows } from "../src/index.ts";
import { growth, numberOf } from "./helpers.ts";

interface Golden {
  readonly n: number;
  readonly dim: number;
  readonly tau: Readonly<Record<string, { infoNCE12: number; infoNCE21: number; symmetric: number }>>;
}

const shared = new URL("../../../../shared/", import.meta.url);
const oracle = new URL("oracles/real_embeddings.json", shared);
const missing = existsSync(oracle) ? "" : " — SKIPPED: the golden values of real embeddings are absent";
const golden: Readonly<Record<string, Golden>> = missing ? {} : JSON.parse(readFileSync(oracle, "utf8"));

/** The two halves of a float32 .npy file of shape (2, n, d), rows normalised in float64. */
function readPairs(name: string, n: number, dim: number): [RowMatrix, RowMatrix] {
  const bytes = readFileSync(new URL(`embeddings/${name}.npy`, shared));
  const start = bytes.length - 2 * n * dim * 4;
  const half = (index: number): RowMatrix => {
    const data = Float64Array.from({ length: n * dim }, (_, k) => bytes.readFloatLE(start + 4 * (index * n * dim + k)));
    for (let i = 0; i < n; i++) {
      const row = data.subarray(i * dim, (i + 1) * dim);
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      for (let k = 0; k < dim; k++) row[k]! /= norm;
    }
    return { rows: n, dim, data };
  };
  return [half(0), half(1)];
}

describe.skipIf(missing !== "")(`golden values of real embeddings${missing}`, () => {
  // All temperatures for the small sets; for the large ones the lowest, the hardest, to stay quick.
  const cases = Object.entries(golden)
    .flatMap(([name, { n, dim, tau }]) =>
      Object.entries(tau).map(([temperature, values]) => ({ name, n, dim, temperature: Number(temperature), values })),
    )
    .filter(({ n, temperature }) => n <= 100 || temperature === 0.01);

  test.each(cases)("$name, τ = $temperature", async ({ name, n, dim, temperature, values }) => {
    const [x, y] = readPairs(name, n, dim);
    const summary = await symmetricInfoNCEOnRows(x, y, { temperature });
    const agreement = { ulps: 1, epsilon: 1e-9 };
    expectClose(summary.forward.loss, values.infoNCE12, agreement);
    expectClose(summary.backward.loss, values.infoNCE21, agreement);
    expectClose(summary.loss, values.symmetric, agreement);
  });

  test.each(cases)("$name, τ = $temperature, tensors in float32", async ({ name, n, dim, temperature, values }) => {
    const on = await tfjsWasmBackend();
    on.scope(() => {
      const [x, y] = readPairs(name, n, dim).map(({ data }) => fromData(on, data, [n, dim])) as [Tensor, Tensor];
      // Inputs are rounded as well, which adds two ε to a score.
      const tolerance = { ulps: growth({ n, d: dim + 2, temperature }), epsilon: on.epsilon, scale: 1 };
      expectClose(numberOf(infoNCE(x, y, { temperature })), values.infoNCE12, tolerance);
      expectClose(numberOf(infoNCE(y, x, { temperature })), values.infoNCE21, tolerance);
      expectClose(numberOf(symmetricInfoNCE(x, y, { temperature })), values.symmetric, tolerance);
    });
  });
});
