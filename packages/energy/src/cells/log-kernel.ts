// The kernel of regularised transport on a grid, e^(−cost/ε), applied in the log domain.

/** log Σ_j e^(values_j − cost_ij/ε) for every i; the cost [n, n] is symmetric. */
export function applyLogKernel(cost: Float64Array, epsilon: number, values: Float64Array): Float64Array {
  const n = values.length;
  const exponents = new Float64Array(n);
  return values.map((_, i) => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < n; j++) {
      const exponent = values[j]! - cost[i * n + j]! / epsilon;
      exponents[j] = exponent;
      if (exponent > highest) highest = exponent;
    }
    if (highest === Number.NEGATIVE_INFINITY) return highest;
    let sum = 0;
    // Terms below e^−80 of the largest are less than a rounding of the sum for any n in reach.
    for (let j = 0; j < n; j++) if (exponents[j]! - highest > -80) sum += Math.exp(exponents[j]! - highest);
    return highest + Math.log(sum);
  });
}
