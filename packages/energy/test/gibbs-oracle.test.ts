import { existsSync, readFileSync } from "node:fs";
import { sphereQuadrature } from "@nce-geometry/manifold";
import { sumOfArray } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { capMass, gibbsLawOnSphere, massesOf, massNearMinimum } from "../src/index.ts";

const file = new URL("../../../../shared/oracles/gibbs_s2.json", import.meta.url);
const reason = existsSync(file) ? "" : " (SKIPPED: the golden values are not on this machine)";

interface Row {
  readonly tau: number;
  readonly logZ: number;
  readonly meanPotential: number;
  readonly entropy: number;
  readonly freeEnergy: number;
  readonly variancePotential: number;
  readonly meanDirection: readonly number[];
  readonly excessMass: Readonly<Record<string, number>>;
  readonly capMass: Readonly<Record<string, number>>;
}
interface Golden {
  readonly m1: readonly number[];
  readonly m2: readonly number[];
  readonly kappa: number;
  readonly minPotential: number;
  readonly rows: readonly Row[];
}

describe.skipIf(reason !== "")(`golden values of the Gibbs law on S²${reason}`, () => {
  const golden: Golden =
    reason === "" ? JSON.parse(readFileSync(file, "utf8")) : { m1: [], m2: [], kappa: 0, minPotential: 0, rows: [] };
  const { m1, m2, kappa } = golden;
  const [ax, ay, az] = m1.map((x) => kappa * x) as [number, number, number];
  const [bx, by, bz] = m2.map((x) => kappa * x) as [number, number, number];
  const potentialAt = (x: number, y: number, z: number): number => {
    const a = ax * x + ay * y + az * z;
    const b = bx * x + by * y + bz * z;
    return -(Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))) - Math.LN2) / kappa;
  };
  const potential = (z: Float64Array): number => potentialAt(z[0]!, z[1]!, z[2]!);
  const close = { ulps: 1, epsilon: 1e-9 };

  test("has its eight temperatures", () => expect(golden.rows).toHaveLength(8));

  test.each(golden.rows)("log Z, ⟨U⟩, Var U, entropy, mean direction, caps at τ = $tau", (row) => {
    const law = gibbsLawOnSphere(potential, { temperature: row.tau });
    expectClose(law.logPartition, row.logZ, close);
    expectClose(law.freeEnergy, row.freeEnergy, close);
    expectClose(law.meanPotential, row.meanPotential, close);
    expectClose(law.potentialVariance, row.variancePotential, close);
    expectClose(law.entropy, row.entropy, close);
    const masses = massesOf(law.measure, law.logDensity);
    const { data } = law.measure.points;
    row.meanDirection.forEach((value, k) => {
      expectClose(sumOfArray(masses.map((mass, i) => mass * data[3 * i + k]!)), value, { ...close, scale: 1 });
    });
    for (const [angle, value] of Object.entries(row.capMass)) {
      const caps = [m1, m2].map((center) => capMass(law, potential, { center, angle: Number(angle) }).value);
      // The masses were stored to 1e-9.
      expectClose(caps[0]! + caps[1]!, value, { ...close, scale: 1 });
    }
  });

  describe("mass near the minimum, a sum over the points of the grid on which the golden values were made", () => {
    let potentials = new Float64Array();
    let weights = new Float64Array();
    beforeAll(() => {
      const grid = sphereQuadrature({ polarNodes: 1600, azimuthalNodes: 3200 });
      const { data } = grid.points as { data: Float64Array };
      const all = grid.weights.map((_, i) => potentialAt(data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!));
      const isLow = (u: number): boolean => u <= golden.minPotential + 0.2;
      weights = grid.weights.filter((_, i) => isLow(all[i]!));
      potentials = all.filter(isLow);
    }, 60_000);

    test.each(golden.rows)("τ = $tau", ({ tau, logZ, excessMass }) => {
      const logDensity = potentials.map((u) => -u / tau - logZ);
      const law = { measure: { weights }, potential: potentials, logDensity, minPotential: golden.minPotential };
      for (const [excess, value] of Object.entries(excessMass)) {
        expectClose(massNearMinimum(law, { excess: Number(excess) }), value, close);
      }
    });
  });
});
