import type { OptionSpec } from "../experiment.ts";

/** Whole numbers from `low` to `high`. */
export function count(low: number, high: number): Extract<OptionSpec["domain"], { readonly kind: "number" }> {
  return { kind: "number", low, high, whole: true };
}
