/**
 * Slope of the line through points that is nearest in squares of y.
 *
 * Math:     Σ(x_i − x̄)(y_i − ȳ)/Σ(x_i − x̄)²
 * Shapes:   x [n], y [n] → number, or null where the x are all the same: nothing has a slope there.
 * Limits:   y = a + bx → b;  two points → the slope between them.
 */
export function leastSquaresSlope(x: readonly number[], y: readonly number[]): number | null {
  // Seen before a mean of equal numbers is rounded to another one.
  if (x.every((value) => value === x[0])) return null;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const square = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  return x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0) / square;
}
