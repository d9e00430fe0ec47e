/** How rows of one array go into another. */
export interface RowPlacement {
  /** Row k goes to row numbers[k]. @defaultValue k */
  readonly numbers: Int32Array | undefined;
  readonly dim: number;
  /** Numbers in a row of the source, of which the first `dim` are taken. @defaultValue dim */
  readonly width?: number;
}

/** Adds the rows of an array to those of another. */
export function addRows(into: Float64Array, from: Float64Array, { numbers, dim, width = dim }: RowPlacement): void {
  for (let k = 0; k * width < from.length; k++) {
    const at = (numbers?.[k] ?? k) * dim;
    for (let c = 0; c < dim; c++) into[at + c]! += from[k * width + c]!;
  }
}

/** target += source, entry by entry. */
export function addInto(target: Float64Array, source: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k]! += source[k]!;
}
