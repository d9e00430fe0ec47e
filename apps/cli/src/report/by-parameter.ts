import type { ByParameter } from "@nce-geometry/diagnostics";

/** The values in the order of their parameters; JSON would put whole numbers first. */
export function byParameter<T>(values: ByParameter<T>): T[] {
  return Object.entries(values)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => value);
}
