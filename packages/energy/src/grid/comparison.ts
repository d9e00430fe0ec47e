/** Two sides of an identity or a bound, so that a reader sees by how much it holds. */
export interface Comparison {
  /** The side that is the quantity itself. */
  readonly left: number;
  /** The side that it equals, or that bounds it. */
  readonly right: number;
  /** right − left: 0 up to rounding for an identity, ≥ 0 for a bound. */
  readonly slack: number;
}

export function comparison(left: number, right: number): Comparison {
  // Two equal infinities are no slack.
  return { left, right, slack: left === right ? 0 : right - left };
}
