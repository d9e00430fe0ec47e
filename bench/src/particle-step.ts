// Steps of the paper's particle simulation beside straightforward PyTorch, in one run; ours in float64, theirs in float32.

import { freeEnergyFlow, particleFlowInit, wellPotential } from "@nce-geometry/energy";
import { createRandom } from "@nce-geometry/tensor";
import { sideBySide } from "./side-by-side.ts";

const particles = 768;
const steps = 20;
const random = createRandom("particle-step");
const second = [0.85, 0.15, -0.5].map((value) => value / Math.hypot(0.85, 0.15, -0.5));
const potential = wellPotential({ wells: [[0, 0, 1], second], concentration: 12 });
const start = { rows: particles, dim: 3, data: random.split("start").normal(3 * particles) };
let state = particleFlowInit(start, random.split("noise"));

await sideBySide("particles.py", [
  {
    name: "steps",
    what: `${steps} steps, ${particles} particles: potential, geodesic kernel density, gradient, Adam, noise`,
    run: async () => {
      const result = await freeEnergyFlow(state, {
        temperature: 0.5,
        potential,
        kernel: { kind: "geodesicGaussian", bandwidth: 0.35, distance: "clamped" },
        parameters: "ambient",
        noise: 0.06,
        steps,
        recordEvery: steps,
      });
      state = result.state;
      const { data } = result.particles[0]!;
      return data.filter(Number.isFinite).length / data.length;
    },
  },
]);
