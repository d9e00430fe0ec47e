import { type Estimate, normalQuantile } from "@nce-geometry/energy";
import { type Rows, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import {
  optionError,
  requireInteger,
  requireOneOf,
  requireOpenFraction,
  requirePositive,
} from "../law-tests/option-checks.ts";
import { negativesGradient } from "../probe/negatives-gradient.ts";
import {
  expectedAlignment,
  type PopulationGradient,
  type ProbeDenominator,
  summarizePopulation,
} from "../probe/population-gradient.ts";
import { anchorsAt, type ProbeOptions, probeParts } from "../probe/probe-parts.ts";

export interface TemperatureForAlignmentOptions extends ProbeOptions, RunControl {
  /** N, an integer ≥ 1. */
  readonly negatives: number;
  /** Wanted cosine with the population's gradient, in (0, 1). */
  readonly target: number;
  /** @defaultValue "standard" */
  readonly denominator?: ProbeDenominator;
  /** Smallest and largest τ considered, 0 < low < high. @defaultValue [0.01, 1] */
  readonly range?: readonly [number, number];
  /** Confidence level of the interval, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

export interface TemperatureForAlignment {
  /**
   * - `found`: from this τ on, up to the end of the range, the target is reached;
   * - `everywhere`: it is reached in the whole range;
   * - `nowhere`: it is not reached at the end of the range;
   * - `referenceTooSmall`: below the smallest τ at which the reference pool can tell, it may or may not be reached.
   */
  readonly status: "found" | "everywhere" | "nowhere" | "referenceTooSmall";
  readonly negatives: number;
  readonly target: number;
  readonly denominator: ProbeDenominator;
  /** Null unless found. */
  readonly temperature: Estimate | null;
  /** Expected alignment over the range; null where the reference pool is too small to tell. */
  readonly curve: readonly { readonly temperature: number; readonly alignment: number | null }[];
}

/** Temperatures of the curve, evenly in log τ. */
const curvePoints = 13;

/**
 * The temperature at which the gradient from N negatives reaches a wanted alignment with the population's at that temperature.
 *
 * Math:     the τ at which `expectedAlignment(populationGradient(τ), N)` crosses the target from below for the last time.
 * Shapes:   x [n, d], y [m, d] of unit rows, map [m] → record.
 * Domain:   N ≥ 1, 0 < target < 1; embeddings held fixed, while training would change them with τ.
 * Limits:   more negatives → a smaller τ.
 * Numerics: bisection in log τ to 1e-4 between two points of the curve. Standard error by the jackknife over anchors, carried over by the slope; the
 *           reference pool is held fixed. Cost: some 25 gradients of the reference pool.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 */
export async function temperatureForAlignment(
  x: Rows,
  y: Rows,
  options: TemperatureForAlignmentOptions,
): Promise<TemperatureForAlignment> {
  const { negatives, target, denominator = "standard", range = [0.01, 1], level = 0.95, signal, onProgress } = options;
  assertOptions(options, { denominator, range, level });
  const parts = await probeParts(where, x, y, options);
  const populationAt = async (temperature: number): Promise<PopulationGradient> => {
    await yieldToEventLoop();
    throwIfAborted(signal);
    const gradient = negativesGradient(anchorsAt(where, parts, temperature), parts.pool, parts.reference, {
      withError: true,
    });
    return summarizePopulation(temperature, parts.reference.length, gradient);
  };
  const alignmentAt = async (temperature: number) =>
    expectedAlignment(await populationAt(temperature), negatives, denominator);
  const values: { readonly temperature: number; readonly alignment: number }[] = [];
  for (let at = 0; at < curvePoints; at++) {
    onProgress?.({ done: at, total: curvePoints, label: "temperatures" });
    const temperature = range[0] * (range[1] / range[0]) ** (at / (curvePoints - 1));
    values.push({ temperature, alignment: await alignmentAt(temperature) });
  }
  const curve = values.map(({ temperature, alignment }) => ({
    temperature,
    alignment: Number.isNaN(alignment) ? null : alignment,
  }));
  const facts = { negatives, target, denominator, curve };
  const below = values.findLastIndex(({ alignment }) => !(alignment >= target));
  if (below < 0) return { status: "everywhere", ...facts, temperature: null };
  if (below === curvePoints - 1) return { status: "nowhere", ...facts, temperature: null };
  if (Number.isNaN(values[below]!.alignment)) return { status: "referenceTooSmall", ...facts, temperature: null };
  const temperature = await bisect(alignmentAt, values[below]!.temperature, values[below + 1]!.temperature, target);
  const error = await errorAt(populationAt, temperature, { negatives, denominator });
  const estimate = { value: temperature, samples: parts.anchors.rows, unit: "1" } as const;
  if (!Number.isFinite(error)) return { status: "found", ...facts, temperature: estimate };
  const half = normalQuantile((1 + level) / 2) * error;
  const interval = { low: temperature - half, high: temperature + half, level, method: "normal" } as const;
  return { status: "found", ...facts, temperature: { ...estimate, standardError: error, interval } };
}

const where = "temperatureForAlignment";

function assertOptions(
  { negatives, target }: TemperatureForAlignmentOptions,
  { denominator, range, level }: Required<Pick<TemperatureForAlignmentOptions, "denominator" | "range" | "level">>,
): void {
  requireInteger(where, "negatives", negatives, 1);
  requireOpenFraction(where, "target", target);
  requireOneOf(where, "denominator", denominator, ["standard", "decoupled"]);
  requirePositive(where, "range[0]", range[0]);
  requirePositive(where, "range[1]", range[1]);
  if (range[0] >= range[1]) throw optionError(where, "range", "ascending", `[${range.join(", ")}]`);
  requireOpenFraction(where, "level", level);
}

async function bisect(
  alignmentAt: (temperature: number) => Promise<number>,
  from: number,
  to: number,
  target: number,
): Promise<number> {
  let [low, high] = [Math.log(from), Math.log(to)];
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if ((await alignmentAt(Math.exp(middle))) >= target) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}

/** The jackknife's error of the alignment over its slope in τ. */
async function errorAt(
  populationAt: (temperature: number) => Promise<PopulationGradient>,
  temperature: number,
  { negatives, denominator }: { readonly negatives: number; readonly denominator: ProbeDenominator },
): Promise<number> {
  const step = 0.02;
  const alignment = async (factor: number) =>
    expectedAlignment(await populationAt(temperature * factor), negatives, denominator);
  const slope = ((await alignment(1 + step)) - (await alignment(1 - step))) / (2 * step * temperature);
  const population = await populationAt(temperature);
  const n = population.squaredNorm.length;
  const without = Array.from({ length: n }, (_, left) => {
    const keep = (values: readonly number[]) => values.filter((_value, i) => i !== left);
    const rest = {
      squaredNorm: keep(population.squaredNorm),
      variance: keep(population.variance),
      positiveOdds: keep(population.positiveOdds),
      effectiveNegatives: population.effectiveNegatives,
    };
    return expectedAlignment(rest, negatives, denominator);
  });
  const mean = without.reduce((sum, value) => sum + value, 0) / n;
  const squares = without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(((n - 1) / n) * squares) / Math.abs(slope);
}
