import { type Estimate, normalQuantile } from "@nce-geometry/energy";
import { requireOpenFraction } from "../law-tests/option-checks.ts";

/**
 * An estimate with the standard error of the delete-one (or delete-a-group) jackknife and a normal interval.
 *
 * Math:     error √( (g − 1)/g · Σ_r (θ_(r) − mean)² ) over the g values without an item, or without a group.
 * Domain:   g ≥ 2; a value that does not exist (NaN) leaves the error out.
 */
export function jackknifeEstimate(
  where: string,
  value: number,
  without: Float64Array,
  facts: { readonly samples: number; readonly level?: number | undefined; readonly method?: string },
): Estimate {
  const { samples, level = 0.95, method } = facts;
  requireOpenFraction(where, "level", level);
  const g = without.length;
  const mean = without.reduce((sum, one) => sum + one, 0) / g;
  const error = Math.sqrt(((g - 1) / g) * without.reduce((sum, one) => sum + (one - mean) ** 2, 0));
  const named = { value, samples, unit: "1", ...(method && { method }) } as const;
  if (!Number.isFinite(error)) return named;
  const half = normalQuantile((1 + level) / 2) * error;
  return {
    ...named,
    standardError: error,
    interval: { low: value - half, high: value + half, level, method: "normal" },
  };
}
