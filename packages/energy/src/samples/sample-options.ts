import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import type { Critic, Rows, RunControl } from "@nce-geometry/tensor";
import { requireKernel, requireMatched, requireOneOf, requirePositive, requireRows } from "../checks.ts";
import type { KernelOptions } from "../fields/field-options.ts";
import type { KernelPass } from "../fields/kernel-log-sums.ts";
import { assertSphereDimension, assertUnitSample } from "../rows/unit-rows.ts";

/** Options of functionals on samples. */
export interface SampleOptions extends KernelOptions, RunControl {
  /**
   * Where the standard errors of log densities come from. `all`: anchors and the population in the denominator both vary, which takes one
   * more sweep over the pairs for each mean of a field. `anchors`: the population is held fixed. @defaultValue "all"
   */
  readonly errorSources?: "all" | "anchors";
  /** What sweeps over the pairs. @defaultValue `referenceEngine()` */
  readonly engine?: PairwiseEngine;
}

export interface DensityWidthOptions {
  /**
   * Width h of the von Mises–Fisher kernel of the densities, in radians, instead of the kernel of the loss; the potential keeps τ.
   * @defaultValue absent: the kernel e^{s/τ} of the loss; for the cosine critic this is h = √τ
   */
  readonly kernelWidth?: number;
}

export interface ResolvedSample {
  readonly critic: Critic;
  readonly temperature: number;
  readonly errorSources: "all" | "anchors";
  readonly engine: PairwiseEngine;
}

/** The options with their defaults, and one set or two matched ones checked: n ≥ 3 finite rows on the sphere. */
export async function resolveSample(
  where: string,
  rows: Readonly<Record<string, Rows>>,
  options: SampleOptions,
): Promise<ResolvedSample> {
  const { temperature, critic = { kind: "cosine" }, errorSources = "all", engine = referenceEngine() } = options;
  requireKernel(where, { temperature, critic });
  requireOneOf(where, "errorSources", errorSources, ["all", "anchors"]);
  const sets = Object.entries(rows).map(([name, x]) => ({ name, rows: x }));
  const [first, second] = sets;
  if (second) requireMatched(where, first!, second, "Row i of one is the match of row i of the other.");
  requireRows(where, first!, 3, "Two rows leave a single other one, whose spread is not seen.");
  assertSphereDimension(where, first!.rows, first!.name);
  const { signal } = options;
  for (const { name, rows: x } of sets) await assertUnitSample(where, name, x, { signal });
  return { critic, temperature, errorSources, engine };
}

/** A pass over the pairs with the kernel of the options. */
export function passOf(sample: ResolvedSample, diagonal: KernelPass["diagonal"], control: RunControl): KernelPass {
  const { critic, temperature, engine } = sample;
  const { signal, onProgress } = control;
  return { critic, temperature, engine, diagonal, signal, onProgress };
}

/** The kernel of the densities: that of the loss, or a von Mises–Fisher kernel of the width given. */
export function kernelOf(where: string, sample: ResolvedSample, { kernelWidth }: DensityWidthOptions): ResolvedSample {
  if (kernelWidth === undefined) return sample;
  requirePositive(where, "kernelWidth", kernelWidth);
  return { ...sample, critic: { kind: "cosine" }, temperature: kernelWidth ** 2 };
}
