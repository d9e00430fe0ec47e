// What stands under the logarithm of two clouds of particles: kernel densities of the other cloud, of the own, of both, or of a third.

import { logAddExp, meanOfArray } from "@nce-geometry/tensor";
import { crossKernelSums, selfKernelSums } from "./kernel-sums.ts";
import { logDensities, ownGradient, seen, weightsOfLogSums } from "./particle-options.ts";
import type { Clouds, SymmetricProblem } from "./symmetric-problem.ts";

type Source = "cross" | "own" | "reference";
type Weights = [Float64Array, Float64Array];

/** ½Σ E_{q_i} log f̂_i, and how to differentiate it. */
export function evaluateDenominator(
  clouds: Clouds,
  problem: SymmetricProblem,
): { readonly value: number; readonly gradients: () => Weights } {
  const { denominator, ownWeight } = problem;
  const densities = sourceDensities(clouds, problem);
  const weights: Record<Source, Weights> = { cross: zeros(clouds), own: zeros(clouds), reference: zeros(clouds) };
  let value = 0;
  for (const a of [0, 1] as const) {
    const n = clouds[a].rows;
    const logs = densities.logs[a];
    const add = (kind: Source, weight: number): void => {
      value += (weight / 2) * meanOfArray(logs[kind]!);
      for (let i = 0; i < n; i++) weights[kind][a][i]! += weight / (2 * n);
    };
    if (ownWeight !== 0) add("own", ownWeight);
    if (ownWeight === 1) continue;
    if (denominator !== "pooled") add(denominator, 1 - ownWeight);
    else value += addPooled(logs.own!, logs.cross!, 1 - ownWeight, [weights.own[a], weights.cross[a]]);
  }
  return { value, gradients: () => densities.gradients(weights) };
}

/** (w/2) mean log(½ρ̂₁ + ½ρ̂₂), its weights by each of the two log densities added to theirs. */
function addPooled(own: Float64Array, cross: Float64Array, weight: number, [ofOwn, ofCross]: Weights): number {
  const n = own.length;
  const logs = own.map((log, i) => logAddExp(log, cross[i]!));
  for (let i = 0; i < n; i++) {
    const share = Math.exp(own[i]! - logs[i]!);
    ofOwn[i]! += (weight / (2 * n)) * share;
    ofCross[i]! += (weight / (2 * n)) * Math.exp(cross[i]! - logs[i]!);
  }
  return (weight / 2) * (meanOfArray(logs) - Math.LN2);
}

type LogDensities = { readonly [S in Source]: Float64Array | undefined };

/** The log densities that the options ask for, at the particles of each cloud, and the gradient of their weighted sum. */
function sourceDensities(
  clouds: Clouds,
  { denominator, ownWeight, reference, kernel }: SymmetricProblem,
): {
  readonly logs: readonly [LogDensities, LogDensities];
  readonly gradients: (weights: Record<Source, Weights>) => Weights;
} {
  const [x, y] = clouds;
  const beside = ownWeight !== 1;
  const needsCross = beside && (denominator === "cross" || denominator === "pooled");
  const needsOwn = ownWeight !== 0 || denominator === "own" || denominator === "pooled";
  const cross = needsCross ? crossKernelSums(x, y, kernel) : undefined;
  const own = needsOwn ? clouds.map((z) => selfKernelSums(z, kernel, kernel.form)) : undefined;
  const third = beside && reference ? clouds.map((z) => crossKernelSums(z, reference, kernel)) : undefined;
  const counts = { own: clouds.map((z) => seen(z.rows, kernel.form)), cross: [y.rows, x.rows], third: reference?.rows };
  const logsOf = (a: 0 | 1): LogDensities => ({
    cross: cross && logDensities(a === 0 ? cross.rows : cross.columns, counts.cross[a]!, kernel),
    own: own && logDensities(own[a]!.rows, counts.own[a]!, kernel),
    reference: third && logDensities(third[a]!.rows, counts.third!, kernel),
  });
  const gradients = (weights: Record<Source, Weights>): Weights => {
    const total: Weights = [new Float64Array(x.data.length), new Float64Array(y.data.length)];
    if (cross !== undefined) {
      const ofRows = weightsOfLogSums(weights.cross[0], cross.rows, counts.cross[0]!, kernel);
      const ofColumns = weightsOfLogSums(weights.cross[1], cross.columns, counts.cross[1]!, kernel);
      const pull = cross.gradient(ofRows, ofColumns);
      addTo(total[0], pull.x);
      addTo(total[1], pull.y);
    }
    for (const a of [0, 1] as const) {
      if (own !== undefined) addTo(total[a], ownGradient(own[a]!, weights.own[a], counts.own[a]!, kernel));
      if (third !== undefined) {
        const sums = third[a]!;
        const ofRows = weightsOfLogSums(weights.reference[a], sums.rows, counts.third!, kernel);
        addTo(total[a], sums.gradient(ofRows, new Float64Array(counts.third!)).x);
      }
    }
    return total;
  };
  return { logs: [logsOf(0), logsOf(1)], gradients };
}

function addTo(total: Float64Array, part: Float64Array): void {
  for (let k = 0; k < total.length; k++) total[k]! += part[k]!;
}

function zeros([x, y]: Clouds): Weights {
  return [new Float64Array(x.rows), new Float64Array(y.rows)];
}
