import { sphere } from "@nce-geometry/manifold";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { crossKernelSums, selfKernelSums, type TabulatedKernel } from "./kernel-sums.ts";
import { kernelShape, type ParticleKernel } from "./particle-kernel.ts";
import { profileTable } from "./profile-table.ts";

const EPSILON = 2 ** -52;
const rows = (...points: number[][]): RowMatrix => {
  return { rows: points.length, dim: points[0]!.length, data: Float64Array.from(points.flat()) };
};
const tabulated = (kernel: ParticleKernel): TabulatedKernel => {
  const shape = kernelShape(kernel);
  return { shape, table: profileTable(shape) };
};
const onCircle = (...angles: number[]): RowMatrix => rows(...angles.map((t) => [Math.cos(t), Math.sin(t)]));

describe("sums in closed form", () => {
  const h = 0.5;
  const gaussian = tabulated({ kind: "geodesicGaussian", bandwidth: h });
  const k = (angle: number): number => Math.exp(-(angle ** 2) / (2 * h ** 2));

  test("three particles on the circle, with and without themselves", () => {
    const z = onCircle(0, 0.7, 2);
    const others = [k(0.7) + k(2), k(0.7) + k(1.3), k(2) + k(1.3)];
    const tolerance = { ulps: 32 + 4 / h ** 2, epsilon: EPSILON, scale: 1 };
    expectAllClose(selfKernelSums(z, gaussian, "leaveOneOut").rows, others.map(Math.log), tolerance);
    expectAllClose(
      selfKernelSums(z, gaussian, "all").rows,
      others.map((sum) => Math.log1p(sum)),
      tolerance,
    );
  });

  test("across two clouds: rows and columns", () => {
    const { rows: ofX, columns: ofY } = crossKernelSums(onCircle(0, 1), onCircle(0.5, 2, 3), gaussian);
    const tolerance = { ulps: 32 + 4 / h ** 2, epsilon: EPSILON, scale: 1 };
    expectAllClose(ofX, [k(0.5) + k(2) + k(3), k(0.5) + k(1) + k(2)].map(Math.log), tolerance);
    expectAllClose(ofY, [2 * k(0.5), k(2) + k(1), k(3) + k(2)].map(Math.log), tolerance);
  });

  test("the pull along the circle is θ/h² per logarithm", () => {
    const z = onCircle(0, 0.7);
    const { x } = selfKernelSums(z, gaussian, "leaveOneOut").gradient(Float64Array.of(1, 0), Float64Array.of(1, 0));
    // d/dα of −(0.7 − α)²/(2h²) at α = 0, along the tangent (0, 1).
    expectClose(x[1]!, 0.7 / h ** 2, { ulps: 64, epsilon: EPSILON });
  });
});

describe("isolated particles", () => {
  const h = 0.01;
  test.each(["geodesicGaussian", "vonMisesFisher"] as const)("%s: sums far below the smallest float64", (kind) => {
    const kernel = tabulated({ kind, bandwidth: h });
    const exponent = (angle: number): number =>
      (kind === "geodesicGaussian" ? -(angle ** 2) / 2 : Math.cos(angle) - 1) / h ** 2;
    const pull = (angle: number): number => (kind === "geodesicGaussian" ? angle : Math.sin(angle)) / h ** 2;
    const z = onCircle(0, 2);
    const sums = selfKernelSums(z, kernel, "leaveOneOut");
    expect(Math.exp(exponent(2))).toBe(0);
    // The cosine knows the angle to ε/sin θ.
    const tolerance = { ulps: 16 + 8 / h ** 2, epsilon: EPSILON, scale: 1 };
    expectAllClose(sums.rows, [exponent(2), exponent(2)], tolerance);
    const { x } = sums.gradient(Float64Array.of(1, 0), Float64Array.of(1, 0));
    expectClose(x[1]!, pull(2), { ulps: 64, epsilon: EPSILON });
    const cross = crossKernelSums(z, onCircle(2, 2), kernel);
    expectAllClose(cross.rows, [exponent(2) + Math.LN2, Math.LN2], tolerance);
    expectAllClose(cross.columns, [0, 0], tolerance);
  });

  test("a lone particle without itself sees nothing: −∞", () => {
    const kernel = tabulated({ kind: "vonMisesFisher", bandwidth: 1 });
    expect(selfKernelSums(onCircle(1), kernel, "leaveOneOut").rows[0]).toBe(Number.NEGATIVE_INFINITY);
    expect(selfKernelSums(onCircle(1), kernel, "all").rows[0]).toBe(0);
  });
});

test("the clamp of the paper's code: close pairs read as 1.4e-3 rad apart and do not pull", () => {
  const kernel = tabulated({ kind: "geodesicGaussian", bandwidth: 0.35, distance: "clamped" });
  const z = onCircle(0, 1e-4);
  const floor = Math.acos(1 - 1e-6);
  const sums = selfKernelSums(z, kernel, "all");
  const expected = Math.log(2) - floor ** 2 / (2 * 0.35 ** 2);
  expectAllClose(sums.rows, [expected, expected], { ulps: 64, epsilon: EPSILON, scale: 1 });
  expect([...sums.gradient(Float64Array.of(1, 1), Float64Array.of(1, 1)).x]).toEqual([0, 0, 0, 0]);
});

test("a cloud split in two sums to the whole", () => {
  const kernel = tabulated({ kind: "vonMisesFisher", bandwidth: 0.3 });
  const z = sphere(4).rows.sampleUniform(createRandom(3), 30);
  const part = (from: number, to: number): RowMatrix => ({
    rows: to - from,
    dim: 4,
    data: z.data.subarray(4 * from, 4 * to),
  });
  const whole = selfKernelSums(z, kernel, "all").rows.map(Math.exp);
  const inside = selfKernelSums(part(0, 12), kernel, "all").rows.map(Math.exp);
  const across = crossKernelSums(part(0, 12), part(12, 30), kernel).rows.map(Math.exp);
  // Each of the three sums and its logarithm rounds once per term.
  expectAllClose(
    inside.map((sum, i) => sum + across[i]!),
    whole.subarray(0, 12),
    { ulps: 3 * 30, epsilon: EPSILON },
  );
});
