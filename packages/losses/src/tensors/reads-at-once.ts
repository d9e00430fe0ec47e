import type { Tensor } from "@nce-geometry/tensor";

/**
 * Whether a plain loop may compute with the numbers: they are float64 in memory that is read at once, and no derivative of a
 * derivative is under way, which a loop could not record.
 */
export function readsAtOnce({ backend }: Tensor): boolean {
  const nested = backend.inner?.inner !== undefined;
  return !nested && backend.supports("float64") && backend.supports("syncRead");
}
