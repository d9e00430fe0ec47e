/** Adam on a plain array of weights, with torch's defaults β = 0.9 and 0.999, ε = 1e-8. */
export interface AdamState {
  step: number;
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

/** State before the first step. */
export function adamInit(weights: Float64Array): AdamState {
  return { step: 0, mean: new Float64Array(weights.length), square: new Float64Array(weights.length) };
}

/**
 * One step, in place.
 *
 * Math:   m ← 0.9m + 0.1g,  v ← 0.999v + 0.001g²,  w ← w − η·m/(1 − 0.9ᵗ) / (√(v/(1 − 0.999ᵗ)) + 1e-8).
 * Limits: `optimizerStep` of the train package with `kind: "adam"`.
 */
export function adamStep(weights: Float64Array, gradient: Float64Array, state: AdamState, learningRate: number): void {
  const { mean, square } = state;
  state.step++;
  const [meanShare, squareShare] = [1 - 0.9 ** state.step, 1 - 0.999 ** state.step];
  for (let k = 0; k < weights.length; k++) {
    const g = gradient[k]!;
    mean[k] = 0.9 * mean[k]! + (1 - 0.9) * g;
    square[k] = 0.999 * square[k]! + (1 - 0.999) * g * g;
    weights[k]! -= ((learningRate / meanShare) * mean[k]!) / (Math.sqrt(square[k]! / squareShare) + 1e-8);
  }
}
