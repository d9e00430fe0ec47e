import type { Experiment, Unit } from "../experiment.ts";
import { checkOptions } from "../runner/check-options.ts";
import { defaults, options, type UnimodalGibbsConfig } from "./config.ts";
import { runUnit, type UnimodalGibbsResult, type UnimodalGibbsUnit } from "./run-unit.ts";
import { summarize, type UnimodalGibbsSummary } from "./summary.ts";

/**
 * E2: particles on S² in a potential with two wells, against the exact Gibbs law e^{−U/τ}/Z.
 *
 * Math:     U(z) = −(1/κ) log(½e^{κ⟨z, m₁⟩} + ½e^{κ⟨z, m₂⟩}), m₁ = (0, 0, 1), m₂ ∝ (0.85, 0.15, −0.5); mass within an angle of a well
 * Limits:   τ → ∞ → 1 − cos(angle), the uniform law;  τ → 0 → 1.
 * Numerics: exact masses by adaptive quadrature to 1e-10, their curve to 1e-8. The mass of a run is a share of its particles, its spread over seeds is
 *           told; the divergence is an estimate with the bias of its kernel. `paper` keeps h fixed and over-concentrates where h² is not small against τ.
 * Source:   arXiv:2601.19597, the simulation on S².
 */
export const unimodalGibbs: Experiment<
  UnimodalGibbsConfig,
  UnimodalGibbsUnit,
  UnimodalGibbsResult,
  UnimodalGibbsSummary
> = {
  id: "E2",
  title: "Particles in two wells on the sphere, against the exact Gibbs law",
  options,
  defaults,
  check: (config) => checkOptions("E2", options, config),
  units,
  run: (config, { input }, control) => runUnit(config, input, control),
  summarize,
};

function units(config: UnimodalGibbsConfig): readonly Unit<UnimodalGibbsUnit>[] {
  const runs = config.dynamics.flatMap((dynamics) =>
    config.temperatures.flatMap((temperature) =>
      Array.from({ length: dynamics === "paper" ? config.paperSeeds : config.seeds }, (_, seed) => ({
        key: `${dynamics}_temperature-${temperature}_seed-${seed}`,
        input: { kind: "run", dynamics, temperature, seed } as const,
      })),
    ),
  );
  return [{ key: "exact", input: { kind: "exact" } }, ...runs];
}
