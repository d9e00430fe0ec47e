import { matchedValues } from "@nce-geometry/pairwise";
import { logAddExp, type Rows } from "@nce-geometry/tensor";
import { type FieldOptions, type ResolvedField, resolveField } from "./field-options.ts";
import { type KernelLogSums, kernelLogSums } from "./kernel-log-sums.ts";

/** The logarithm of a field at points, with how sure it is there. All arrays are [n], in nats unless they count. */
export interface LogField {
  readonly values: Float64Array;
  /** Standard error of each value by the delta method, CV/√N; absent where the population is known. NaN where a single row is seen. */
  readonly standardError?: Float64Array;
  /** How far each value is expected to lie above the truth, −CV²/(2N) to first order: value − bias is closer. Absent as above. */
  readonly bias?: Float64Array;
  /** (Σκ)²/Σκ², how many terms carry each sum. The largest term has a share between 1/effectiveSamples and its square root. */
  readonly effectiveSamples: Float64Array;
  /** Independent draws behind each value; 0 where the population is known. */
  readonly samples: number;
  /** Points whose value is −∞ because no row of the population supports them. */
  readonly emptySupport: number;
  readonly unit: "nats";
  readonly method: string;
  /** Sentences that say where the estimate is out of its depth; absent where it is not. */
  readonly notes?: readonly string[];
}

/** Below this many effective terms the delta method sees too little of the population to judge its own error. */
const fewTerms = 10;

/**
 * Logarithm of the partition field of a population at points, with standard error and finite-sample bias.
 *
 * Math:     log Γ̂(z) = log (1/N) Σ_j e^{s(z, w_j)/τ};  `leaveOneOut`: the mean over j ≠ i;  weights: Σ_j e^{ω_j} e^{s/τ}/Σ_j e^{ω_j}.
 *           standardError = CV/√N, bias = −CV²/(2N), CV² the squared coefficient of variation of e^{s/τ} under the population, from the
 *           log-sum-exp at τ/2 of the same sweep, with N − 1 in place of N where it is itself estimated.
 * Shapes:   points [n, d], population [N, d] → arrays [n].
 * Domain:   N ≥ 2; any rows (the cosine critic is the inner product, rows are not normalised for you). NaN propagates.
 * Limits:   equal rows → s/τ;  τ → ∞ → 0;  uniform law, cosine → log ₀F₁(; d/2; 1/4τ²);  a −∞ is kept and counted.
 * Numerics: log-sum-exps of the engine; a standard error below about 1e-8 is rounding. Weights with the rbf critic expand ‖z − w‖²,
 *           error ε·scale·‖w‖²/τ. Cost: one sweep over the pairs.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597.
 */
export function logPartitionField(points: Rows, population: Rows, options: FieldOptions): Promise<LogField> {
  return evaluateLogField("logPartitionField", points, population, options);
}

/** The log partition field on behalf of `where`. */
export async function evaluateLogField(
  where: string,
  points: Rows,
  population: Rows,
  options: FieldOptions,
): Promise<LogField> {
  const field = resolveField(where, points, population, options);
  const { critic, temperature, matched, logWeights, engine } = field;
  const diagonal = matched ? "exclude" : "include";
  const { signal, onProgress } = options;
  const pass = { critic, temperature, diagonal, logWeights, engine, signal, onProgress } as const;
  const drawn = await kernelLogSums(points, population, pass);
  const errors = logWeights === undefined ? errorsOf(drawn, field.samples) : undefined;
  const seen = matched && field.form === "all" ? await withMatch(drawn, points, population, field) : drawn;
  const values = seen.sums.map((sum) => sum - field.logCount);
  // Only the drawn part of a sum varies.
  const standardError = errors?.map((error, i) => error * Math.exp(drawn.sums[i]! - seen.sums[i]!));
  const effectiveSamples = seen.sums.map((sum, i) => Math.exp(2 * sum - seen.squares[i]!));
  const notes = standardError ? notesOf(effectiveSamples, field) : [];
  return {
    values,
    ...(standardError && { standardError, bias: standardError.map((error) => (-error * error) / 2) }),
    effectiveSamples,
    samples: field.samples,
    emptySupport: values.filter((value) => value === Number.NEGATIVE_INFINITY).length,
    unit: "nats",
    method: methodOf(field),
    ...(notes.length > 0 && { notes }),
  };
}

/** CV/√N of a mean of N terms from Σκ and Σκ². */
function errorsOf({ sums, squares }: KernelLogSums, samples: number): Float64Array {
  const logN = Math.log(samples);
  // Rounding may leave a variance of nothing slightly negative.
  return sums.map((sum, i) => Math.sqrt(Math.max(0, Math.expm1(logN + squares[i]! - 2 * sum)) / (samples - 1)));
}

/** The sums with the term of the matched row added. */
async function withMatch(
  { sums, squares }: KernelLogSums,
  points: Rows,
  population: Rows,
  { critic, temperature }: ResolvedField,
): Promise<KernelLogSums> {
  const kind = critic.kind === "cosine" ? "inner" : "squaredDistance";
  const factor = critic.kind === "cosine" ? 1 / temperature : -critic.scale / temperature;
  const own = (await matchedValues(points, population, { kind })).map((value) => value * factor);
  return {
    sums: sums.map((sum, i) => logAddExp(sum, own[i]!)),
    squares: squares.map((sum, i) => logAddExp(sum, 2 * own[i]!)),
  };
}

function notesOf(effectiveSamples: Float64Array, { samples }: ResolvedField): string[] {
  const poor = effectiveSamples.filter((count) => count < fewTerms).length;
  if (poor === 0 || samples < fewTerms) return [];
  const where = `At ${poor} of ${effectiveSamples.length} points`;
  return [
    `${where} fewer than ${fewTerms} of ${samples} terms carry the sum, so that the standard error there is too small.`,
  ];
}

function methodOf({ critic, temperature, form, matched, logWeights }: ResolvedField): string {
  const kernel = critic.kind === "cosine" ? "cosine" : `rbf scale=${critic.scale}`;
  const sum = form === "leaveOneOut" ? "leave-one-out mean" : matched ? "mean with the match" : "mean";
  return `kernel ${logWeights ? "weighted mean" : sum}, ${kernel}, temperature=${temperature}`;
}
