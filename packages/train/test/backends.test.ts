// One training on every backend: two encoders and a temperature learn pairs, with the same numbers up to rounding.

import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { symmetricInfoNCE } from "@nce-geometry/losses";
import { type Backend, createRandom, fromData, referenceBackend, type Tensor } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  createEncoder,
  disposeTrainState,
  flattenParameters,
  joinParameters,
  limitLogScale,
  logScaleOf,
  type ParameterRecord,
  partOfParameters,
  representationRecord,
  restoreTrainState,
  saveTrainState,
  type TrainOptions,
  temperatureOf,
  train,
  trainInit,
} from "../src/index.ts";

const images = createEncoder({ kind: "mlp", inputs: 4, hidden: [6], outputs: 3, activation: "tanh" });
const texts = createEncoder({ kind: "linear", inputs: 4, outputs: 3 });

function start(backend: Backend): ParameterRecord {
  return joinParameters({
    image: images.init(createRandom("image"), backend),
    text: texts.init(createRandom("text"), backend),
    contrast: { logScale: logScaleOf(backend, 0.2) },
  });
}

function optionsOn(backend: Backend): TrainOptions {
  const upload = (values: Float64Array): Tensor =>
    fromData(backend, backend.floatType === "float64" ? values : Float32Array.from(values), [16, 4]);
  const encode = (parameters: ParameterRecord, seen: Float64Array): [Tensor, Tensor] => [
    images.apply(partOfParameters(parameters, "image"), upload(seen)),
    texts.apply(partOfParameters(parameters, "text"), upload(seen)),
  ];
  return {
    steps: 8,
    seed: 3,
    recordEvery: 4,
    optimizer: { kind: "adamw", learningRate: 0.02 },
    schedule: { kind: "cosine", steps: 8, warmUp: 2 },
    clip: { kind: "norm", largest: 1 },
    loss: (parameters, { random }) => {
      const temperature = temperatureOf(parameters["contrast.logScale"]!);
      return symmetricInfoNCE(...encode(parameters, random.normal(64)), { temperature });
    },
    project: (parameters) => ({
      ...parameters,
      "contrast.logScale": limitLogScale(parameters["contrast.logScale"]!, 10),
    }),
    monitor: async (parameters, { random }) => {
      const [x, y] = backend.scope(() => encode(parameters, random.normal(64)));
      const record = await representationRecord(x, y, { temperature: 0.2 });
      x.dispose();
      y.dispose();
      return record;
    },
  };
}

async function run(backend: Backend): Promise<{ flat: Float64Array; losses: number[] }> {
  const { state, history } = await train(trainInit(start(backend)), optionsOn(backend));
  return { flat: await flattenParameters(state.parameters), losses: history.map(({ loss }) => loss) };
}

describe.each([
  ["reference", async () => referenceBackend()],
  ["tfjs cpu", () => tfjsCpuBackend()],
  ["tfjs wasm", () => tfjsWasmBackend()],
] as const)("%s", (_, make) => {
  test("the path of the reference backend, up to rounding", async () => {
    const [here, reference] = [await run(await make()), await run(referenceBackend())];
    const { epsilon } = await make();
    // Adam divides each gradient by its size: where that is 1e-3 of the largest, a rounding of some tens of ε grows a thousandfold over
    // eight steps of 0.02.
    const tolerance = { ulps: 64 * 1000 * 8 * 0.02, epsilon, scale: 1 };
    expectAllClose(here.flat, reference.flat, tolerance);
    expectAllClose(here.losses, reference.losses, tolerance);
  });

  test("the same seed gives the same bits, also through a checkpoint", async () => {
    const backend = await make();
    const options = optionsOn(backend);
    const half = await train(trainInit(start(backend)), { ...options, steps: 4 });
    const saved = JSON.parse(JSON.stringify(await saveTrainState(half.state)));
    const rest = await train(restoreTrainState(backend, saved), { ...options, steps: 4 });
    expect(await flattenParameters(rest.state.parameters)).toEqual((await run(backend)).flat);
  });

  test("nothing stays alive but the state", async () => {
    const backend = await make();
    const state = trainInit(start(backend));
    const before = backend.liveTensors();
    const result = await train(state, optionsOn(backend));
    disposeTrainState(result.state);
    expect(backend.liveTensors()).toBe(before);
  });
});

test("a part that a record lacks is refused", () => {
  expect(() => partOfParameters(start(referenceBackend()), "audio")).toThrow(
    'partOfParameters: `parameters` must be a record with parameters named "audio.…", got image.layer1.weight, ' +
      "image.layer1.bias, image.layer2.weight, image.layer2.bias, text.weight, text.bias, contrast.logScale.",
  );
});
