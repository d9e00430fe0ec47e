// The energies that contrastive losses of large batches see: densities in the denominators are smoothed by the kernel, ρ̃_τ = Kρ. Exact on a grid that resolves the kernel.

import type { RunControl } from "@nce-geometry/tensor";
import { requireLength } from "../checks.ts";
import {
  checkLadder,
  curvatureOf,
  type DenominatorOptions,
  denominatorCurvature,
  logResponses,
  type Pair,
  smoothedFields,
} from "./denominators.ts";
import { requireDirection } from "./direction.ts";
import { meanUnder } from "./entropy.ts";
import {
  checkDirections,
  checkMultimodal,
  combineVariations,
  type MultimodalFreeEnergy,
  multimodalTerms,
} from "./free-energy-multimodal.ts";
import { type GridFunction, potentialOn } from "./grid-function.ts";
import { type GridKernel, kernelMassError } from "./grid-kernel.ts";
import { assertProbability, massesOf } from "./grid-measure.ts";

export interface ParametricOptions extends RunControl {
  /** U, at the points or as a function of a point; divided by the kernel's τ. */
  readonly potential: GridFunction;
}

export interface SymmetricParametricOptions extends DenominatorOptions, RunControl {
  /** [U_{1→2}, U_{2→1}]; divided by the kernel's τ. */
  readonly potentials: Pair<GridFunction>;
}

/** Whether the grid resolves the kernel: its mass on the grid is 1 within 1e-6 at every point, or not. */
export type KernelStatus = "resolved" | "unresolved";

/** The terms of J, in nats but for the mean potential. */
export interface ParametricEnergyOnGrid {
  /** potentialTerm − crossEntropyTerm. */
  readonly value: number;
  /** ⟨U⟩/τ. */
  readonly potentialTerm: number;
  /** H×(ρ, ρ̃_τ). */
  readonly crossEntropyTerm: number;
  readonly meanPotential: number;
  /** As {@link kernelMassError}. */
  readonly kernelError: number;
  readonly status: KernelStatus;
}

/** The terms of J^Sym: those of F^Sym with smoothed fields in the denominator term; entropies and divergences are of the densities themselves. */
export interface SymmetricParametricEnergyOnGrid extends MultimodalFreeEnergy {
  /** As {@link kernelMassError}. */
  readonly kernelError: number;
  readonly status: KernelStatus;
}

/**
 * Parametric energy of a density: where the loss of one modality tends for large batches, less log(N·V_κ).
 *
 * Math:     J_τ = (1/τ)∫Uρ dμ − H×(ρ, ρ̃_τ) = (1/τ)∫Uρ dμ + ∫ρ log ρ̃_τ dμ
 * Shapes:   logDensity [n], potential [n] → a record.
 * Domain:   a probability density on the kernel's grid.
 * Limits:   ρ uniform → ⟨U⟩/τ − log |Z|;  |J − F| ≤ 2ε/ρ_min, see kernelErrorBoundOnGrid;  smooth ρ, τ → 0 → F, with an error of order τ².
 * Numerics: exact to quadrature error where `status` is resolved. Cost: two sweeps over all pairs.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN; rejects with `signal.reason` when aborted.
 * Source:   arXiv:2601.19597.
 */
export async function parametricEnergyOnGrid(
  kernel: GridKernel,
  logDensity: Float64Array,
  options: ParametricOptions,
): Promise<ParametricEnergyOnGrid> {
  const where = "parametricEnergyOnGrid";
  const { measure, temperature } = kernel;
  const potential = potentialOn(measure, options.potential, { where });
  assertProbability(measure, logDensity, { where });
  const masses = massesOf(measure, logDensity);
  const crossEntropyTerm = -meanUnder(masses, await kernel.logSmooth(logDensity, options));
  const meanPotential = meanUnder(masses, potential);
  const potentialTerm = meanPotential / temperature;
  const resolution = await resolutionOf(kernel, options);
  return { value: potentialTerm - crossEntropyTerm, potentialTerm, crossEntropyTerm, meanPotential, ...resolution };
}

/**
 * First variation of J.
 *
 * Math:     δJ/δρ = U/τ + log ρ̃ + K(ρ/ρ̃)
 * Shapes:   logDensity [n], potential [n] → [n].
 * Domain:   as {@link parametricEnergyOnGrid}.
 * Limits:   dJ(ρ + εh)/dε = ∫ h δJ/δρ dμ;  ρ uniform → U/τ − log |Z| + 1.
 * Throws:   as {@link parametricEnergyOnGrid}.
 * Source:   arXiv:2601.19597 for J.
 */
export async function firstVariationParametric(
  kernel: GridKernel,
  logDensity: Float64Array,
  options: ParametricOptions,
): Promise<Float64Array> {
  const where = "firstVariationParametric";
  const potential = potentialOn(kernel.measure, options.potential, { where });
  assertProbability(kernel.measure, logDensity, { where });
  const logField = await kernel.logSmooth(logDensity, options);
  const ratio = logDensity.map((value, i) => value - logField[i]!);
  const response = await kernel.logSmooth(ratio, options);
  return potential.map((u, i) => u / kernel.temperature + logField[i]! + Math.exp(response[i]!));
}

/**
 * Second variation of J in a direction: unlike F, J need not be convex.
 *
 * Math:     d²J(ρ + εh)/dε² = ∫ (2h·Kh/ρ̃ − ρ(Kh)²/ρ̃²) dμ
 * Shapes:   logDensity [n], direction [n] → number.
 * Domain:   ∫ h dμ = 0, up to rounding.
 * Limits:   K → 1 → ∫h²/ρ dμ;  ρ uniform on S^{d−1}, h a spherical harmonic of degree n that K multiplies by a: a(2 − a)|Z|∫h² dμ.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN; rejects with `signal.reason` when aborted.
 * Source:   arXiv:2601.19597 for J.
 */
export async function secondVariationParametric(
  kernel: GridKernel,
  logDensity: Float64Array,
  options: RunControl & { readonly direction: Float64Array },
): Promise<number> {
  const where = "secondVariationParametric";
  const { direction } = options;
  assertProbability(kernel.measure, logDensity, { where });
  requireLength(where, "direction", kernel.measure, direction);
  requireDirection(where, "direction", kernel.measure, direction);
  const logField = await kernel.logSmooth(logDensity, options);
  const smoothed = await smoothSigned(kernel, direction, options);
  return curvatureOf(kernel.measure, { logDensity, direction, logField, smoothed });
}

/**
 * Parametric energy of two modalities: where the symmetric loss tends for large batches, less log(N·V_κ).
 *
 * Math:     J^Sym = ½(J^{x→y} + J^{y→x}) = ½Σ_i⟨U_i⟩/τ + ½(E_{ρ₁} log ρ̃₂ + E_{ρ₂} log ρ̃₁); denominators and λ as in freeEnergyMultimodal, with smoothed fields
 * Shapes:   logDensities [n], [n], potentials [n], [n] → a record.
 * Domain:   probability densities on the kernel's grid; λ ≥ 0.
 * Limits:   K → 1 → freeEnergyMultimodal;  own, ρ₁ = ρ₂, U₁ = U₂ → J_τ;  swapping the modalities changes nothing.
 * Numerics: as {@link parametricEnergyOnGrid}. Cost: three sweeps over all pairs, one more for pooled or reference.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN; rejects with `signal.reason` when aborted.
 * Source:   arXiv:2601.19597.
 */
export async function symmetricParametricEnergyOnGrid(
  kernel: GridKernel,
  logDensities: Pair<Float64Array>,
  options: SymmetricParametricOptions,
): Promise<SymmetricParametricEnergyOnGrid> {
  const { measure, temperature } = kernel;
  const all = { ...options, temperature };
  const potentials = checkMultimodal("symmetricParametricEnergyOnGrid", measure, logDensities, all);
  const fields = await fieldsOf(kernel, logDensities, options);
  const terms = multimodalTerms(measure, logDensities, { ...all, potentials }, fields);
  const functional = `${terms.functional}, fields smoothed at τ = ${temperature}`;
  return { ...terms, functional, ...(await resolutionOf(kernel, options)) };
}

/**
 * First variations of J^Sym, one field for each modality.
 *
 * Math:     δ/δρ₁: ½(U₁/τ + g₁); cross: g₁ = log ρ̃₂ + K(ρ₂/ρ̃₁);  own: log ρ̃₁ + K(ρ₁/ρ̃₁);  pooled: log Kρ̄ + K(ρ̄/Kρ̄);  reference: log Kρ₀;  λ mixes linearly
 * Shapes:   as {@link symmetricParametricEnergyOnGrid} → [n], [n].
 * Domain:   as {@link symmetricParametricEnergyOnGrid}.
 * Limits:   dJ(ρ₁ + εh, ρ₂)/dε = ∫ h δ/δρ₁ dμ;  K → 1 → firstVariationMultimodal.
 * Throws:   as {@link symmetricParametricEnergyOnGrid}.
 * Source:   arXiv:2601.19597 for J^Sym.
 */
export async function firstVariationSymmetricParametric(
  kernel: GridKernel,
  logDensities: Pair<Float64Array>,
  options: SymmetricParametricOptions,
): Promise<Pair<Float64Array>> {
  const all = { ...options, temperature: kernel.temperature };
  const potentials = checkMultimodal("firstVariationSymmetricParametric", kernel.measure, logDensities, all);
  const fields = await fieldsOf(kernel, logDensities, options);
  const { denominator = "cross", ownWeight = 0 } = options;
  const responses = new Map<string, Pair<Float64Array>>();
  for (const kind of ownWeight > 0 ? ([denominator, "own"] as const) : [denominator]) {
    const [first, second] = logResponses(logDensities, fields, kind);
    responses.set(kind, [await kernel.logSmooth(first, options), await kernel.logSmooth(second, options)]);
  }
  return combineVariations(potentials, fields, all, (kind, i, at) => Math.exp(responses.get(kind)![i][at]!));
}

/**
 * Second variation of J^Sym along a pair of directions.
 *
 * Math:     d²J(ρ₁ + εh₁, ρ₂ + εh₂)/dε²; cross: ½∫(2h₁·Kh₂/ρ̃₂ − ρ₁(Kh₂)²/ρ̃₂² + 2h₂·Kh₁/ρ̃₁ − ρ₂(Kh₁)²/ρ̃₁²) dμ, and likewise for the other denominators
 * Shapes:   logDensities [n], [n], directions [n], [n] → number.
 * Domain:   ∫h₁ dμ = ∫h₂ dμ = 0 up to rounding.
 * Limits:   K → 1 → secondVariationMultimodal;  reference → 0.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN; rejects with `signal.reason` when aborted.
 * Source:   arXiv:2601.19597 for J^Sym.
 */
export async function secondVariationSymmetricParametric(
  kernel: GridKernel,
  logDensities: Pair<Float64Array>,
  options: DenominatorOptions & RunControl & { readonly directions: Pair<Float64Array> },
): Promise<number> {
  const where = "secondVariationSymmetricParametric";
  const { directions } = options;
  checkLadder(where, kernel.measure, logDensities, options);
  checkDirections(where, kernel.measure, directions);
  const fields = await fieldsOf(kernel, logDensities, options);
  const smoothed = [
    await smoothSigned(kernel, directions[0], options),
    await smoothSigned(kernel, directions[1], options),
  ] as const;
  return denominatorCurvature(kernel.measure, logDensities, fields, { directions, smoothed, options });
}

/** Beyond this the kernel's mass on the grid shows in energies of order 1 as more than display precision. */
const RESOLVED = 1e-6;

async function resolutionOf(
  kernel: GridKernel,
  { signal }: RunControl,
): Promise<{ readonly kernelError: number; readonly status: KernelStatus }> {
  const kernelError = await kernelMassError(kernel, { signal });
  return { kernelError, status: kernelError <= RESOLVED ? "resolved" : "unresolved" };
}

function fieldsOf(
  kernel: GridKernel,
  logDensities: Pair<Float64Array>,
  options: DenominatorOptions & RunControl,
): ReturnType<typeof smoothedFields> {
  return smoothedFields(logDensities, options, (logDensity) => kernel.logSmooth(logDensity, options));
}

/** K of a function of either sign: the smoothed positive part less the smoothed negative part. */
async function smoothSigned(kernel: GridKernel, h: Float64Array, control: RunControl): Promise<Float64Array> {
  const rising = await kernel.logSmooth(
    h.map((value) => Math.log(Math.max(value, 0))),
    control,
  );
  const falling = await kernel.logSmooth(
    h.map((value) => Math.log(Math.max(-value, 0))),
    control,
  );
  return rising.map((value, i) => Math.exp(value) - Math.exp(falling[i]!));
}
