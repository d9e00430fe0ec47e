// Diagnostics of real paired embeddings, each from one engine call, against values computed elsewhere.

import { existsSync, readFileSync } from "node:fs";
import type { RowMatrix } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  matchedValues,
  meanPairValue,
  normalizeRowMatrix,
  pairQuantiles,
  referenceEngine,
  rowMatrix,
  topKOfUnion,
} from "../src/index.ts";

const shared = new URL("../../../../shared/", import.meta.url);
const oracle = new URL("oracles/real_embeddings.json", shared);
const embeddings = new URL("embeddings/", shared);
const present = existsSync(oracle) && existsSync(embeddings);
const title = `real embeddings${present ? "" : " (SKIPPED: shared/oracles or shared/embeddings is absent)"}`;

describe.skipIf(!present).each(["videoclip", "videoclip_random"])(`${title}: %s`, (name) => {
  const golden = present ? JSON.parse(readFileSync(oracle, "utf8"))[name] : {};
  const [x, y] = present ? readPair(name, golden.n, golden.dim) : [empty(), empty()];
  const engine = referenceEngine({ tileRows: 32 });
  // The oracle states 1e-9 relative.
  const close = { ulps: 1e-9 * 2 ** 52, epsilon: 2 ** -52 };

  test("energy distance, both forms", async () => {
    const value = { kind: "distance" } as const;
    const [xy, xx, yy] = [
      await meanPairValue(engine, x, y, { value }),
      await meanPairValue(engine, x, x, { value }),
      await meanPairValue(engine, y, y, { value }),
    ];
    expectClose(2 * xy.all.mean - xx.all.mean - yy.all.mean, golden.energyDistanceV, close);
    expectClose(2 * xy.all.mean - xx.offDiagonal.mean - yy.offDiagonal.mean, golden.energyDistanceU, close);
  });

  test("median distance across and the kernel discrepancy at that bandwidth", async () => {
    const { values } = await pairQuantiles(engine, x, y, { value: { kind: "distance" }, probabilities: [0.5] });
    const bandwidth = values[0]!;
    expectClose(bandwidth, golden.medianCrossDistance, close);
    const value = { kind: "gaussian", bandwidth } as const;
    const [xy, xx, yy] = [
      await meanPairValue(engine, x, y, { value }),
      await meanPairValue(engine, x, x, { value }),
      await meanPairValue(engine, y, y, { value }),
    ];
    expectClose(xx.all.mean + yy.all.mean - 2 * xy.all.mean, golden["mmd2V_1.0"], close);
    expectClose(xx.offDiagonal.mean + yy.offDiagonal.mean - 2 * xy.all.mean, golden["mmd2U_1.0"], close);
  });

  test("ranks and log-partitions in both directions, in one sweep each", async () => {
    for (const [a, b, direction, forth] of [
      [x, y, "XtoY", "XY"],
      [y, x, "YtoX", "YX"],
    ] as const) {
      const [rank, logs] = await engine.reduce(a, b, [
        { kind: "rank" },
        { kind: "logSumExp", critic: { kind: "cosine" }, temperature: 0.07 },
      ]);
      const share = (k: number) => rank.greater.filter((count) => count < k).length / golden.n;
      expect([share(1), share(5), share(10)]).toEqual([1, 5, 10].map((k) => golden[`recall${direction}@${k}`]));
      expectClose(meanOf(Float64Array.from(rank.greater, (g) => 1 / (1 + g))), golden[`mrr${direction}`], close);
      expectClose(meanOf(logs.rows) - Math.log(golden.n), golden.tau["0.07"][`logPartition${forth}`], close);
    }
  });

  test("matched pairs", async () => {
    expectClose(meanOf(await matchedValues(x, y, { kind: "inner" })), golden.pairCosineMean, close);
    expectClose(meanOf(await matchedValues(x, y, { kind: "squaredDistance" })), golden.alignment, close);
  });

  test("mixed search", async () => {
    const fromX = await topKOfUnion(engine, x, y, { k: 10 });
    const fromY = await topKOfUnion(engine, y, x, { k: 10, first: "other" });
    expectClose(meanOf(fromX.own), golden.sameModalityTop10X, close);
    expectClose(meanOf(fromY.own), golden.sameModalityTop10Y, close);
  });
});

/** Both modalities of an npy file of shape (2, n, d), float32, as unit rows. */
function readPair(name: string, n: number, d: number): [RowMatrix, RowMatrix] {
  const bytes = readFileSync(new URL(`${name}.npy`, embeddings));
  const data = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + bytes.length - 8 * n * d, bytes.byteOffset + bytes.length),
  );
  return [
    normalizeRowMatrix(rowMatrix(data.subarray(0, n * d), n, d)),
    normalizeRowMatrix(rowMatrix(data.subarray(n * d), n, d)),
  ];
}

function empty(): RowMatrix {
  return rowMatrix(new Float64Array(0), 0, 1);
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
