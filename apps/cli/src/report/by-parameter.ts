import type { ByParameter } from "@nce-geometry/diagnostics";

/** The values in the order of their parameters; JSON would put whole numbers first. */
export function byParameter<T>(values: ByParameter<T>): T[] {
  return Object.entries(values)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => value);
}

/** The list lengths of a mixed search that exist, ascending: a query has n + m − 1 candidates, and a list of all of them says nothing. */
export function listLengths(
  byLength: ByParameter<unknown>,
  { items, captions }: { readonly items: number; readonly captions: number },
): number[] {
  const lengths = Object.keys(byLength)
    .map(Number)
    .sort((a, b) => a - b);
  return lengths.filter((k, index) => index === 0 || k <= items + captions - 2);
}
