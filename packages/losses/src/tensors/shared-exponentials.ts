// One exponential per entry of a matrix for its row sums, its column sums and their gradient.

/** Logits may differ by so much before their exponentials, relative to the largest, come near the end of float64. */
const widestRange = 600;

export interface SharedExponentials {
  /** Log-sum-exps of the n rows, then of the m columns; −∞ where nothing is summed. */
  readonly logSums: Float64Array;
  /** Entry (i, j) of the gradient of Σ_i g_i rows_i + Σ_j g_{n+j} columns_j. */
  weighted(g: Float64Array): Float64Array;
}

/**
 * e_ij = e^{l_ij − max l}, with sums R_i, C_j: the log-sum-exps are max l + log R_i and max l + log C_j, and the gradient is
 * e_ij (g_i/R_i + g_{n+j}/C_j). Undefined where an entry is NaN or +∞ or the finite ones spread over more than 600, so that
 * some sum might underflow.
 */
export function sharedExponentials(
  logits: Float64Array,
  { n, m, skipDiagonal }: { readonly n: number; readonly m: number; readonly skipDiagonal: boolean },
): SharedExponentials | undefined {
  if (skipDiagonal) for (let i = 0; i < Math.min(n, m); i++) logits[i * (m + 1)] = Number.NEGATIVE_INFINITY;
  const largest = largestWithin(logits);
  if (largest === undefined) return undefined;
  const exponentials = logits;
  const sums = new Float64Array(n + m);
  for (let i = 0, at = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < m; j++, at++) {
      const value = Math.exp(logits[at]! - largest);
      exponentials[at] = value;
      row += value;
      sums[n + j]! += value;
    }
    sums[i] = row;
  }
  return {
    logSums: sums.map((value) => largest + Math.log(value)),
    weighted: (g) => weightedExponentials(exponentials, sums, g, n),
  };
}

/** The largest entry, 0 where all are −∞, unless an entry is NaN or +∞ or the finite ones spread too far. */
function largestWithin(logits: Float64Array): number | undefined {
  let [largest, smallest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at < logits.length; at++) {
    const value = logits[at]!;
    if (value > largest) largest = value;
    if (value < smallest && value !== Number.NEGATIVE_INFINITY) smallest = value;
    if (Number.isNaN(value)) return undefined;
  }
  if (largest === Number.NEGATIVE_INFINITY) return 0;
  return largest - smallest <= widestRange ? largest : undefined;
}

function weightedExponentials(e: Float64Array, sums: Float64Array, g: Float64Array, n: number): Float64Array {
  // An empty sum has no gradient.
  const factors = g.map((value, k) => (sums[k] === 0 ? 0 : value / sums[k]!));
  const [m, out] = [g.length - n, new Float64Array(e.length)];
  for (let i = 0, at = 0; i < n; i++) {
    const row = factors[i]!;
    for (let j = 0; j < m; j++, at++) out[at] = e[at]! * (row + factors[n + j]!);
  }
  return out;
}
