// Langevin dynamics on a manifold, dz = −(1/τ) grad U dt + √2 dB, as a random walk along geodesics.

import { mul, type Random, type RandomState, restoreRandom, sub, type Tensor } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { type MoveOptions, moveAlong } from "../optimize/move.ts";
import { copyOf } from "../optimize/state.ts";
import { requirePositive } from "../quadrature/option-checks.ts";

export interface LangevinStepOptions extends MoveOptions {
  /** τ > 0; the stationary density is e^(−U/τ)/Z. */
  readonly temperature: number;
  /** h > 0, in units of length²: noise of variance 2h in every direction per step. The bias of the stationary law is of order h. */
  readonly stepSize: number;
}

/** Where the chains stand. */
export interface LangevinState {
  readonly kind: "langevin";
  /** Steps taken. */
  readonly step: number;
  /** One chain per row, [n, d]. */
  readonly x: Tensor;
  /** The stream from which each step takes a stream of its own, by its number. */
  readonly random: RandomState;
}

/**
 * State before the first step: one independent chain from every row of x.
 *
 * Shapes:   x [n, d]. The noise depends on the key of `random` and on the number of the step alone: give each run a stream of its own, by `split`.
 * Limits:   the state has a handle of its own on x; disposing of either leaves the other.
 */
export function langevinInit(x: Tensor, random: Random): LangevinState {
  return { kind: "langevin", step: 0, x: copyOf(x), random: random.state };
}

/**
 * One step of Riemannian Langevin dynamics for every row.
 *
 * Math:     z ← exp_z(−(h/τ) grad U(z) + √(2h) ξ), ξ standard normal in the tangent space at z
 * Shapes:   gradient [n, d] → state with x [n, d].
 * Domain:   `gradient` is ∇U at the rows of `state.x` in ambient coordinates, of U itself, not of U/τ. In domains with an edge, points that step out are
 *           projected back onto it.
 * Limits:   U = 0 → Brownian motion with generator Δ: on S^m, E⟨z_t, z_0⟩ = e^(−mt) up to O(h).
 * Numerics: noise from a counter-based stream on the host, the same on every backend. Weak order 1. The new state shares no tensor with the old one.
 * Throws:   InputError E_OPTION, E_SHAPE, E_BACKEND.
 * Source:   arXiv:2601.19597 for the equation; geodesic random walk: E. Jørgensen, The central limit problem for geodesic random walks, Z. Wahrsch. 32 (1975).
 */
export function langevinStep(
  manifold: Manifold,
  gradient: Tensor,
  state: LangevinState,
  options: LangevinStepOptions,
): LangevinState {
  const { temperature, stepSize, move = "exp" } = options;
  requirePositive("langevinStep", "temperature", temperature);
  requirePositive("langevinStep", "stepSize", stepSize);
  const random = restoreRandom(state.random).split(state.step);
  const x = state.x.backend.scope(() => {
    const drift = mul(manifold.toRiemannianGradient(state.x, gradient), stepSize / temperature);
    const noise = mul(manifold.sampleTangent(random, state.x), Math.sqrt(2 * stepSize));
    return moveAlong(manifold, state.x, sub(noise, drift), { move });
  });
  return { kind: "langevin", step: state.step + 1, x, random: state.random };
}
