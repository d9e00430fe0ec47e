// What is known of the pairing of two angles: mean cosines, potential, mutual information, the best possible retrieval.

import { type CircleComponent, circleGrid, circleMoment, logCircleDensity } from "./circle-law.ts";
import type { Quadrature } from "./known.ts";
import type { PairedCircleOptions } from "./paired-circle.ts";
import { vonMisesTable } from "./von-mises-table.ts";

export interface CirclePairing {
  /** E cos(θ_x − θ_y); the most that turning y makes of it, |E e^{i(θ_x − θ_y)}|; and turning after a reflection, |E e^{i(θ_x + θ_y)}|. */
  readonly pairCosine: { readonly raw: number; readonly rotated: number; readonly reflected: number };
  /** U_{x→y}, where it is the same for all z: −e^{−σ_y²/2} cos(angle) for σ_x = 0, one latent and a rotation. Else null. */
  readonly potential: number | null;
  /** Mutual information of the two angles, nats; null where it is infinite (no misalignment) or the latents differ. */
  readonly mutualInformation: Quadrature | null;
  /**
   * Expected recall at 1 of the best retrieval of y from x among as many candidates as pairs: by p(y|x)/ρ(y), which no critic
   * beats. Null where the latents differ.
   */
  readonly bayesRecall: Quadrature | null;
}

type Model = Required<Omit<PairedCircleOptions, "componentsY">> & Pick<PairedCircleOptions, "componentsY">;

/** The pairing of a model whose options have been checked. */
export function circlePairing(model: Model): CirclePairing {
  const { misalignmentX, misalignmentY, relation, componentsY } = model;
  const isExact = misalignmentX === 0 && misalignmentY === 0;
  const isConstant = componentsY === undefined && misalignmentX === 0 && relation.kind === "rotation";
  const shared =
    componentsY === undefined ? sharedPairing(model, isExact) : { mutualInformation: null, bayesRecall: null };
  return {
    pairCosine: pairCosines(model),
    potential: isConstant ? -Math.exp(-(misalignmentY ** 2) / 2) * Math.cos(relation.angle) : null,
    ...shared,
  };
}

function pairCosines({ components, componentsY, misalignmentX, misalignmentY, relation }: Model) {
  const blur = Math.exp(-(misalignmentX ** 2 + misalignmentY ** 2) / 2);
  const { difference, sum } =
    componentsY === undefined ? sharedMoments(components) : coupledMoments(components, componentsY);
  // θ_x − θ_y is the difference of the latents less the angle, or their sum less the angle where y is mirrored.
  const raw = relation.kind === "rotation" ? difference : sum;
  return {
    raw: blur * (raw.cos * Math.cos(relation.angle) + raw.sin * Math.sin(relation.angle)),
    rotated: blur * Math.hypot(raw.cos, raw.sin),
    reflected:
      blur * (relation.kind === "rotation" ? Math.hypot(sum.cos, sum.sin) : Math.hypot(difference.cos, difference.sin)),
  };
}

interface Moments {
  /** E e^{i(θ − θ')}. */
  readonly difference: { readonly cos: number; readonly sin: number };
  /** E e^{i(θ + θ')}. */
  readonly sum: { readonly cos: number; readonly sin: number };
}

function sharedMoments(components: readonly CircleComponent[]): Moments {
  return { difference: { cos: 1, sin: 0 }, sum: circleMoment({ kind: "circle", components, blur: 0 }, 2) };
}

const couplingNodes = 1024;

/** Over the shares of the components that one uniform number chooses together, and within them over common quantiles. */
function coupledMoments(first: readonly CircleComponent[], second: readonly CircleComponent[]): Moments {
  const [difference, sum] = [
    { cos: 0, sin: 0 },
    { cos: 0, sin: 0 },
  ];
  for (const { weight, k, l } of commonParts(first, second)) {
    const [a, b] = [first[k]!, second[l]!];
    for (const { share, at, to } of coupledAngles(a, b)) {
      const [x, y] = [a.mean + at, b.mean + to];
      difference.cos += weight * share * Math.cos(x - y);
      difference.sin += weight * share * Math.sin(x - y);
      sum.cos += weight * share * Math.cos(x + y);
      sum.sin += weight * share * Math.sin(x + y);
    }
  }
  return { difference, sum };
}

/** Angles φ of the first law with their probabilities, and the angles of the second law at the same quantiles. */
function coupledAngles(a: CircleComponent, b: CircleComponent) {
  const [tableA, tableB] = [vonMisesTable(a), vonMisesTable(b)];
  const angles = circleGrid(couplingNodes).map((angle) => angle - Math.PI + Math.PI / couplingNodes);
  const density = logCircleDensity({ kind: "circle", components: [{ ...a, weight: 1, mean: 0 }], blur: 0 }, angles);
  return Array.from(angles, (at, j) => ({
    share: (Math.exp(density[j]!) * 2 * Math.PI) / couplingNodes,
    at,
    to: tableB.quantile(tableA.cumulative(at)),
  }));
}

/** The pieces of [0, 1) on which both choices of a component are constant. */
function commonParts(first: readonly CircleComponent[], second: readonly CircleComponent[]) {
  const parts: { weight: number; k: number; l: number }[] = [];
  let [k, l, from] = [0, 0, 0];
  let [endK, endL] = [first[0]!.weight, second[0]!.weight];
  while (k < first.length && l < second.length) {
    const to = Math.min(endK, endL);
    if (to > from) parts.push({ weight: to - from, k, l });
    from = to;
    if (endK <= to) endK += first[++k]?.weight ?? 0;
    if (endL <= to) endL += second[++l]?.weight ?? 0;
  }
  return parts;
}

function sharedPairing(model: Model, isExact: boolean): Pick<CirclePairing, "mutualInformation" | "bayesRecall"> {
  if (isExact) return { mutualInformation: null, bayesRecall: { value: 1, change: 0 } };
  const [coarse, fine] = [overJoint(model, jointNodes / 2), overJoint(model, jointNodes)];
  const compared = (name: keyof Pairing): Quadrature => ({
    value: fine[name],
    change: Math.abs(fine[name] - coarse[name]),
  });
  return { mutualInformation: compared("mutualInformation"), bayesRecall: compared("bayesRecall") };
}

const jointNodes = 1024;
const queries = 32;

interface Pairing {
  readonly mutualInformation: number;
  readonly bayesRecall: number;
}

/** Averages over queries θ_x on a coarse grid, from the joint law of both angles on a fine one. The relation does not matter. */
function overJoint({ components, misalignmentX, misalignmentY, pairs }: Model, nodes: number): Pairing {
  const latent = probabilities(logCircleDensity({ kind: "circle", components, blur: 0 }, circleGrid(nodes)));
  const [kernelX, kernelY] = [wrappedNormal(misalignmentX, nodes), wrappedNormal(misalignmentY, nodes)];
  const marginal = convolve(latent, kernelY);
  const sums = { mutualInformation: 0, bayesRecall: 0, weight: 0 };
  for (let query = 0; query < nodes; query += nodes / queries) {
    const given = latent.map((share, t) => share * kernelX[(query - t + nodes) % nodes]!);
    const weight = given.reduce((sum, share) => sum + share, 0);
    if (weight === 0) continue;
    const conditional = convolve(
      given.map((share) => share / weight),
      kernelY,
    );
    sums.mutualInformation += weight * informationOfQuery(conditional, marginal);
    sums.bayesRecall += weight * recallOfQuery(conditional, marginal, pairs);
    sums.weight += weight;
  }
  return {
    mutualInformation: sums.mutualInformation / sums.weight,
    bayesRecall: sums.bayesRecall / sums.weight,
  };
}

function informationOfQuery(conditional: Float64Array, marginal: Float64Array): number {
  return conditional.reduce((sum, p, j) => (p > 0 ? sum + p * Math.log(p / marginal[j]!) : sum), 0);
}

/**
 * Chance that the match outscores n − 1 others. With G the share of candidates that score lower than a cell, and q its own,
 * the match in that cell wins with the mean of G^{n−1} over the cell, ((G + q)^n − G^n)/(nq).
 */
function recallOfQuery(conditional: Float64Array, marginal: Float64Array, n: number): number {
  const order = Array.from(marginal.keys()).filter((j) => marginal[j]! > 0);
  const score = conditional.map((p, j) => p / marginal[j]!);
  order.sort((a, b) => score[a]! - score[b]!);
  let [below, recall] = [0, 0];
  for (const j of order) {
    const above = Math.min(1, below + marginal[j]!);
    recall += (score[j]! * (above ** n - below ** n)) / n;
    below = above;
  }
  return recall;
}

/** Densities on a grid as probabilities of its points. */
function probabilities(logDensity: Float64Array): Float64Array {
  const shares = logDensity.map(Math.exp);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Normal law of deviation σ around the circle, as probabilities of grid points; all of it at 0 for σ = 0. */
function wrappedNormal(sigma: number, nodes: number): Float64Array {
  const law = circleGrid(nodes).map((angle) => {
    if (sigma === 0) return angle === 0 ? 1 : 0;
    let sum = 0;
    const turns = Math.ceil((9 * sigma) / (2 * Math.PI)) + 1;
    for (let turn = -turns; turn <= turns; turn++) sum += Math.exp(-0.5 * ((angle + 2 * Math.PI * turn) / sigma) ** 2);
    return sum;
  });
  return probabilities(law.map(Math.log));
}

/** Shares of a probability that are below rounding. */
const negligible = 1e-20;

/** Around the circle. */
function convolve(a: Float64Array, b: Float64Array): Float64Array {
  const n = a.length;
  const twice = new Float64Array(2 * n);
  twice.set(b);
  twice.set(b, n);
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const share = a[i]!;
    if (share <= negligible) continue;
    for (let j = 0; j < n; j++) out[j]! += share * twice[n + j - i]!;
  }
  return out;
}
