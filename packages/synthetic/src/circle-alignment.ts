// How much of a gap between two laws of an angle goes away when one of them is turned, or mirrored and turned.

import { type CircleLaw, circleGrid, circleJeffreys, logCircleDensity, movedLaw } from "./circle-law.ts";

const nodes = 512;
const harmonics = 200;
const goldenSteps = 60;

/**
 * The rotation (after a reflection, where asked) of y that leaves the smallest Jeffreys divergence from x.
 *
 * Math:     min_α J(x, y ∘ move_α),  move_α(θ) = θ + α, or α − θ.
 * Limits:   y = x turned by β → angle −β, jeffreys 0.
 * Numerics: the part of J that depends on α is a Fourier series: 512 angles, then golden-section search about the best; α to about 1e-8.
 */
export function bestAlignment(
  x: CircleLaw,
  y: CircleLaw,
  reflect: boolean,
): { readonly angle: number; readonly jeffreys: number } {
  const crossEntropy = crossEntropies(x, movedLaw(y, 0, reflect));
  const step = (2 * Math.PI) / nodes;
  const values = circleGrid(nodes).map(crossEntropy);
  const best = values.indexOf(values.reduce((a, b) => Math.min(a, b)));
  const found = goldenSection(crossEntropy, (best - 1) * step, (best + 1) * step);
  const angle = found > Math.PI ? found - 2 * Math.PI : found;
  return { angle, jeffreys: circleJeffreys(x, movedLaw(y, angle, reflect)).value };
}

/** −∫p log q_α − ∫q_α log p as a function of α, q_α(θ) = q(θ − α), less what does not depend on α. */
function crossEntropies(x: CircleLaw, y: CircleLaw): (angle: number) => number {
  const [logP, logQ] = [logCircleDensity(x, circleGrid(nodes)), logCircleDensity(y, circleGrid(nodes))];
  const [p, q] = [harmonicsOf(logP.map(Math.exp)), harmonicsOf(logQ.map(Math.exp))];
  const [u, v] = [harmonicsOf(logP), harmonicsOf(logQ)];
  // ∫ f(θ) g(θ − α) dθ = 2π Σ_n f_n conj(g_n) e^{inα}, f and g real.
  const cosines = p.cos.map(
    (_, n) => p.cos[n]! * v.cos[n]! + p.sin[n]! * v.sin[n]! + u.cos[n]! * q.cos[n]! + u.sin[n]! * q.sin[n]!,
  );
  const sines = p.cos.map(
    (_, n) => p.cos[n]! * v.sin[n]! - p.sin[n]! * v.cos[n]! + u.cos[n]! * q.sin[n]! - u.sin[n]! * q.cos[n]!,
  );
  return (angle) => {
    let sum = 0;
    for (let n = 1; n < harmonics; n++) sum -= cosines[n]! * Math.cos(n * angle) - sines[n]! * Math.sin(n * angle);
    return sum;
  };
}

/** Means of f cos nθ and f sin nθ over the grid. */
function harmonicsOf(values: Float64Array): { readonly cos: Float64Array; readonly sin: Float64Array } {
  const angles = circleGrid(nodes);
  const [cosine, sine] = [angles.map(Math.cos), angles.map(Math.sin)];
  const mean = (table: Float64Array, n: number): number =>
    values.reduce((sum, value, j) => sum + value * table[(n * j) % nodes]!, 0) / nodes;
  return {
    cos: new Float64Array(harmonics).map((_, n) => mean(cosine, n)),
    sin: new Float64Array(harmonics).map((_, n) => mean(sine, n)),
  };
}

function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  for (let step = 0; step < goldenSteps && high - low > 1e-9; step++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (f(a) < f(b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}
