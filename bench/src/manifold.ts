// Sampling, distances and kernel volumes beside straightforward NumPy/SciPy, in one run.

import { logKernelVolume, sphere, vonMisesFisher } from "@nce-geometry/manifold";
import { createRandom } from "@nce-geometry/tensor";
import { sideBySide } from "./side-by-side.ts";

const dim = 128;
const space = sphere(dim);
const random = createRandom("bench");
const law = vonMisesFisher({ meanDirection: space.rows.sampleUniform(random, 1).data, concentration: 50 });
const [x, y] = [space.rows.sampleUniform(random, 2000), space.rows.sampleUniform(random, 2000)];
const dimensions = [2, 3, 8, 16, 64, 128, 256, 512, 1024, 4096];
const temperatures = Array.from({ length: 200 }, (_, k) => 10 ** (-3 + (6 * k) / 199));

await sideBySide("manifold.py", [
  {
    name: "sampling",
    what: "20,000 draws, von Mises–Fisher, d = 128, κ = 50",
    run: () => finiteShare(law.rows.sample(random, 20_000).data),
  },
  {
    name: "distances",
    what: "2,000 × 2,000 geodesic distances, d = 128",
    run: () => finiteShare(space.rows.geodesicDistanceMatrix(x, y).data),
  },
  {
    name: "kernelVolume",
    what: "2,000 log kernel volumes, d = 2 … 4096, τ = 10⁻³ … 10³",
    run: () =>
      finiteShare(dimensions.flatMap((d) => temperatures.map((temperature) => logKernelVolume(d, { temperature })))),
  },
]);

function finiteShare(values: ArrayLike<number>): number {
  let finite = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) finite++;
  return finite / values.length;
}
