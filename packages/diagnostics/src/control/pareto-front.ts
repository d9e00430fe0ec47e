import { InputError } from "@nce-geometry/tensor";

/** A point judged on two axes: a gap to be small, a retrieval to be large. */
export interface ParetoPoint {
  readonly gap: number;
  readonly retrieval: number;
}

/**
 * The points that no other one beats: none has a smaller or equal gap and a larger or equal retrieval, one of them strictly.
 *
 * Shapes:   k points → their indices, ascending in the gap; equal points are all on the front, in their order.
 * Domain:   finite numbers.
 * Limits:   one point → itself;  points along a line on which retrieval grows with the gap → all.
 * Numerics: exact; the numbers are taken as they are, without regard to their intervals.
 * Throws:   InputError E_NOT_FINITE.
 */
export function paretoFront(points: readonly ParetoPoint[]): number[] {
  for (const [at, { gap, retrieval }] of points.entries()) {
    if (Number.isFinite(gap) && Number.isFinite(retrieval)) continue;
    const received = `(${gap}, ${retrieval}) at index ${at}`;
    const details = {
      code: "E_NOT_FINITE",
      where: "paretoFront",
      argument: "points",
      expected: "finite",
      received,
    } as const;
    throw new InputError(details);
  }
  const order = points.map((_, at) => at);
  order.sort((a, b) => points[a]!.gap - points[b]!.gap || points[b]!.retrieval - points[a]!.retrieval || a - b);
  const front: number[] = [];
  for (const at of order) {
    const last = front.at(-1);
    const { gap, retrieval } = points[at]!;
    const beats = last === undefined || retrieval > points[last]!.retrieval;
    const equals = last !== undefined && retrieval === points[last]!.retrieval && gap === points[last]!.gap;
    if (beats || equals) front.push(at);
  }
  return front;
}
