// The volume of a kernel on the sphere, V_κ(τ) = ∫ e^{s(z,w)/τ} dμ(w), which does not depend on z.

import type { Critic } from "@nce-geometry/tensor";
import { requireInteger, requirePositive } from "../quadrature/option-checks.ts";
import { logIntegrateZonal } from "../quadrature/zonal-quadrature.ts";
import { logHypergeometric0F1OfRoot, scaledLogHypergeometric0F1 } from "../special/log-hypergeometric-0f1.ts";
import { logSphereArea } from "./sphere-volume.ts";

/** A critic that is a function of the angle between two points of a sphere; `geodesic`: −scale·angle², scale > 0. */
export type ZonalCritic = Critic | { readonly kind: "geodesic"; readonly scale: number };

export interface KernelVolumeOptions {
  /** Similarity s(z, w) whose exponential e^{s/τ} is the kernel. @defaultValue { kind: "cosine" } */
  readonly critic?: ZonalCritic;
  /** Temperature τ > 0. */
  readonly temperature: number;
}

/**
 * Logarithm of the volume of a kernel on the unit sphere: what turns a partition field into a smoothed density.
 *
 * Math:     cosine: V = (2π)^{d/2} τ^{d/2−1} I_{d/2−1}(1/τ) = |S^{d−1}|·₀F₁(; d/2; 1/4τ²) = 1/C_d(1/τ), C_d the von Mises–Fisher normaliser;
 *           rbf: e^{−2·scale/τ} times the cosine's at τ/(2·scale);  geodesic: |S^{d−2}| ∫ e^{−scale·θ²/τ} sin^{d−2}θ dθ.
 * Domain:   ambient dimension d ≥ 2; τ > 0.
 * Limits:   τ → ∞ → log|S^{d−1}|;  cosine, d = 2 → log 2πI₀(1/τ);  d = 3 → log( 4πτ sinh(1/τ) );  rbf and geodesic, τ → 0 → ((d−1)/2)·log(πτ/scale).
 * Numerics: cosine and rbf: absolute error ≤ 2e-15·max(1, |log V|, |log|S^{d−1}||); relative error of log V ≤ 2e-13 at every d from 2 to 4096 and 16
 *           temperatures from 1e-3 to 1e3, the worst where log V is near 0 (d ≥ 19), else 2e-15. No power of τ and no Bessel function is formed.
 *           geodesic: zonal quadrature in log space, doubled until it changes by less than 1e-12; NaN when that fails.
 * Throws:   InputError E_OPTION.
 * Source:   arXiv:2601.19597.
 */
export function logKernelVolume(dimension: number, options: KernelVolumeOptions): number {
  const { critic = { kind: "cosine" }, temperature } = options;
  requireInteger("logKernelVolume", "dimension", dimension, 2);
  requirePositive("logKernelVolume", "temperature", temperature);
  if (critic.kind === "cosine") return logCosineKernelVolume(dimension, 1 / temperature);
  requirePositive("logKernelVolume", "critic.scale", critic.scale);
  const stiffness = critic.scale / temperature;
  if (critic.kind === "rbf") {
    return logSphereArea(dimension) + scaledLogHypergeometric0F1(dimension / 2, 2 * stiffness);
  }
  const { value, status } = logIntegrateZonal((angle) => -stiffness * angle * angle, { dimension });
  return status === "converged" ? value : Number.NaN;
}

/** log ∫ e^{κ⟨z,w⟩} dμ(w) = −log C_d(κ), also for κ = 0; unchecked. The one implementation of the normaliser. */
export function logCosineKernelVolume(dimension: number, concentration: number): number {
  return logSphereArea(dimension) + logHypergeometric0F1OfRoot(dimension / 2, concentration);
}
