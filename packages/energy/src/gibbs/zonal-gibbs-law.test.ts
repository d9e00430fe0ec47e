import { logVonMisesFisherNormalizer, vonMisesFisher } from "@nce-geometry/manifold";
import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { entropy } from "../grid/entropy.ts";
import { freeEnergyUnimodal } from "../grid/free-energy-unimodal.ts";
import { zonalGibbsLaw } from "./zonal-gibbs-law.ts";

const EPS = 2 ** -52;

test("F* = −9.53529197135 at d = 3, τ = 0.1", () => {
  const { freeEnergy } = zonalGibbsLaw((_, cosine) => -cosine, { dimension: 3, temperature: 0.1 });
  expectClose(freeEnergy, -9.53529197135, { ulps: 1, epsilon: 1e-12 });
});

test.each([2, 3, 16, 128, 512])(
  "U = −cos θ is von Mises–Fisher in any dimension: F* = log C_d(1/τ) (d = %d)",
  (dimension) => {
    for (const temperature of [1e-4, 0.07, 1, 100]) {
      const law = zonalGibbsLaw((_, cosine) => -cosine, { dimension, temperature });
      const size = Math.max(1 / temperature, dimension * Math.log(dimension));
      const close = { ulps: 16, epsilon: EPS, scale: size };
      expectClose(law.freeEnergy, logVonMisesFisherNormalizer(dimension, 1 / temperature), close);
      const pole = Array.from({ length: dimension }, (_, k) => Number(k === 0));
      const exact = vonMisesFisher({ meanDirection: pole, concentration: 1 / temperature });
      expectClose(law.meanPotential, -exact.meanResultantLength, { ulps: 64, epsilon: EPS, scale: 1 });
      expectClose(law.entropy, exact.entropy, { ...close, ulps: 64 });
      expectClose(entropy(law.measure, law.logDensity), exact.entropy, { ...close, ulps: 64 });
      const { value } = freeEnergyUnimodal(law.measure, law.logDensity, { potential: law.potential, temperature });
      // Masses round with log ρ, and ⟨U⟩/τ with the masses.
      expectClose(value, law.freeEnergy, { ulps: 64, epsilon: EPS, scale: size + Math.abs(law.entropy) / temperature });
      expect(law.status).toBe("resolved");
      expect(law.quadratureError).toBeLessThan(1e-12 + 64 * EPS * size);
    }
  },
);

test("U = cos²θ: the girdle of d = 3 is not at the pole; τ → ∞ is uniform", () => {
  const girdle = zonalGibbsLaw((_, cosine) => cosine ** 2, { dimension: 3, temperature: 1e-3 });
  // Z = 2π∫e^{−x²/τ}dx = 2π√(πτ).
  expectClose(girdle.logPartition, Math.log(2 * Math.PI * Math.sqrt(Math.PI * 1e-3)), {
    ulps: 1,
    epsilon: 1e-12,
    scale: 8,
  });
  const hot = zonalGibbsLaw((_, cosine) => cosine ** 2, { dimension: 3, temperature: 1e12 });
  expectClose(hot.entropy, Math.log(4 * Math.PI), { ulps: 1, epsilon: 1e-11 });
});

test("messages", () => {
  const flat = (): number => 0;
  expect(() => zonalGibbsLaw(flat, { dimension: 1, temperature: 1 })).toThrow(
    "zonalGibbsLaw: `dimension` must be an integer ≥ 2, got 1.",
  );
  expect(() => zonalGibbsLaw(flat, { dimension: 3, temperature: -2 })).toThrow(
    "zonalGibbsLaw: `temperature` must be a finite number > 0, got -2. CLIP-like systems use 0.01 to 0.1.",
  );
  expect(() => zonalGibbsLaw(() => Number.NaN, { dimension: 3, temperature: 1 })).toThrow(
    /^zonalGibbsLaw: `potential` must be a number or \+∞ at every angle, got NaN at angle [\d.e-]+\.$/,
  );
  expect(() => zonalGibbsLaw(() => Infinity, { dimension: 3, temperature: 1 })).toThrow(
    "zonalGibbsLaw: `potential` must be finite at some angle, got +∞ at every angle.",
  );
});
