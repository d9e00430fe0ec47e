import {
  createRandom,
  fromArray,
  fromData,
  mul,
  randomNormal,
  referenceBackend,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose, expectGradient } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { flat, torch } from "../../test/golden/torch-sequences.ts";
import { mapParameters, parameterGradients } from "../parameters.ts";
import { activate, largestSlope } from "./activation.ts";
import { createEncoder, type EncoderOptions } from "./encoder.ts";
import { limitLogScale, logScaleOf, temperatureOf } from "./learnable-temperature.ts";

const backend = referenceBackend();
const epsilon = 2 ** -52;
const tensorsOf = (values: Readonly<Record<string, Parameters<typeof fromArray>[1]>>) =>
  Object.fromEntries(Object.entries(values).map(([name, numbers]) => [name, fromArray(backend, numbers)]));

test.each(torch.perceptrons)("a perceptron of PyTorch with $activation: output and gradients", (golden) => {
  const { activation, parameters, output, gradients } = golden;
  const encoder = createEncoder({ kind: "mlp", inputs: 3, hidden: [4], outputs: 2, activation });
  const x = fromArray(backend, torch.inputs);
  const weights = fromArray(backend, [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
    [9, 10],
  ]);
  const result = parameterGradients((p) => sum(mul(encoder.apply(p, x), weights)), tensorsOf(parameters));
  const scale = { ulps: 64, epsilon, scale: 1 };
  expectAllClose(encoder.apply(tensorsOf(parameters), x).dataSync(), flat(output), scale);
  for (const [name, gradient] of Object.entries(result.gradients)) {
    // Sums of fifty terms of size 10.
    expectAllClose(gradient.dataSync(), flat(gradients[name]!), { ...scale, scale: 50 });
  }
  expect(Object.keys(parameters)).toEqual(encoder.layers.flatMap(({ weight, bias }) => [weight, bias!]));
});

describe("limits", () => {
  const x = randomNormal(createRandom(1), backend, [7, 3]);

  test("the identity, its bias, the sphere and the box", () => {
    const eye = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const common = { kind: "linear", inputs: 3, outputs: 3 } as const;
    const plain = createEncoder({ ...common, bias: false, output: "linear" });
    expect(plain.apply(tensorsOf({ weight: eye }), x).dataSync()).toEqual(x.dataSync());
    const shifted = createEncoder({ ...common, output: "linear" }).apply(
      tensorsOf({ weight: eye, bias: [1, 2, 3] }),
      x,
    );
    expectAllClose(
      shifted.dataSync(),
      Array.from(x.dataSync(), (v, i) => v + 1 + (i % 3)),
      { ulps: 1, epsilon },
    );
    const boxed = createEncoder({ ...common, bias: false, output: "tanh" }).apply(tensorsOf({ weight: eye }), x);
    expectAllClose(boxed.dataSync(), Array.from(x.dataSync(), Math.tanh), { ulps: 2, epsilon });
    const onSphere = createEncoder({ ...common, bias: false })
      .apply(tensorsOf({ weight: eye }), x)
      .dataSync();
    expectClose(Math.hypot(onSphere[0]!, onSphere[1]!, onSphere[2]!), 1, { ulps: 2, epsilon });
  });

  test("relu of W = (1, −1)ᵀ and W' = (1, −1) is the identity, also at 0, where its derivative is 0", () => {
    const options = { kind: "mlp", inputs: 1, hidden: [2], outputs: 1, bias: false, output: "linear" } as const;
    const parameters = tensorsOf({ "layer1.weight": [[1], [-1]], "layer2.weight": [[1, -1]] });
    const points = fromArray(backend, [[-2], [0], [3]]);
    expect([...createEncoder(options).apply(parameters, points).dataSync()].map((v) => v + 0)).toEqual([-2, 0, 3]);
    const slope = parameterGradients((p) => sum(activate("relu", p.x!)), { x: fromArray(backend, [0, -1, 1]) });
    expect([...slope.gradients.x!.dataSync()]).toEqual([0, 0, 1]);
    expect([...activate("relu", fromArray(backend, [Number.NaN])).dataSync()]).toEqual([Number.NaN]);
  });

  test("gelu: 0 at 0, x and 0 far out, and no slope beyond the stated one", () => {
    const far = activate("gelu", fromArray(backend, [0, 20, -20])).dataSync();
    expect([...far].map((v) => v + 0)).toEqual([0, 20, 0]);
    const grid = fromArray(
      backend,
      Array.from({ length: 4001 }, (_, k) => -5 + k / 400),
    );
    const slopes = parameterGradients((p) => sum(activate("gelu", p.x!)), { x: grid }).gradients.x!.dataSync();
    const steepest = Math.max(...slopes);
    expect(steepest).toBeLessThanOrEqual(largestSlope.gelu);
    expect(steepest).toBeGreaterThan(largestSlope.gelu - 1e-4);
  });

  test("gradients pass through every layer and output", async () => {
    for (const output of ["linear", "normalized", "tanh"] as const) {
      const encoder = createEncoder({ kind: "mlp", inputs: 3, hidden: [5, 4], outputs: 2, activation: "gelu", output });
      const parameters = encoder.init(createRandom(3), backend);
      const names = Object.keys(parameters);
      const f = (...xs: Tensor[]) => {
        const on = xs[0]!.backend;
        const points = fromData(on, x.dataSync(), [7, 3]);
        const z = encoder.apply(Object.fromEntries(names.map((name, k) => [name, xs[k]!])), points);
        return sum(mul(z, randomNormal(createRandom(4), on, [7, 2])));
      };
      await expectGradient(f, Object.values(parameters), { random: createRandom(5), ulps: 1024 });
    }
  });
});

describe("initialisations", () => {
  const [inputs, outputs] = [64, 200];
  const drawn = (initialization: EncoderOptions["initialization"]) => {
    const options = { kind: "linear", inputs, outputs, ...(initialization && { initialization }) } as const;
    return mapParameters(createEncoder(options).init(createRandom(7), backend), (t) => t);
  };
  /** Mean square over n numbers, judged within 5 standard errors: those of squares are at most √2 of their mean. */
  const expectMeanSquare = (values: ArrayLike<number>, expected: number) => {
    const mean = Array.from(values, (v) => v * v).reduce((a, b) => a + b) / values.length;
    expect(Math.abs(mean / expected - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(values.length));
  };

  test("torch: uniform in ±1/√inputs, of variance 1/(3·inputs), weights and biases", () => {
    const { weight, bias } = drawn(undefined);
    for (const tensor of [weight!, bias!]) {
      const values = tensor.dataSync();
      expect(Math.max(...Array.from(values, Math.abs))).toBeLessThanOrEqual(1 / 8);
      expectMeanSquare(values, 1 / (3 * inputs));
    }
  });

  test("normal, xavier and kaiming have their variances, and biases of 0", () => {
    expectMeanSquare(drawn({ kind: "normal" }).weight!.dataSync(), 1 / inputs);
    expectMeanSquare(drawn({ kind: "normal", deviation: 3 }).weight!.dataSync(), 9);
    expectMeanSquare(drawn({ kind: "kaiming" }).weight!.dataSync(), 2 / inputs);
    expectMeanSquare(drawn({ kind: "xavier", gain: 2 }).weight!.dataSync(), (4 * 2) / (inputs + outputs));
    expect(new Set(drawn({ kind: "normal" }).bias!.dataSync())).toEqual(new Set([0]));
  });

  test("the same seed gives the same encoder; layers differ", () => {
    const encoder = createEncoder({ kind: "mlp", inputs: 4, hidden: [4], outputs: 4 });
    const [a, b] = [encoder.init(createRandom(1), backend), encoder.init(createRandom(1), backend)];
    for (const name of Object.keys(a)) expect(a[name]!.dataSync()).toEqual(b[name]!.dataSync());
    expect(a["layer1.weight"]!.dataSync()).not.toEqual(a["layer2.weight"]!.dataSync());
  });
});

describe("a learnable temperature", () => {
  test("comes back, moves in proportion, stops at its ceiling", () => {
    const logScale = logScaleOf(backend, 0.07);
    expectClose(temperatureOf(logScale).dataSync()[0]!, 0.07, { ulps: 4, epsilon });
    const slope = parameterGradients(({ s }) => temperatureOf(s!), { s: logScale }).gradients.s!.dataSync()[0]!;
    expectClose(slope, -0.07, { ulps: 4, epsilon });
    const limited = limitLogScale(logScaleOf(backend, 1e-4), 100);
    expectClose(temperatureOf(limited).dataSync()[0]!, 0.01, { ulps: 4, epsilon });
    expect(limitLogScale(logScale, 100).dataSync()).toEqual(logScale.dataSync());
  });

  test("messages", () => {
    expect(() => logScaleOf(backend, 0)).toThrow("logScaleOf: `temperature` must be a finite number > 0, got 0.");
    expect(() => limitLogScale(logScaleOf(backend, 1), -1)).toThrow(
      "limitLogScale: `largestScale` must be a finite number > 0, got -1.",
    );
  });
});

test.each([
  [{ kind: "cnn" }, '`kind` must be "linear" or "mlp", got "cnn".'],
  [{ kind: "linear", inputs: 0, outputs: 1 }, "`inputs` must be an integer ≥ 1, got 0."],
  [{ kind: "linear", inputs: 1, outputs: 1.5 }, "`outputs` must be an integer ≥ 1, got 1.5."],
  [{ kind: "mlp", inputs: 1, outputs: 1, hidden: [] }, "`hidden` must be a list of at least one width, got []."],
  [{ kind: "mlp", inputs: 1, outputs: 1, hidden: [3, 0] }, "`hidden[1]` must be an integer ≥ 1, got 0."],
  [
    { kind: "mlp", inputs: 1, outputs: 1, hidden: [3], activation: "elu" },
    '`activation` must be "tanh", "relu" or "gelu", got "elu".',
  ],
  [
    { kind: "linear", inputs: 1, outputs: 1, initialization: { kind: "zeros" } },
    '`initialization.kind` must be "torch", "normal", "xavier" or "kaiming", got "zeros".',
  ],
])("message for %j", (options, message) => {
  expect(() => createEncoder(options as never)).toThrow(`createEncoder: ${message}`);
});

test("a record without one of the parameters is refused", () => {
  const encoder = createEncoder({ kind: "linear", inputs: 1, outputs: 1 });
  const x = fromArray(backend, [[1]]);
  expect(() => encoder.apply({ weight: fromArray(backend, [[1]]) }, x)).toThrow(
    'apply: `parameters` must be a record with "bias", got weight.',
  );
});
