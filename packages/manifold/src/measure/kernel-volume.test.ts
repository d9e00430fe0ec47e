import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { goldenTable } from "../../test/golden/golden-table.ts";
import { logIntegrateZonal } from "../quadrature/zonal-quadrature.ts";
import { logBesselI } from "../special/log-bessel-i.ts";
import { logKernelVolume, type ZonalCritic } from "./kernel-volume.ts";
import { logSphereArea } from "./sphere-volume.ts";

const FEW = { ulps: 10, epsilon: 2 ** -52 };
const table = goldenTable("special-functions.json", "kernelVolume", ["dim", "temperature", "logVolume"]);

describe("cosine critic", () => {
  test("against 60 digits: relative error of log V for d = 2 … 4096, τ = 1e-3 … 1e3", () => {
    for (const { dim, temperature, logVolume } of table) {
      expectClose(logKernelVolume(dim, { temperature }), logVolume, { ...FEW, ulps: 16 });
    }
  });

  test.each([2, 3, 4, 17, 128, 1000, 4096])("d = %d: (2π)^{d/2} κ^{−ν} I_ν(κ), and quadrature", (d) => {
    for (const temperature of [1e-3, 0.07, 0.5, 10, 1e3]) {
      const kappa = 1 / temperature;
      const order = d / 2 - 1;
      const terms = [(d / 2) * Math.log(2 * Math.PI), -order * Math.log(kappa), logBesselI(order, kappa)];
      const scale = Math.max(...terms.map(Math.abs));
      const value = logKernelVolume(d, { temperature });
      expectClose(value, terms[0]! + terms[1]! + terms[2]!, { ...FEW, scale });
      const integral = logIntegrateZonal((_, cosine) => kappa * cosine, { dimension: d });
      expectClose(value, integral.value, { ulps: 1, epsilon: integral.error, scale: 1 });
    }
  });

  test("d = 3: 4πτ sinh(1/τ); d = 2: 2πI₀(1/τ)", () => {
    for (const temperature of [0.02, 0.3, 1, 40]) {
      expectClose(
        logKernelVolume(3, { temperature }),
        Math.log(4 * Math.PI * temperature * Math.sinh(1 / temperature)),
        FEW,
      );
    }
    // I₀(1) = 1.266065877752008…
    expectClose(logKernelVolume(2, { temperature: 1 }), Math.log(2 * Math.PI * 1.2660658777520084), FEW);
  });

  test("τ → ∞: the area of the sphere", () => {
    for (const d of [2, 64, 4096]) expectClose(logKernelVolume(d, { temperature: 1e9 }), logSphereArea(d), FEW);
  });
});

describe("rbf and geodesic critics", () => {
  test("rbf is the cosine critic at τ/(2·scale), times e^{−2·scale/τ}", () => {
    for (const [d, scale, temperature] of [
      [2, 1, 0.5],
      [3, 4, 0.5],
      [64, 0.01, 1],
      [512, 3, 0.1],
    ] as const) {
      const cosine = logKernelVolume(d, { temperature: temperature / (2 * scale) });
      const value = logKernelVolume(d, { critic: { kind: "rbf", scale }, temperature });
      expectClose(value, cosine - (2 * scale) / temperature, {
        ...FEW,
        scale: (2 * scale) / temperature + Math.abs(cosine),
      });
    }
  });

  test.each(["rbf", "geodesic"] as const)("%s, τ → 0: a Gaussian integral on the tangent space", (kind) => {
    for (const d of [2, 3, 16, 200]) {
      const critic: ZonalCritic = { kind, scale: 0.5 };
      const value = logKernelVolume(d, { critic, temperature: 1e-12 });
      // The first correction is of relative size d²τ/scale.
      expectClose(value, ((d - 1) / 2) * Math.log((Math.PI * 1e-12) / 0.5), {
        ulps: 1,
        epsilon: d * d * 1e-11,
        scale: 1,
      });
    }
  });

  test("geodesic on the circle: an error function", () => {
    // 2∫₀^π e^{−θ²/τ}dθ with τ = 1: √π·erf(π).
    const value = logKernelVolume(2, { critic: { kind: "geodesic", scale: 1 }, temperature: 1 });
    expectClose(value, Math.log(1.772438118345705), { ulps: 1, epsilon: 1e-12 });
  });

  test("geodesic kernels lie below rbf kernels of the same scale, and both below the area", () => {
    for (const d of [2, 5, 64, 1024]) {
      const geodesic = logKernelVolume(d, { critic: { kind: "geodesic", scale: 1 }, temperature: 0.7 });
      const rbf = logKernelVolume(d, { critic: { kind: "rbf", scale: 1 }, temperature: 0.7 });
      expect(geodesic).toBeLessThan(rbf);
      expect(rbf).toBeLessThan(logSphereArea(d));
    }
  });
});

test("messages", () => {
  expect(() => logKernelVolume(1, { temperature: 1 })).toThrow(
    "logKernelVolume: `dimension` must be an integer ≥ 2, got 1.",
  );
  expect(() => logKernelVolume(3, { temperature: 0 })).toThrow(
    "logKernelVolume: `temperature` must be a finite number > 0, got 0.",
  );
  expect(() => logKernelVolume(3, { critic: { kind: "rbf", scale: -1 }, temperature: 1 })).toThrow(
    "logKernelVolume: `critic.scale` must be a finite number > 0, got -1.",
  );
});
