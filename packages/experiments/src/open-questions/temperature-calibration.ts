// The temperature that a number of negatives can bear: from which τ on gradients point where those of the population do.

import { InputError, type RunControl } from "@nce-geometry/tensor";
import type { Experiment, OptionSpec, Scale, Unit } from "../experiment.ts";
import { defaults as consistencyDefaults } from "../gradient-consistency/config.ts";
import { runUnit as runConsistencyUnit } from "../gradient-consistency/run-unit.ts";
import { checkOptions } from "../runner/check-options.ts";
import { count } from "../runner/option-domains.ts";
import { intervalOverSeeds, type OverSeeds, overSeeds } from "../runner/over-seeds.ts";

/** Options of OQ5. */
export type TemperatureCalibrationConfig = {
  readonly temperatures: readonly number[];
  readonly sizes: readonly number[];
  readonly wanted: number;
  readonly seeds: number;
  readonly reference: number;
  readonly anchors: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly components: number;
  readonly separation: number;
  readonly augmentation: number;
};

const deviation = { kind: "number", low: 0, high: 100 } as const;

const options: readonly OptionSpec[] = [
  { name: "temperatures", description: "Temperatures τ to try.", domain: { kind: "numbers", low: 0.001, high: 1000 } },
  {
    name: "sizes",
    description: "Numbers N of negatives.",
    domain: { kind: "numbers", low: 1, high: 65536, whole: true },
  },
  {
    name: "wanted",
    description: "Cosine with the gradient of the population that is wanted.",
    domain: { kind: "number", low: 0.01, high: 0.9999 },
  },
  { name: "seeds", description: "How many seeds, from 0.", domain: count(1, 1000) },
  { name: "reference", description: "Negatives that stand for the population.", domain: count(2, 65536) },
  { name: "anchors", description: "Anchors with a positive each.", domain: count(2, 4096) },
  { name: "inputs", description: "Dimension of the data.", domain: count(1, 4096) },
  { name: "outputs", description: "Dimension of the representation, on the sphere.", domain: count(2, 4096) },
  { name: "components", description: "Gaussians of the mixture.", domain: count(1, 64) },
  { name: "separation", description: "Length of their means, in units of their deviation 1.", domain: deviation },
  { name: "augmentation", description: "Deviation that makes positives of anchors.", domain: deviation },
];

type CalibrationUnit = { readonly temperature: number; readonly seed: number };

/** One seed at one temperature; lists have one entry per N. */
export type CalibrationResult = {
  readonly temperature: number;
  readonly seed: number;
  /** Cosine with the gradient of the population, positive left out of the denominator, the noise of the reference allowed for. */
  readonly alignment: readonly number[];
  /** The reference's own squared relative error. */
  readonly referenceSquaredError: number;
  /** Share of the positive in the usual denominator. */
  readonly positiveMass: readonly number[];
  /** (Σp)²/Σp² of the negatives. */
  readonly effectiveNegatives: readonly number[];
};

/** A number of negatives. */
export type CalibratedTemperature = {
  readonly size: number;
  /** Geometric mean over the seeds of the τ at which the wanted alignment is reached; null where fewer than half of them reach it between the τ tried. */
  readonly temperature: number | null;
  /** 95 % interval of that τ by Student's t over the logarithms of those seeds; null of fewer than two. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Seeds that reach it between two of the temperatures, at all of them, and at none. */
  readonly seeds: { readonly between: number; readonly always: number; readonly never: number };
};

export type TemperatureCalibrationSummary = {
  readonly calibrated: readonly CalibratedTemperature[];
  /** By temperature, then by N. */
  readonly cells: readonly {
    readonly temperature: number;
    readonly size: number;
    readonly alignment: OverSeeds;
    readonly positiveMass: OverSeeds;
    readonly effectiveNegatives: OverSeeds;
  }[];
  /** Mean of the reference's own squared relative error at each temperature; where it is not small, all alignments there are rough. */
  readonly referenceSquaredError: readonly { readonly temperature: number; readonly error: OverSeeds }[];
};

/**
 * OQ5: temperature calibration.
 *
 * Math:     the protocol of E1 with independent pools at every τ; alignment cos(g_N, ĝ)·√(1 + r), r the squared relative error of the reference ĝ,
 *           whose noise has no direction in common with that of g_N; the calibrated τ by interpolation in log τ from above
 * Limits:   τ → ∞ → all negatives count alike, alignment as good as N allows;  τ → 0 → the nearest negative alone counts.
 * Numerics: as E1, in float64. The correction is of first order in r; there is none where r is negative, as two references do not even agree.
 * Source:   arXiv:2601.19597 for the consistency of gradients.
 */
export const temperatureCalibration: Experiment<
  TemperatureCalibrationConfig,
  CalibrationUnit,
  CalibrationResult,
  TemperatureCalibrationSummary
> = {
  id: "OQ5",
  title: "The temperature that a number of negatives can bear",
  options,
  defaults,
  check,
  units: ({ temperatures, seeds }): readonly Unit<CalibrationUnit>[] =>
    temperatures.flatMap((temperature) =>
      Array.from({ length: seeds }, (_, seed) => ({
        key: `temperature-${temperature}_seed-${seed}`,
        input: { temperature, seed },
      })),
    ),
  run: (config, { input }, control) => runUnit(config, input, control),
  summarize,
};

function defaults(scale: Scale): TemperatureCalibrationConfig {
  const full = scale === "full";
  return {
    temperatures: full ? [0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1] : [0.05, 0.1, 0.2, 0.5],
    sizes: full ? [16, 32, 64, 128, 256, 512, 1024] : [16, 64, 256],
    wanted: 0.95,
    seeds: full ? 20 : 3,
    reference: full ? 4096 : 1024,
    anchors: full ? 64 : 32,
    inputs: full ? 64 : 32,
    outputs: full ? 128 : 32,
    components: 4,
    separation: 4,
    augmentation: 0.05,
  };
}

function check(config: TemperatureCalibrationConfig): void {
  checkOptions("OQ5", options, config);
  config.sizes.forEach((size, i) => {
    if (size <= config.reference) return;
    const details = { expected: `at most \`reference\` = ${config.reference}`, received: String(size) };
    throw new InputError({ code: "E_OPTION", where: "OQ5", argument: `sizes[${i}]`, ...details });
  });
}

async function runUnit(
  config: TemperatureCalibrationConfig,
  { temperature, seed }: CalibrationUnit,
  control: RunControl,
): Promise<CalibrationResult> {
  const { sizes, reference, anchors, inputs, outputs, components, separation, augmentation } = config;
  const asE1 = {
    ...consistencyDefaults("full"),
    ...{ sizes, reference, anchors, inputs, outputs, components, separation },
    cosineTemperature: temperature,
    cosineAugmentation: augmentation,
  };
  const found = await runConsistencyUnit(asE1, { seed, critic: "cosine" }, control);
  const { cosine, referenceSquaredError } = found.independent;
  return {
    temperature,
    seed,
    alignment: cosine.map((value) => value * Math.sqrt(1 + Math.max(0, referenceSquaredError))),
    referenceSquaredError,
    positiveMass: found.positiveMass,
    effectiveNegatives: found.effectiveNegatives,
  };
}

function summarize(
  config: TemperatureCalibrationConfig,
  results: readonly CalibrationResult[],
): TemperatureCalibrationSummary {
  const temperatures = config.temperatures.toSorted((a, b) => a - b);
  const at = (temperature: number) => results.filter((result) => result.temperature === temperature);
  const calibrated = config.sizes.map((size, k) => {
    const reached = Array.from({ length: config.seeds }, (_, seed) => {
      const curve = temperatures.map((temperature) => at(temperature)[seed]!.alignment[k]!);
      return crossingOf(temperatures, curve, config.wanted);
    });
    return calibratedOf(size, reached);
  });
  const cells = config.temperatures.flatMap((temperature) =>
    config.sizes.map((size, k) => ({
      temperature,
      size,
      alignment: overSeeds(at(temperature).map(({ alignment }) => alignment[k]!)),
      positiveMass: overSeeds(at(temperature).map(({ positiveMass }) => positiveMass[k]!)),
      effectiveNegatives: overSeeds(at(temperature).map(({ effectiveNegatives }) => effectiveNegatives[k]!)),
    })),
  );
  const referenceSquaredError = config.temperatures.map((temperature) => ({
    temperature,
    error: overSeeds(at(temperature).map((result) => result.referenceSquaredError)),
  }));
  return { calibrated, cells, referenceSquaredError };
}

/**
 * The temperature above which a curve stays at or above a level, by interpolation in the logarithm of the temperature.
 *
 * Limits:   temperatures 1, e²; values 0, 1; level ½ → e;  above everywhere → "always";  below at the last → "never".
 */
export function crossingOf(
  temperatures: readonly number[],
  values: readonly number[],
  level: number,
): number | "always" | "never" {
  const last = values.findLastIndex((value) => value < level);
  if (last === -1) return "always";
  if (last === values.length - 1) return "never";
  const share = (level - values[last]!) / (values[last + 1]! - values[last]!);
  const [low, high] = [Math.log(temperatures[last]!), Math.log(temperatures[last + 1]!)];
  return Math.exp(low + share * (high - low));
}

function calibratedOf(size: number, reached: readonly (number | "always" | "never")[]): CalibratedTemperature {
  const logs = reached.flatMap((one) => (typeof one === "number" ? [Math.log(one)] : []));
  const countOf = (what: "always" | "never"): number => reached.filter((one) => one === what).length;
  const seeds = { between: logs.length, always: countOf("always"), never: countOf("never") };
  if (2 * logs.length <= reached.length) return { size, temperature: null, interval: null, seeds };
  const { mean, interval } = intervalOverSeeds(logs);
  const ends = interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) };
  return { size, temperature: Math.exp(mean), interval: ends, seeds };
}
