// Spearman's rank correlation of a few values.

/** Plain JSON. */
export type RankCorrelation = {
  readonly value: number;
  /** Share of all orders of one side that correlate at least as much, either way; null beyond eight values. */
  readonly chance: number | null;
  readonly values: number;
};

/**
 * Spearman's rank correlation with its exact permutation probability.
 *
 * Math:     Pearson's correlation of the ranks 1 + #{below} + ½ #{other equals}
 * Domain:   lists of equal length.
 * Limits:   the same order → 1, the reverse → −1, and of three values either is had by one order in three;  fewer than three values,
 *           or all of one side equal → null.
 * Source:   Spearman, Am. J. Psychol. 15 (1904).
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): RankCorrelation | null {
  if (a.length < 3) return null;
  const [x, y] = [centredRanks(a), centredRanks(b)];
  const size = Math.sqrt(dot(x, x) * dot(y, y));
  if (size === 0) return null;
  const product = dot(x, y);
  let [orders, atLeast] = [0, 0];
  // Ranks are halves, so that sums of products only differ by rounding where they are equal.
  const tolerance = 1e-9 * size;
  if (a.length <= 8) {
    forEachOrder(y, (order) => {
      orders++;
      if (Math.abs(dot(x, order)) >= Math.abs(product) - tolerance) atLeast++;
    });
  }
  return { value: product / size, chance: orders > 0 ? atLeast / orders : null, values: a.length };
}

function centredRanks(values: readonly number[]): number[] {
  const middle = (values.length + 1) / 2;
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2 - middle;
  });
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Every order of the values, one after the other in the same array. */
function forEachOrder(values: readonly number[], visit: (order: readonly number[]) => void): void {
  const order = [...values];
  const place = (from: number): void => {
    if (from === order.length) visit(order);
    for (let k = from; k < order.length; k++) {
      [order[from], order[k]] = [order[k]!, order[from]!];
      place(from + 1);
      [order[from], order[k]] = [order[k]!, order[from]!];
    }
  };
  place(0);
}
