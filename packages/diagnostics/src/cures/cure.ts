// What can be done to scores against hubs, and what each cure must know.

import { optionError, requireInteger, requirePositive } from "../law-tests/option-checks.ts";

/**
 * A way to score candidates anew. s the cosine of query and candidate y; a bank of other queries says how popular y is.
 * - `csls`: 2s − r(y), r the mean cosine of y with its k nearest bank queries (and less the same of the query, which no rank sees);
 * - `invertedSoftmax`: s/τ − log Σ_bank e^{s(b, y)/τ};
 * - `queryBank`: the same where the query's first candidate is also among the first `activation` of some bank query, else s;
 * - `dualSoftmax`: s times the softmax of s/τ over all queries at once: a query's answer depends on the other queries;
 * - `localScaling`: −‖x − y‖²/σ(y), σ the distance of y from its k-th nearest bank query;
 * - `mutualProximity`: the probability that both look nearer to each other than to others, by normal laws of the candidates' cosines with the bank
 *   and of the query's cosines with the candidates.
 */
export type Cure =
  | { readonly kind: "csls"; readonly k?: number }
  | { readonly kind: "invertedSoftmax"; readonly temperature?: number }
  | { readonly kind: "queryBank"; readonly temperature?: number; readonly activation?: number }
  | { readonly kind: "dualSoftmax"; readonly temperature?: number }
  | { readonly kind: "localScaling"; readonly k?: number }
  | { readonly kind: "mutualProximity" };

/** Every cure as its authors use it. */
export const defaultCures: readonly Cure[] = [
  { kind: "csls" },
  { kind: "invertedSoftmax" },
  { kind: "queryBank" },
  { kind: "dualSoftmax" },
  { kind: "localScaling" },
  { kind: "mutualProximity" },
];

/** A cure with its numbers. */
export interface ResolvedCure {
  readonly kind: Cure["kind"];
  readonly k: number;
  readonly temperature: number;
  readonly activation: number;
}

/** The cure with its defaults, checked: k 10, temperature 0.05, activation 1. */
export function resolveCure(where: string, cure: Cure): ResolvedCure {
  const kinds = defaultCures.map(({ kind }) => kind);
  if (!kinds.includes(cure.kind)) {
    throw optionError(where, "cure.kind", `one of ${kinds.join(", ")}`, String(cure.kind));
  }
  const resolved = { k: 10, temperature: 0.05, activation: 1, ...cure };
  requireInteger(where, "cure.k", resolved.k, 1);
  requirePositive(where, "cure.temperature", resolved.temperature);
  requireInteger(where, "cure.activation", resolved.activation, 1);
  return resolved;
}
