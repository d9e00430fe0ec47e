// Rank correlation with average ranks of ties.

/** Spearman's correlation, or null where all of one side are equal. */
export function spearman(x: Float64Array, y: Float64Array): number | null {
  return correlation(averageRanks(x), averageRanks(y));
}

/** 1 + number below + half the number of others that are equal. */
export function averageRanks(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  return values.map((value) => 1 + (firstPlace(sorted, value, false) + firstPlace(sorted, value, true) - 1) / 2);
}

/** How many are smaller, or not larger. */
function firstPlace(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value || (orEqual && sorted[middle]! === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pearson's correlation, or null where all of one side are equal. */
export function correlation(x: Float64Array, y: Float64Array): number | null {
  const n = x.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [a, b] = [x[i]! - meanX, y[i]! - meanY];
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
