// How well a truth is known. A plain number is a closed form, right to rounding; anything else says what it is.

/** A number from a quadrature. */
export interface Quadrature {
  readonly value: number;
  /** How much the value changed when the number of nodes was doubled; the error is smaller. */
  readonly change: number;
}

/** A mean over a random sample. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
  readonly samples: number;
}

/** The mean of numbers with its standard error. */
export function estimateOf(values: ArrayLike<number>): Estimate {
  const samples = values.length;
  let [mean, squares] = [0, 0];
  for (let i = 0; i < samples; i++) {
    const step = values[i]! - mean;
    mean += step / (i + 1);
    squares += step * (values[i]! - mean);
  }
  return { value: mean, standardError: Math.sqrt(squares / (samples - 1) / samples), samples };
}
