// The trained adapter: what it must close, that it is the same twice, and how it ends.

import { copyRows } from "@nce-geometry/energy";
import { type RowMatrix, referenceBackend } from "@nce-geometry/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type AdapterRegularizer,
  applyControl,
  type ControlTransform,
  fitControl,
  modalityGap,
  retrieval,
} from "../src/index.ts";
import { noisyCopy, permuteRows, randomRows } from "./unit-rows.ts";

const topics = randomRows(1, 120, 8);
const offset = (at: number) => Array.from({ length: 8 }, (_, k) => (k === at ? 0.8 : 0));
const [x, y] = [noisyCopy(2, topics, 0.1, offset(0)), noisyCopy(3, topics, 0.1, offset(1))];
const [fitted, held] = [Array.from({ length: 80 }, (_, i) => i), Array.from({ length: 40 }, (_, i) => 80 + i)];
const train = { x: permuteRows(x, fitted), y: permuteRows(y, fitted) };
const fresh = { x: permuteRows(x, held), y: permuteRows(y, held) };

type Fit = Extract<ControlTransform["fit"], { readonly bestStep: number }>;

async function after(transform: ControlTransform, pair: { x: RowMatrix; y: RowMatrix }) {
  return {
    x: await copyRows(applyControl(transform, pair.x, "x"), {}),
    y: await copyRows(applyControl(transform, pair.y, "y"), {}),
  };
}

async function gapAndRecall({ x: a, y: b }: { x: RowMatrix; y: RowMatrix }) {
  const { centroid } = await modalityGap(a, b);
  const { xToY, yToX } = await retrieval(a, b, { recallAt: [1] });
  return { gap: centroid.value, recall: (xToY.recall[1]!.value + yToX.recall[1]!.value) / 2 };
}

const quick = {
  kind: "adapter",
  hidden: 4,
  batchSize: 32,
  learningRate: 0.01,
  maxSteps: 150,
  temperature: 0.1,
} as const;

describe("an adapter", () => {
  const backend = referenceBackend();
  let transform: ControlTransform;
  beforeAll(async () => {
    transform = await fitControl(train.x, train.y, { ...quick, backend });
  }, 60_000);

  test("closes a planted gap on rows that it has not seen, and does not lose the matches", async () => {
    const [before, now] = [await gapAndRecall(fresh), await gapAndRecall(await after(transform, fresh))];
    expect(before.gap).toBeGreaterThan(0.5);
    expect(now.gap).toBeLessThan(0.25 * before.gap);
    expect(now.recall).toBeGreaterThanOrEqual(before.recall - 0.05);
  });

  test("says how the training went, and keeps the best parameters", () => {
    const fit = transform.fit as Fit;
    expect(["converged", "maxSteps"]).toContain(fit.status);
    expect(fit.validationLoss.best).toBeLessThan(fit.validationLoss.initial);
    expect(fit.bestStep).toBeGreaterThan(0);
    expect(fit.bestStep).toBeLessThanOrEqual(fit.steps);
    expect(fit.backend).toBe(backend.name);
  });

  test("is the same from the same seed, another from another", async () => {
    const short = { ...quick, maxSteps: 10, backend };
    const first = await fitControl(train.x, train.y, short);
    expect(await fitControl(train.x, train.y, short)).toEqual(first);
    expect((await fitControl(train.x, train.y, { ...short, seed: 1 })).x).not.toEqual(first.x);
  });

  test("leaves nothing behind on its backend", async () => {
    const own = referenceBackend();
    const before = own.liveTensors();
    await fitControl(train.x, train.y, { ...quick, maxSteps: 3, backend: own });
    expect(own.liveTensors()).toBe(before);
  });

  test("starts as the identity: without a better step the rows stay", async () => {
    const still = await fitControl(train.x, train.y, { ...quick, maxSteps: 1, learningRate: 1e-300, backend });
    const rows = await after(still, fresh);
    rows.x.data.forEach((value, at) => {
      expect(Math.abs(value - fresh.x.data[at]!)).toBeLessThan(1e-14);
    });
  });

  const penalties: AdapterRegularizer[] = [
    { kind: "none" },
    { kind: "symmetricKL", weight: 1, temperature: 0.2 },
    { kind: "squaredMMD", weight: 1 },
    { kind: "slicedWasserstein", weight: 5, directions: 16 },
    { kind: "centroid", weight: 5 },
  ];
  test.each(penalties)("trains with the penalty $kind", async (regularizer) => {
    const result = await fitControl(train.x, train.y, {
      ...quick,
      activation: "tanh",
      maxSteps: 60,
      regularizer,
      backend,
    });
    const [before, now] = [await gapAndRecall(fresh), await gapAndRecall(await after(result, fresh))];
    if (regularizer.kind !== "none") expect(now.gap).toBeLessThan(0.7 * before.gap);
    expect((result.fit as Fit).validationLoss.best).toBeLessThan((result.fit as Fit).validationLoss.initial);
  });

  test.each(["own", "pooled"] as const)("trains with the denominator %s", async (denominator) => {
    const result = await fitControl(train.x, train.y, { ...quick, denominator, maxSteps: 10, backend });
    expect((result.fit as Fit).validationLoss.best).toBeLessThan((result.fit as Fit).validationLoss.initial);
  });

  test("captions of a map: one of each item in a batch", async () => {
    const map = Int32Array.from({ length: 160 }, (_, j) => j % 80);
    const captions = noisyCopy(8, permuteRows(train.y, map), 0.05);
    const result = await fitControl(train.x, captions, { ...quick, maxSteps: 30, map, backend });
    expect((await gapAndRecall(await after(result, fresh))).gap).toBeLessThan(0.6);
    expect(result.provenance).toEqual({ items: 80, captions: 160 });
  });

  test("an aborted signal ends with a status, a step that is too long as well", async () => {
    const aborting = { aborted: false, reason: undefined };
    const stopped = await fitControl(train.x, train.y, {
      ...quick,
      backend,
      signal: aborting,
      onProgress: ({ done }) => {
        if (done === 4) aborting.aborted = true;
      },
    });
    expect(stopped.fit).toMatchObject({ status: "aborted", steps: 5 });
    const wild = await fitControl(train.x, train.y, { ...quick, learningRate: 1e200, backend });
    expect((wild.fit as Fit).status).toBe("diverged");
  });

  test("patience ends it", async () => {
    const options = { ...quick, evaluateEvery: 1, patience: 1, learningRate: 1e-300, backend };
    expect((await fitControl(train.x, train.y, options)).fit).toMatchObject({
      status: "converged",
      bestStep: 0,
      steps: 1,
    });
  });

  test("too few items, a penalty that is none", async () => {
    const [a, b] = [permuteRows(x, [0, 1, 2]), permuteRows(y, [0, 1, 2])];
    await expect(fitControl(a, b, { ...quick, backend })).rejects.toMatchObject({
      code: "E_SHAPE",
      message: "fitControl: `x` must be of at least 4 items, two to train on and two to stop by, got [3, 8].",
    });
    await expect(
      fitControl(x, y, { ...quick, backend, regularizer: { kind: "symmetricKL", weight: 1 } as never }),
    ).rejects.toMatchObject({
      message:
        'fitControl: `options.regularizer` must be a penalty: a known `kind`, a finite `weight` ≥ 0, and the `temperature` > 0 or the `directions` ≥ 1 it needs, got {"kind":"symmetricKL","weight":1}.',
    });
  });
});
