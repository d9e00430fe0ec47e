// Training of two linear encoders on the circle beside straightforward PyTorch, in one run.

import { symmetricInfoNCE } from "@nce-geometry/losses";
import { euclidean, riemannianAdamInit, riemannianAdamStep } from "@nce-geometry/manifold";
import {
  createRandom,
  fromData,
  matMul,
  normalizeRows,
  type Random,
  randomNormal,
  referenceBackend,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { sideBySide } from "./side-by-side.ts";

const steps = 100;
const batch = 256;
const backend = referenceBackend();
const space = euclidean(2);
const random = createRandom("two-encoder");
let encoders = ["x", "y"].map((label) => {
  const weights = randomNormal(random.split(label), backend, [2, 2]);
  return { weights, state: riemannianAdamInit(space, weights) };
});

/** Points of the circle and partners that are turned by an angle of standard deviation 0.3. */
function pairs(draws: Random): readonly [Tensor, Tensor] {
  const angles = draws.uniform(batch, { high: 2 * Math.PI });
  const turns = draws.normal(batch);
  const onCircle = (angleOf: (i: number) => number) => {
    const data = new Float64Array(2 * batch);
    for (let i = 0; i < batch; i++) {
      data[2 * i] = Math.cos(angleOf(i));
      data[2 * i + 1] = Math.sin(angleOf(i));
    }
    return fromData(backend, data, [batch, 2]);
  };
  return [onCircle((i) => angles[i]!), onCircle((i) => angles[i]! + 0.3 * turns[i]!)];
}

function step(): void {
  encoders = backend.scope(() => {
    const [x, y] = pairs(random);
    const encode = (rows: Tensor, weights: Tensor) => normalizeRows(matMul(rows, weights, { transposeB: true }));
    const { gradients } = valueAndGrad(
      (u, v) => symmetricInfoNCE(encode(x, u!), encode(y, v!), { temperature: 0.07 }),
      encoders.map(({ weights }) => weights),
    );
    return encoders.map(({ weights, state }, k) => {
      const next = riemannianAdamStep(space, weights, gradients[k]!, state, { learningRate: 5e-3 });
      return { weights: next.x, state: next.state };
    });
  });
}

function run(): number {
  for (let k = 0; k < steps; k++) step();
  const numbers = encoders.flatMap(({ weights }) => [...weights.dataSync()]);
  return numbers.filter(Number.isFinite).length / numbers.length;
}

// Training runs for thousands of steps; the first thousand are also those in which the engine compiles.
for (let k = 0; k < 10; k++) run();
const what = `${steps} steps of two 2 × 2 encoders, batch ${batch}, symmetric InfoNCE and Adam (float64; the peer float32)`;
sideBySide("two_encoder.py", [{ name: "steps", what, run }]);
