import { fromArray, referenceBackend, scalar } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { flat, torch } from "../../test/golden/torch-sequences.ts";
import { clipGradients, gradientNorm } from "./clip-gradients.ts";
import { type OptimizerOptions, optimizerInit, optimizerStep } from "./optimizer.ts";
import { learningRateFactor } from "./schedule.ts";

const backend = referenceBackend();
const epsilon = 2 ** -52;
const recordOf = (tensors: readonly Parameters<typeof fromArray>[1][]) =>
  Object.fromEntries(tensors.map((values, k) => [`p${k}`, fromArray(backend, values)]));
const numbersOf = (record: Readonly<Record<string, { dataSync(): ArrayLike<number> }>>) =>
  Object.values(record).flatMap((tensor) => Array.from(tensor.dataSync()));

/** The path of one number under given gradients. */
function path(options: OptimizerOptions, gradients: readonly number[], start = 1): number[] {
  let [parameters, state] = [recordOf([start]), optimizerInit()];
  return gradients.map((g) => {
    const next = optimizerStep(parameters, recordOf([g]), state, options);
    [parameters, state] = [next.parameters as typeof parameters, next.state];
    return numbersOf(parameters)[0]!;
  });
}

test.each(torch.optimizers)("PyTorch's sequence: $options", ({ options, path: expected }) => {
  let [parameters, state] = [recordOf(torch.start), optimizerInit()];
  torch.gradients.forEach((gradients, k) => {
    const next = optimizerStep(parameters, recordOf(gradients), state, options);
    [parameters, state] = [next.parameters as typeof parameters, next.state];
    // Each step adds some ten roundings of numbers of size 1, and momentum carries them on by up to 1/(1 − 0.9).
    expectAllClose(numbersOf(parameters), flat(expected[k]!), { ulps: 100 * (k + 1), epsilon, scale: 1 });
  });
  expect(state.step).toBe(torch.gradients.length);
});

describe("closed forms", () => {
  const ones = (n: number): number[] => new Array<number>(n).fill(1);

  test("gradient descent: p − Ση·g, and decay alone shrinks by 1 − ηλ a step", () => {
    expectAllClose(path({ kind: "sgd", learningRate: 0.25 }, [1, 2, -4]), [0.75, 0.25, 1.25], { ulps: 0, epsilon });
    const decayed = path({ kind: "sgd", learningRate: 0.5, weightDecay: 0.5 }, [0, 0, 0]);
    expectAllClose(decayed, [0.75, 0.75 ** 2, 0.75 ** 3], { ulps: 0, epsilon });
  });

  test("momentum under a constant gradient: steps η(1 − μᵗ)/(1 − μ), the first undampened", () => {
    const [mu, eta] = [0.5, 0.125];
    const moved = path({ kind: "sgd", learningRate: eta, momentum: mu }, ones(6), 0);
    const steps = moved.map((value, k) => (moved[k - 1] ?? 0) - value);
    expectAllClose(
      steps,
      ones(6).map((_, k) => (eta * (1 - mu ** (k + 1))) / (1 - mu)),
      { ulps: 0, epsilon },
    );
    const nesterov = path({ kind: "sgd", learningRate: eta, momentum: mu, nesterov: true }, ones(1), 0);
    expectAllClose(nesterov, [-eta * (1 + mu)], { ulps: 0, epsilon });
    const dampened = path({ kind: "sgd", learningRate: eta, momentum: mu, dampening: 0.5 }, ones(2), 0);
    // First step 1, second ½·1 + ½·1.
    expectAllClose(dampened, [-eta, -2 * eta], { ulps: 0, epsilon });
  });

  test("Adam under a constant gradient moves η·g/(g + ε) every step; its decay enters the gradient, AdamW's does not", () => {
    for (const g of [1e-6, 0.3, 40]) {
      const moved = path({ kind: "adam", learningRate: 0.1 }, [g, g, g], 0);
      const step = (0.1 * g) / (g + 1e-8);
      expectAllClose(moved, [-step, -2 * step, -3 * step], { ulps: 32, epsilon });
    }
    // At gradient 0 decay is all there is: a whole step for Adam, a shrinking for AdamW.
    const lambda = { learningRate: 0.1, weightDecay: 0.5 };
    expectAllClose(path({ kind: "adam", ...lambda }, [0]), [1 - (0.1 * 0.5) / (0.5 + 1e-8)], { ulps: 8, epsilon });
    expectAllClose(path({ kind: "adamw", ...lambda }, [0]), [1 - 0.1 * 0.5], { ulps: 1, epsilon });
    expectAllClose(path({ kind: "adamw", learningRate: 0.1 }, [0]), [1 - 0.1 * 0.01], { ulps: 1, epsilon });
  });

  test("AMSGrad remembers the largest square: after a burst it moves less", () => {
    const burst = [10, ...new Array<number>(30).fill(0.1)];
    const rates = { kind: "adam", learningRate: 0.1, beta2: 0.5 } as const;
    const [plain, ams] = [path(rates, burst, 0), path({ ...rates, amsgrad: true }, burst, 0)];
    expect(Math.abs(ams[30]! - ams[20]!)).toBeLessThan(0.2 * Math.abs(plain[30]! - plain[20]!));
  });

  test("the factor multiplies the learning rate, also that of the decoupled decay", () => {
    const step = (learningRate: number, learningRateFactor: number) => {
      const options = { kind: "adamw", learningRate, learningRateFactor, weightDecay: 0.3 } as const;
      return numbersOf(optimizerStep(recordOf([1]), recordOf([0.7]), optimizerInit(), options).parameters)[0]!;
    };
    expect(step(0.4, 0.25)).toBe(step(0.1, 1));
  });
});

describe("schedules", () => {
  test.each(torch.schedules)("PyTorch's factors: $schedule", ({ schedule, factors }) => {
    // Torch multiplies on from step to step.
    const ours = factors.map((_, step) => learningRateFactor(schedule, step));
    expectAllClose(ours, factors, { ulps: 16, epsilon, scale: 1 });
  });

  test("cosine: 1, halfway (1 + floor)/2, floor from its end on, all later by the warm-up", () => {
    const schedule = { kind: "cosine", steps: 10, floor: 0.2, warmUp: 4 } as const;
    const factors = [0, 3, 4, 9, 14, 1000].map((step) => learningRateFactor(schedule, step));
    expectAllClose(factors, [0.25, 1, 1, 0.6, 0.2, 0.2], { ulps: 2, epsilon });
  });

  test("messages", () => {
    expect(() => learningRateFactor({ kind: "step", every: 0 }, 0)).toThrow(
      "learningRateFactor: `schedule.every` must be an integer ≥ 1, got 0.",
    );
    expect(() => learningRateFactor({ kind: "constant" }, -1)).toThrow(
      "learningRateFactor: `step` must be an integer ≥ 0, got -1.",
    );
    expect(() => learningRateFactor({ kind: "linear" } as never, 0)).toThrow(
      'learningRateFactor: `schedule.kind` must be "constant", "step" or "cosine", got "linear".',
    );
  });
});

describe("clipping", () => {
  test.each(torch.clipping)("PyTorch's gradients: $clip", ({ clip, gradients }) => {
    expectAllClose(numbersOf(clipGradients(recordOf(torch.gradients[0]!), clip)), gradients.flatMap(flat), {
      ulps: 8,
      epsilon,
    });
  });

  test("the norm is that of all gradients together, (3, 4) of two parameters → 5", () => {
    const g = { a: scalar(backend, 3), b: fromArray(backend, [[4]]) };
    expectClose(gradientNorm(g).dataSync()[0]!, 5, { ulps: 1, epsilon });
    const clipped = clipGradients(g, { kind: "norm", largest: 1 });
    expectAllClose(numbersOf(clipped), [3 / (5 + 1e-6), 4 / (5 + 1e-6)], { ulps: 4, epsilon });
  });

  test("message", () => {
    expect(() => clipGradients({ a: scalar(backend, 1) }, { kind: "norm", largest: 0 })).toThrow(
      "clipGradients: `clip.largest` must be a finite number > 0, got 0.",
    );
  });
});

describe("messages", () => {
  const step = (options: OptimizerOptions, gradients = recordOf([1])) =>
    optimizerStep(recordOf([1]), gradients, optimizerInit(), options);

  test.each([
    [{ kind: "rmsprop" }, '`kind` must be "sgd", "adam" or "adamw", got "rmsprop".'],
    [{ kind: "sgd" }, "`learningRate` must be a finite number > 0, got undefined."],
    [{ kind: "sgd", learningRate: 1, momentum: 1 }, "`momentum` must be a number in [0, 1), got 1."],
    [
      { kind: "sgd", learningRate: 1, nesterov: true },
      "`nesterov` must be used with momentum > 0 and dampening 0, got true with momentum 0 and dampening 0.",
    ],
    [{ kind: "adam", beta2: 1 }, "`beta2` must be a number in [0, 1), got 1."],
    [{ kind: "adam", epsilon: 0 }, "`epsilon` must be a finite number > 0, got 0."],
    [{ kind: "adamw", weightDecay: -1 }, "`weightDecay` must be a finite number ≥ 0, got -1."],
  ])("%j", (options, message) => {
    expect(() => step(options as never)).toThrow(`optimizerStep: ${message}`);
  });

  test("gradients that do not fit", () => {
    expect(() => step({ kind: "adam" }, recordOf([[1, 2]]))).toThrow(
      'optimizerStep: `gradients` must be of shape [] at "p0", got [2].',
    );
    expect(() => step({ kind: "adam" }, { q: scalar(backend, 1) } as never)).toThrow(
      "optimizerStep: `gradients` must be a record of p0, got q.",
    );
  });
});
