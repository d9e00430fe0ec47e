import { fromArray, fromData, mean, mul, neg, referenceBackend, scalar, square, sub, sum } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { constrainSpectralNorm, spectralNorm } from "../monitors/spectral-norm.ts";
import type { ParameterRecord } from "../parameters.ts";
import { type StepContext, type TrainOptions, train } from "./train.ts";
import { disposeTrainState, restoreTrainState, saveTrainState, trainInit } from "./train-state.ts";

const backend = referenceBackend();
const epsilon = 2 ** -52;
const start = () => ({ w: fromArray(backend, [2, -1, 0.5]), b: scalar(backend, 3) });

/** The mean squared distance of the parameters from noisy targets. */
function loss({ w, b }: ParameterRecord, { random }: StepContext) {
  const targets = fromData(backend, random.normal(3), [3]);
  return mean(square(sub(sub(w!, targets), b!)));
}
const options = { loss, seed: 5, optimizer: { kind: "adam", learningRate: 0.05 } } as const;
const numbers = (parameters: ParameterRecord) => Object.values(parameters).map((tensor) => [...tensor.dataSync()]);

describe("the loop", () => {
  test("gradient descent on ½w² shrinks w by 1 − η a step, and writes down what it saw before each", async () => {
    const { state, history, status, steps } = await train(trainInit({ w: scalar(backend, 8) }), {
      steps: 5,
      recordEvery: 2,
      optimizer: { kind: "sgd", learningRate: 0.25 },
      loss: ({ w }) => mul(square(w!), 0.5),
    });
    expect([status, steps, state.step]).toEqual(["finished", 5, 5]);
    expectClose(state.parameters.w!.dataSync()[0]!, 8 * 0.75 ** 5, { ulps: 8, epsilon });
    expect(history.map(({ step }) => step)).toEqual([0, 2, 4]);
    expect(history[1]).toEqual({ step: 2, loss: 0.5 * 4.5 ** 2, gradientNorm: 4.5, learningRate: 0.25 });
  });

  test.each(["sgd", "adam", "adamw"] as const)(
    "k + k steps through a checkpoint are 2k steps, bit for bit: %s",
    async (kind) => {
      const optimizer = { kind, learningRate: 0.05, ...(kind === "sgd" ? { momentum: 0.9 } : { amsgrad: true }) };
      const setting = { ...options, optimizer, schedule: { kind: "cosine", steps: 60, warmUp: 10 } } as const;
      const whole = await train(trainInit(start()), { ...setting, steps: 50 });
      const half = await train(trainInit(start()), { ...setting, steps: 25 });
      const saved = JSON.parse(JSON.stringify(await saveTrainState(half.state)));
      const rest = await train(restoreTrainState(backend, saved), { ...setting, steps: 25 });
      expect(numbers(rest.state.parameters)).toEqual(numbers(whole.state.parameters));
      expect([...half.history, ...rest.history]).toEqual(whole.history);
      expect(await saveTrainState(rest.state)).toEqual(await saveTrainState(whole.state));
    },
  );

  test("seeds decide: the same gives the same, another another", async () => {
    const run = async (seed: number) =>
      numbers((await train(trainInit(start()), { ...options, seed, steps: 3 })).state.parameters);
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  test("clipping bounds a step of gradient descent, the projection has the last word", async () => {
    const run = (more: Partial<TrainOptions>) =>
      train(trainInit({ w: scalar(backend, 100) }), {
        steps: 1,
        optimizer: { kind: "sgd", learningRate: 1 },
        loss: ({ w }) => mul(square(w!), 0.5),
        ...more,
      });
    const clipped = await run({ clip: { kind: "norm", largest: 2 } });
    expectClose(clipped.state.parameters.w!.dataSync()[0]!, 98, { ulps: 2, epsilon: 1e-8 });
    expect(clipped.history[0]!.gradientNorm).toBe(100);
    const matrix = fromArray(backend, [
      [4, 0],
      [0, 2],
    ]);
    const { state } = await train(trainInit({ weight: matrix }), {
      steps: 3,
      optimizer: { kind: "sgd", learningRate: 0.1 },
      loss: ({ weight }) => neg(sum(weight!)),
      project: (parameters) => constrainSpectralNorm(parameters, { largest: 1.5 }),
    });
    // A smaller share of the second direction each time: fifty products leave (½)^200 of it.
    expectClose(spectralNorm(state.parameters.weight!).dataSync()[0]!, 1.5, { ulps: 16, epsilon });
  });

  test("a monitor sees the parameters before the step, and its draws change nothing", async () => {
    const monitored = await train(trainInit(start()), {
      ...options,
      steps: 3,
      recordEvery: 1,
      monitor: ({ b }, { step, random }) => ({ step, b: b!.dataSync()[0]!, drawn: random.normal(3)[0]! }),
    });
    const plain = await train(trainInit(start()), { ...options, steps: 3, recordEvery: 1 });
    expect(numbers(monitored.state.parameters)).toEqual(numbers(plain.state.parameters));
    expect(monitored.history[0]!.measures).toMatchObject({ step: 0, b: 3 });
    expect(monitored.history.map(({ loss }) => loss)).toEqual(plain.history.map(({ loss }) => loss));
  });

  test("a loss that is not finite ends it as diverged, with the state that gave it", async () => {
    const { status, state, steps } = await train(trainInit({ w: scalar(backend, 1) }), {
      steps: 100,
      recordEvery: 1,
      optimizer: { kind: "sgd", learningRate: 1e200 },
      loss: ({ w }) => square(w!),
    });
    expect([status, steps, state.step]).toEqual(["diverged", 1, 1]);
    expect(Math.abs(state.parameters.w!.dataSync()[0]!)).toBe(2e200);
  });

  test("a signal ends it as aborted, and it can go on from there", async () => {
    const signal = { aborted: false, reason: undefined as unknown };
    const first = await train(trainInit(start()), {
      ...options,
      steps: 40,
      signal,
      onProgress: ({ done }) => {
        if (done === 7) signal.aborted = true;
      },
    });
    expect([first.status, first.steps]).toEqual(["aborted", 7]);
    const rest = await train(first.state, { ...options, steps: 33 });
    const whole = await train(trainInit(start()), { ...options, steps: 40 });
    expect(numbers(rest.state.parameters)).toEqual(numbers(whole.state.parameters));
  });

  test("the state that it starts from is left as it is; nothing else stays alive", async () => {
    const before = backend.liveTensors();
    const state = trainInit(start());
    const own = backend.liveTensors() - before;
    const result = await train(state, { ...options, steps: 20, clip: { kind: "value", largest: 0.1 } });
    // Two parameters with two moments each.
    expect(backend.liveTensors() - before - own).toBe(6);
    expect(numbers(state.parameters)).toEqual([[2, -1, 0.5], [3]]);
    disposeTrainState(result.state);
    expect(backend.liveTensors() - before).toBe(own);
  });
});

describe("messages", () => {
  const run = (more: object) => train(trainInit(start()), { ...options, steps: 1, ...more });
  test.each([
    [{ steps: -1 }, "train: `steps` must be an integer ≥ 0, got -1."],
    [{ recordEvery: 0 }, "train: `recordEvery` must be an integer ≥ 1, got 0."],
    [{ optimizer: { kind: "adam", beta1: 2 } }, "train: `beta1` must be a number in [0, 1), got 2."],
    [{ schedule: { kind: "cosine", steps: 0 } }, "train: `schedule.steps` must be an integer ≥ 1, got 0."],
    [{ clip: { kind: "angle", largest: 1 } }, 'train: `clip.kind` must be "norm" or "value", got "angle".'],
  ])("%j", async (more, message) => {
    await expect(run(more)).rejects.toThrow(message);
  });

  test("what is no checkpoint", async () => {
    const saved = await saveTrainState(trainInit(start()));
    expect(() => restoreTrainState(backend, {} as never)).toThrow(
      'restoreTrainState: `saved.schema` must be "nce-geometry/train-state@1", got undefined.',
    );
    expect(() => restoreTrainState(backend, { ...saved, step: 1.5 })).toThrow(
      "restoreTrainState: `saved.step` must be an integer ≥ 0, got 1.5.",
    );
    const b = { shape: [2], values: [1, "x"] } as never;
    expect(() => restoreTrainState(backend, { ...saved, parameters: { b } })).toThrow(
      'restoreTrainState: `saved.parameters.b` must be a tensor of numbers, got "x" at 1.',
    );
  });

  test("numbers that JSON lacks come back", async () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.1];
    const saved = JSON.parse(JSON.stringify(await saveTrainState(trainInit({ w: fromArray(backend, odd) }))));
    expect([...restoreTrainState(backend, saved).parameters.w!.dataSync()]).toEqual(odd);
  });
});
