// The negative log-likelihood of matches under a softmax of cosines, with its derivatives. Notation: β = 1/τ.
//
// From captions: −log of the softmax over items. From items: of the softmax over the captions of other items and the caption itself, so
// that an item's other captions, which are matches too, are not counted as rivals. Convex in β either way.

import type { ItemScoreTable } from "./item-score-table.ts";

/** Who asks. `both`: the mean of the two, as CLIP's loss. */
export type LikelihoodDirection = "xToY" | "yToX" | "both";

export interface Likelihood {
  /** Mean over captions, nats. */
  readonly value: number;
  /** d/dβ of the term of each caption: E s − s_own. */
  readonly slopes: Float64Array;
  /** Mean d²/dβ²: Var s under the softmax. */
  readonly curvature: number;
}

/** At an inverse temperature β ≥ 0. */
export function softmaxLikelihood(table: ItemScoreTable, direction: LikelihoodDirection, beta: number): Likelihood {
  if (direction === "yToX") return fromCaptions(table, beta);
  if (direction === "xToY") return fromItems(table, beta);
  const [a, b] = [fromCaptions(table, beta), fromItems(table, beta)];
  return {
    value: (a.value + b.value) / 2,
    slopes: a.slopes.map((slope, j) => (slope + b.slopes[j]!) / 2),
    curvature: (a.curvature + b.curvature) / 2,
  };
}

/** Σ e^{βs}, Σ s e^{βs}, Σ s² e^{βs}, all divided by e^{β·shift}. */
interface Sums {
  readonly shift: number;
  readonly mass: number;
  readonly first: number;
  readonly second: number;
}

function fromCaptions({ items: n, captions: m, itemOf, scores }: ItemScoreTable, beta: number): Likelihood {
  return collect(m, beta, (j) => ({
    sums: sumsOf(n, beta, (i) => scores[j * n + i]!),
    own: scores[j * n + itemOf[j]!]!,
  }));
}

function fromItems({ items: n, captions: m, itemOf, scores }: ItemScoreTable, beta: number): Likelihood {
  const strangers = Array.from({ length: n }, (_, i) =>
    sumsOf(m, beta, (j) => (itemOf[j] === i ? Number.NEGATIVE_INFINITY : scores[j * n + i]!)),
  );
  return collect(m, beta, (j) => {
    const own = scores[j * n + itemOf[j]!]!;
    return { sums: withOne(strangers[itemOf[j]!]!, own, beta), own };
  });
}

function collect(
  captions: number,
  beta: number,
  term: (caption: number) => { readonly sums: Sums; readonly own: number },
): Likelihood {
  const slopes = new Float64Array(captions);
  let [value, curvature] = [0, 0];
  for (let j = 0; j < captions; j++) {
    const { sums, own } = term(j);
    const mean = sums.first / sums.mass;
    value += Math.log(sums.mass) + beta * (sums.shift - own);
    slopes[j] = mean - own;
    curvature += Math.max(0, sums.second / sums.mass - mean * mean);
  }
  return { value: value / captions, slopes, curvature: curvature / captions };
}

/** Scores of −∞ do not count. */
function sumsOf(count: number, beta: number, score: (at: number) => number): Sums {
  let shift = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at++) shift = Math.max(shift, score(at));
  let [mass, first, second] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const s = score(at);
    if (s === Number.NEGATIVE_INFINITY) continue;
    const weight = Math.exp(beta * (s - shift));
    mass += weight;
    first += s * weight;
    second += s * s * weight;
  }
  return { shift, mass, first, second };
}

function withOne({ shift, mass, first, second }: Sums, s: number, beta: number): Sums {
  const top = Math.max(shift, s);
  const [scale, weight] = [Math.exp(beta * (shift - top)), Math.exp(beta * (s - top))];
  return {
    shift: top,
    mass: mass * scale + weight,
    first: first * scale + s * weight,
    second: second * scale + s * s * weight,
  };
}
