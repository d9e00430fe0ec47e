// Optimal transport of two samples on a line, squared cost. Notation: a, b ascending, each row of mass 1/n and 1/m.

/** A transport cost and how it moves with each row. */
export interface Transport {
  readonly cost: number;
  /** Kantorovich potential at each point of the first sample, up to a constant: the influence of that point on the cost. */
  readonly potentialX: Float64Array;
  readonly potentialY: Float64Array;
}

/**
 * Squared Wasserstein distance of two samples on a line.
 *
 * Math:     W₂² = ∫₀¹ (F⁻¹(t) − G⁻¹(t))² dt; potential φ with φ' = 2(x − T(x)), T the mean partner.
 * Shapes:   a [n], b [m], ascending; n ≠ m allowed.
 * Limits:   b = a + c → c²;  one point each → (a − b)².
 */
export function transportOnLine(a: Float64Array, b: Float64Array): Transport {
  const [n, m] = [a.length, b.length];
  const partnerOfA = new Float64Array(n);
  const partnerOfB = new Float64Array(m);
  let cost = 0;
  let reached = 0;
  for (let i = 0, j = 0; i < n && j < m; ) {
    const [endA, endB] = [(i + 1) / n, (j + 1) / m];
    const mass = Math.min(endA, endB) - reached;
    cost += mass * (a[i]! - b[j]!) ** 2;
    partnerOfA[i]! += n * mass * b[j]!;
    partnerOfB[j]! += m * mass * a[i]!;
    reached = Math.min(endA, endB);
    // Ends that agree in exact arithmetic may differ by rounding: what is left then has no mass to speak of.
    if (endA <= endB) i++;
    if (endB <= endA) j++;
  }
  return { cost, potentialX: potential(a, partnerOfA), potentialY: potential(b, partnerOfB) };
}

/** ∫ 2(x − T(x)) dx by the trapezoid rule from the first point on. */
export function potential(points: Float64Array, partners: Float64Array): Float64Array {
  const values = new Float64Array(points.length);
  for (let i = 1; i < points.length; i++) {
    const slopes = points[i]! - partners[i]! + points[i - 1]! - partners[i - 1]!;
    values[i] = values[i - 1]! + (points[i]! - points[i - 1]!) * slopes;
  }
  return values;
}
