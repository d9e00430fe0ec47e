// The optimal coupling of two samples on the line: the lowest with the lowest. Of unequal numbers, an order statistic is shared.

/** Sorted row `x[k]` of one sample meets sorted row `y[k]` of the other with mass `weights[k]`; the masses sum to 1. */
export interface QuantileCoupling {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Where the quantile functions of samples of n and m points are both constant: between consecutive multiples of 1/n and 1/m,
 * n + m − gcd(n, m) intervals. In units of 1/(nm) all ends are whole numbers.
 */
export function quantileCoupling(n: number, m: number): QuantileCoupling {
  const [x, y, weights]: [number[], number[], number[]] = [[], [], []];
  let [i, j, start] = [0, 0, 0];
  while (i < n && j < m) {
    const end = Math.min((i + 1) * m, (j + 1) * n);
    x.push(i);
    y.push(j);
    weights.push((end - start) / (n * m));
    start = end;
    if (end === (i + 1) * m) i++;
    if (end === (j + 1) * n) j++;
  }
  return { x: Int32Array.from(x), y: Int32Array.from(y), weights: Float64Array.from(weights) };
}
