import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean, pairCosines } from "../test/z-score.ts";
import { logDensity } from "./law.ts";
import { dot, rowOf } from "./rows.ts";
import { generateVonMisesFisherPair, type VonMisesFisherPairOptions } from "./von-mises-fisher-pair.ts";

const EPSILON = 2 ** -52;
const generate = (options: Omit<VonMisesFisherPairOptions, "kind" | "pairs"> & { pairs?: number }) =>
  generateVonMisesFisherPair(createRandom("pair"), { kind: "vonMisesFisherPair", pairs: 1, ...options });

describe("generateVonMisesFisherPair", () => {
  test("published divergences, d = 8, κ = 20 and 5, angle 1", () => {
    const { truth } = generate({ dim: 8, concentrationX: 20, concentrationY: 5 });
    // Twelve and ten digits there.
    expect(Math.abs(truth.kl.xToY - 3.60433919968)).toBeLessThan(1e-10);
    expect(Math.abs(truth.jeffreys - 11.598639399)).toBeLessThan(1e-8);
    expect(Math.abs(truth.squaredMMD - 0.2735888034)).toBeLessThan(1e-9);
    expect(truth.symmetricKL).toBe(truth.jeffreys / 2);
    expectClose(truth.kl.xToY + truth.kl.yToX, truth.jeffreys, { ulps: 16, epsilon: EPSILON });
    const flat = generate({ dim: 3, concentrationX: 20, concentrationY: 5 }).truth;
    expect(Math.abs(flat.kl.xToY - 2.81981300729)).toBeLessThan(1e-10);
  });

  test("equal laws have no divergence", () => {
    const { truth } = generate({ dim: 6, angle: 0, concentrationX: 9 });
    expect([truth.jeffreys, truth.energyDistance, truth.squaredMMD, truth.centroidGap]).toEqual([0, 0, 0, 0]);
  });

  test.each([
    { dim: 3, angle: 0.5, concentrationX: 3, concentrationY: 30, coupling: 10 },
    { dim: 8, angle: 2.5, concentrationX: 40, concentrationY: 5, coupling: 0 },
    { dim: 32, angle: Math.PI, concentrationX: 50, concentrationY: 50, coupling: 1e6 },
    { dim: 5, angle: 1, concentrationX: 0, concentrationY: 0, coupling: 20 },
  ])("samples: %o", (options) => {
    const { x, y, truth } = generate({ pairs: 4000, ...options });
    expectMean(pairCosines(x, y), truth.pairCosine);
    const shifted = { ...y, data: new Float64Array([...y.data.slice(options.dim), ...y.data.slice(0, options.dim)]) };
    expectMean(pairCosines(x, shifted), truth.meanCosine.xy);
    const half = (m: typeof x, from: number) => ({
      ...m,
      rows: 2000,
      data: m.data.slice(from * options.dim, (from + 2000) * options.dim),
    });
    expectMean(pairCosines(half(x, 0), half(x, 2000)), truth.meanCosine.xx);
    expectMean(pairCosines(half(y, 0), half(y, 2000)), truth.meanCosine.yy);
    expectMean(
      logDensity(truth.laws.x, x).map((log) => -log),
      truth.entropy.x,
    );
    expectMean(
      logDensity(truth.laws.y, y).map((log) => -log),
      truth.entropy.y,
    );
    expectMean(
      logDensity(truth.laws.x, x).map(
        (log, i) => log - logDensity(truth.laws.y, { ...x, rows: 1, data: rowOf(x, i) })[0]!,
      ),
      truth.kl.xToY,
    );
    const chord = (a: Float64Array, b: Float64Array) => Math.sqrt(Math.max(0, 2 - 2 * dot(a, b)));
    // Disjoint quadruples, so that the terms are independent.
    const energies = Float64Array.from({ length: 2000 }, (_, i) => {
      const [a, b, c, d] = [
        rowOf(x, i),
        rowOf(x, i + 2000),
        rowOf(y, (i + 700) % 2000),
        rowOf(y, 2000 + ((i + 900) % 2000)),
      ];
      return chord(a, c) + chord(b, d) - chord(a, b) - chord(c, d);
    });
    expectMean(energies, truth.energyDistance);
  });

  test("messages", () => {
    const where = "generateVonMisesFisherPair: ";
    expect(() => generate({ dim: 2 })).toThrow(`${where}\`dim\` must be an integer in [3, 4096], got 2.`);
    expect(() => generate({ dim: 3, angle: 4 })).toThrow(`${where}\`angle\` must be a number in [0, π], got 4.`);
    expect(() => generate({ dim: 3, coupling: -1 })).toThrow(
      `${where}\`coupling\` must be a number in [0, 1000000000], got -1.`,
    );
  });
});
