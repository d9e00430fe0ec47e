import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { kernelShape, type ParticleKernel } from "./particle-kernel.ts";
import { DEPTH, kernelOfCosines, profileTable, slopeOfCosines } from "./profile-table.ts";

const EPSILON = 2 ** -52;
const kernels: ParticleKernel[] = [0.02, 0.1, 0.35, 1, 4].flatMap((bandwidth) => [
  { kind: "geodesicGaussian", bandwidth },
  { kind: "vonMisesFisher", bandwidth },
]);

/** The angle of a cosine, from its own half-angle. */
const angleOf = (t: number): number => 2 * Math.atan2(Math.sqrt((1 - t) / 2), Math.sqrt((1 + t) / 2));

/** k and dk/dt straight from the definition. */
function direct({ kind, bandwidth: h }: ParticleKernel, t: number): { k: number; slope: number } {
  const theta = angleOf(t);
  if (kind === "vonMisesFisher") {
    const k = Math.exp((t - 1) / h ** 2);
    return { k, slope: k / h ** 2 };
  }
  const k = Math.exp(-(theta ** 2) / (2 * h ** 2));
  const ratio = theta === 0 ? 1 : theta / Math.sqrt((1 - t) * (1 + t));
  return { k, slope: (k * ratio) / h ** 2 };
}

/** Cosines all over the sphere but for the antipode, dense at both ends. */
const cosines = Float64Array.from({ length: 4000 }, (_, i) => Math.cos((Math.PI * i) / 4000));

describe.each(kernels)("$kind, h = $bandwidth", (kernel) => {
  const shape = kernelShape(kernel);
  const table = profileTable(shape);
  const exponent = (t: number): number => shape.exponent(Math.sqrt((1 + t) / 2));
  const near = cosines.filter((t) => exponent(t) > 1 - DEPTH);
  // The rounding of s moves the exponent by its steepness, in the table and in the definition alike; a few ulps are the polynomial's.
  const ulps = 16 + 2 * shape.steepness;
  const tolerance = { ulps, epsilon: EPSILON };

  test("kernel and slope are those of the definition, with full relative accuracy", () => {
    const [k, slope] = [Float64Array.from(near), Float64Array.from(near)];
    kernelOfCosines(table, k, 0, k.length);
    slopeOfCosines(table, slope, 0, slope.length);
    expectAllClose(
      k,
      near.map((t) => direct(kernel, t).k),
      tolerance,
    );
    expectAllClose(
      slope,
      near.map((t) => direct(kernel, t).slope),
      tolerance,
    );
  });

  test("near the antipode the slope has a pole, the pull slope·sin θ is accurate to rounding of the kernel", () => {
    const t = -1 + 1e-11;
    const sine = Math.sqrt((1 - t) * (1 + t));
    const slope = Float64Array.of(t);
    slopeOfCosines(table, slope, 0, 1);
    const { k, slope: expected } = direct(kernel, t);
    const steepest = k * shape.steepness;
    if (exponent(t) > 1 - DEPTH) expectClose(slope[0]! * sine, expected * sine, { ...tolerance, scale: steepest });
    if (exponent(t) < -1 - DEPTH) expect(slope[0]).toBe(0);
  });

  test("beyond the depth of the table the kernel reads 0, where it is below e^−DEPTH", () => {
    const far = cosines.filter((t) => exponent(t) < -1 - DEPTH);
    const k = Float64Array.from(far);
    kernelOfCosines(table, k, 0, k.length);
    expect(k.every((value) => value >= 0 && value <= Math.exp(-DEPTH))).toBe(true);
  });

  test("rounding beyond ±1 does no harm, and NaN stays NaN", () => {
    const k = Float64Array.of(1 + 4 * EPSILON, -1 - EPSILON, Number.NaN);
    kernelOfCosines(table, k, 0, 3);
    expectAllClose(k.subarray(0, 1), [1], { ulps: 16 + 4 * shape.steepness, epsilon: EPSILON });
    expect(k[1]!).toBeGreaterThanOrEqual(0);
    expect(k[2]).toBeNaN();
  });
});

test("only the asked range is replaced", () => {
  const values = Float64Array.of(0.5, 0.5, 0.5);
  kernelOfCosines(profileTable(kernelShape({ kind: "vonMisesFisher", bandwidth: 1 })), values, 1, 2);
  expect([values[0], values[2]]).toEqual([0.5, 0.5]);
  expectAllClose(values.subarray(1, 2), [Math.exp(-0.5)], { ulps: 16, epsilon: EPSILON });
});
