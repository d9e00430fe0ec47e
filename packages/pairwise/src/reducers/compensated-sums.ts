// Sums that carry their rounding errors along (Neumaier's form of Kahan summation).

/** `length` running sums, all 0 at first. */
export interface CompensatedSums {
  add(index: number, value: number): void;
  result(): Float64Array;
}

/** Sums whose error is about one rounding of the result plus 2⁻¹⁰⁶·(terms)²·Σ|terms|. */
export function compensatedSums(length: number): CompensatedSums {
  const sums = new Float64Array(length);
  const lost = new Float64Array(length);
  return {
    add(index, value) {
      const before = sums[index]!;
      const after = before + value;
      lost[index]! += Math.abs(before) >= Math.abs(value) ? before - after + value : value - after + before;
      sums[index] = after;
    },
    // At ±∞ the compensation is ∞ − ∞ and means nothing.
    result: () => sums.map((sum, i) => (Number.isFinite(sum) ? sum + lost[i]! : sum)),
  };
}
