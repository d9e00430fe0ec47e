// The ladder of denominators on samples: which functional a contrastive loss of two modalities becomes, by whose population stands in its
// denominator. The same records and words as on grids.

import { logKernelVolume } from "@nce-geometry/manifold";
import type { DenominatorKind, Rows } from "@nce-geometry/tensor";
import { requireSameDimension } from "../checks.ts";
import { functionalOf, requireDenominator } from "../denominator.ts";
import type { Estimate } from "../estimate.ts";
import { pairPotentials } from "../fields/alignment-potential.ts";
import { createPhases } from "../rows/phases.ts";
import { assertUnitSample } from "../rows/unit-rows.ts";
import { potentialStatistic } from "./contrast.ts";
import {
  fourLogSums,
  type MeansContext,
  meanLogDensity,
  meanLogPooledDensity,
  meanLogReferenceDensity,
  type Pairs,
} from "./leave-one-out-means.ts";
import { methodOf } from "./parametric-energy-on-samples.ts";
import {
  type DensityWidthOptions,
  kernelOf,
  type ResolvedSample,
  resolveSample,
  type SampleOptions,
} from "./sample-options.ts";
import { combine, estimateOf, type Statistic } from "./statistic.ts";

export interface MultimodalOnSamplesOptions extends SampleOptions, DensityWidthOptions {
  /** Which population stands in the denominator. @defaultValue "cross", as in CLIP */
  readonly denominator?: DenominatorKind;
  /** λ ≥ 0, the weight of `own` mixed into the denominator, which keeps 1 − λ; with `cross` this adds λ·D_S. @defaultValue 0 */
  readonly ownWeight?: number;
  /** Sample of the fixed law ρ₀, [m, d]; for `denominator: "reference"`. */
  readonly reference?: Rows;
}

/** A functional of two modalities by its terms. Unit: nats. */
export interface MultimodalFreeEnergyOnSamples {
  /** potentialTerm + denominatorTerm. */
  readonly value: Estimate;
  /** ½(⟨U_{1→2}⟩ + ⟨U_{2→1}⟩)/τ = −mean s(x_i, y_i)/τ. */
  readonly potentialTerm: Estimate;
  /** entropyTerm + divergenceTerm. */
  readonly denominatorTerm: Estimate;
  /** −½ΣH. */
  readonly entropyTerm: Estimate;
  /** −(1 − λ)·divergence, with the divergence that the denominator brings: D_S, 0, JS or ½ΣD_KL(ρ‖ρ₀). */
  readonly divergenceTerm: Estimate;
  /** [H(ρ₁), H(ρ₂)]. */
  readonly entropies: readonly [Estimate, Estimate];
  /** [D_KL(ρ₁‖ρ₂), D_KL(ρ₂‖ρ₁)]. */
  readonly klDivergences: readonly [Estimate, Estimate];
  /** D_S, with its ½. */
  readonly symmetricKL: Estimate;
  /** 2 D_S. */
  readonly jeffreys: Estimate;
  /** JS(ρ₁, ρ₂), for `pooled`; of the laws themselves at most log 2. */
  readonly jensenShannon?: Estimate;
  /** ½ΣD_KL(ρ_i‖ρ₀), for `reference`. */
  readonly referenceDivergence?: Estimate;
  /** The functional that the denominator induces, in words of the terms. */
  readonly functional: string;
  /** log V of the kernel of the densities. */
  readonly logKernelVolume: number;
}

/**
 * The functional that a symmetric contrastive loss becomes in the large-batch limit, on samples, term by term.
 *
 * Math:     value = U/τ + ½Σ_i E_{ρ_i} log f_i.  cross: f₁ = ρ₂, f₂ = ρ₁ → −½ΣH − D_S;  own: f_i = ρ_i → −½ΣH;  pooled: ½ρ₁ + ½ρ₂ → −H(ρ̄) =
 *           −½ΣH − JS;  reference: ρ₀ → −½ΣH − ½ΣD_KL(ρ_i‖ρ₀), linear.  λ: (1 − λ) of that and λ of own; with cross, exactly F^Sym + λ·D_S.
 *           Densities are leave-one-out kernel estimates: pair i is left out of every sum at x_i and y_i.
 * Shapes:   x [n, d], y [n, d], reference [m, d] → record.
 * Domain:   n ≥ 3, m ≥ 2, d ≥ 2, τ > 0, λ ≥ 0, unit rows.
 * Limits:   x = y → D_S = JS = 0, and cross, own and pooled agree;  two places of cosine c → D_S = (1 − c)/τ;  τ → ∞ → −log|S^{d−1}|;
 *           x ↔ y → the same.
 * Numerics: standard errors by influence, over pairs as anchors and as members of the densities, and over the reference. The kernel smooths
 *           the densities, so that entropies come out high and divergences low: see kernelErrorOnSamples. D_S of two equal laws is of
 *           second order, and its standard error there too small.
 * Throws:   InputError E_SHAPE, E_OPTION, E_ZERO_ROW, E_NOT_FINITE; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597 for F^Sym.
 */
export async function freeEnergyMultimodalOnSamples(
  x: Rows,
  y: Rows,
  options: MultimodalOnSamplesOptions,
): Promise<MultimodalFreeEnergyOnSamples> {
  const where = "freeEnergyMultimodalOnSamples";
  const { reference } = options;
  const { denominator, ownWeight } = requireDenominator(where, options);
  const sample = await resolveSample(where, { x, y }, options);
  if (reference) {
    requireSameDimension(where, { name: "x", rows: x }, { name: "reference", rows: reference });
    await assertUnitSample(where, "reference", reference, { signal: options.signal });
  }
  const kernel = kernelOf(where, sample, options);
  const { critic, temperature } = kernel;
  const context = {
    kernel,
    logKernelVolume: logKernelVolume(x.dim, { critic, temperature }),
    next: createPhases(options, sweepCounts[denominator][sample.errorSources]),
  };
  const potentials = await pairPotentials(where, x, y, { critic: sample.critic });
  const potential = potentialStatistic({ positive: potentials.map((u) => -u / sample.temperature) });
  const means = await meansOf({ x, y }, denominator, reference, context);
  return {
    ...termsOf(potential, means, { denominator, ownWeight, kernel }),
    functional: functionalOf({ denominator, ownWeight }),
    logKernelVolume: context.logKernelVolume,
  };
}

/** 3 sweeps for the fields and one for each mean's influence; 4 more for the pooled density, 2 or 4 for the reference. */
const sweepCounts = {
  cross: { all: 7, anchors: 3 },
  own: { all: 7, anchors: 3 },
  pooled: { all: 11, anchors: 3 },
  reference: { all: 11, anchors: 5 },
} as const;

/** E log densities: of ρ₁ under x, and so on, and of the shared field of the denominator. */
interface Means extends Readonly<Record<"xx" | "xy" | "yx" | "yy", Statistic>> {
  readonly shared: readonly [Statistic, Statistic] | undefined;
}

async function meansOf(
  pairs: Pairs,
  denominator: DenominatorKind,
  reference: Rows | undefined,
  context: MeansContext,
): Promise<Means> {
  const { x, y } = pairs;
  const sums = await fourLogSums(pairs, context);
  const xx = await meanLogDensity(x, x, sums.xx, context);
  const xy = await meanLogDensity(x, y, sums.xy, context);
  const yx = await meanLogDensity(y, x, sums.yx, context);
  const yy = await meanLogDensity(y, y, sums.yy, context);
  const common = { xx, xy, yx, yy };
  if (denominator === "pooled") {
    const atX = await meanLogPooledDensity({ own: x, other: y }, { own: sums.xx, other: sums.xy }, context);
    const atY = await meanLogPooledDensity({ own: y, other: x }, { own: sums.yy, other: sums.yx }, context);
    return { ...common, shared: [atX, atY] };
  }
  if (reference === undefined) return { ...common, shared: undefined };
  const atX = await meanLogReferenceDensity(x, reference, context);
  return { ...common, shared: [atX, await meanLogReferenceDensity(y, reference, context)] };
}

interface Choice {
  readonly denominator: DenominatorKind;
  readonly ownWeight: number;
  readonly kernel: ResolvedSample;
}

function termsOf(potential: Statistic, means: Means, { denominator, ownWeight, kernel }: Choice) {
  const nats = (statistic: Statistic) => estimateOf(statistic, "nats", methodOf(kernel, "leave-one-out"));
  const { xx, xy, yx, yy, shared } = means;
  const entropyTerm = weighted([0.5, xx], [0.5, yy]);
  const [klXY, klYX] = [weighted([1, xx], [-1, xy]), weighted([1, yy], [-1, yx])];
  const symmetricKL = weighted([0.5, klXY], [0.5, klYX]);
  const divergence = shared ? weighted([1, entropyTerm], [-0.5, shared[0]], [-0.5, shared[1]]) : symmetricKL;
  const divergenceTerm = weighted([denominator === "own" ? 0 : ownWeight - 1, divergence]);
  const denominatorTerm = weighted([1, entropyTerm], [1, divergenceTerm]);
  return {
    value: nats(weighted([1, potential], [1, denominatorTerm])),
    potentialTerm: nats(potential),
    denominatorTerm: nats(denominatorTerm),
    entropyTerm: nats(entropyTerm),
    divergenceTerm: nats(divergenceTerm),
    entropies: [nats(weighted([-1, xx])), nats(weighted([-1, yy]))] as const,
    klDivergences: [nats(klXY), nats(klYX)] as const,
    symmetricKL: nats(symmetricKL),
    jeffreys: nats(weighted([2, symmetricKL])),
    ...(denominator === "pooled" && { jensenShannon: nats(divergence) }),
    ...(denominator === "reference" && { referenceDivergence: nats(divergence) }),
  };
}

function weighted(...terms: readonly (readonly [number, Statistic])[]): Statistic {
  return combine(terms);
}
