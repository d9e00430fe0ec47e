import { createRandom, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { optionError, requireInteger } from "../law-tests/option-checks.ts";
import { type CloudSample, selectRows } from "../law-tests/pair-angles.ts";
import { gaussianCKA, linearCKA, type SimilarityTest } from "./kernel-alignment.ts";
import { matchedModels, mostItems } from "./matched-models.ts";
import { type MutualNeighbours, mutualNeighbours } from "./mutual-neighbours.ts";
import { type ProcrustesDistance, procrustesDistance } from "./procrustes-distance.ts";
import { type RepresentationalSimilarity, representationalSimilarity } from "./representational-similarity.ts";

export interface CompareModelsOptions extends RunControl {
  /** Items that are compared, drawn from the seed where there are more; an integer from 5 to 4096. @defaultValue 1000 */
  readonly maxItems?: number;
  /** k of the mutual neighbours, integers from 1 to n − 1. @defaultValue [10] */
  readonly neighbours?: readonly number[];
  /** Permutations behind p-values, an integer ≥ 0. @defaultValue 99 */
  readonly permutations?: number;
  /** The same of the Procrustes distance, each a decomposition of d × e: more than a second at 512. @defaultValue 0 */
  readonly procrustesPermutations?: number;
  /** Confidence level of intervals, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
  /** Seed of everything random. @defaultValue 0 */
  readonly seed?: number;
}

export interface ModelComparison {
  readonly sample: CloudSample;
  readonly dims: { readonly a: number; readonly b: number };
  readonly linearCKA: SimilarityTest;
  /** Bandwidths at each model's median distance. */
  readonly gaussianCKA: SimilarityTest;
  /** Keyed by k. */
  readonly mutualNeighbours: Readonly<Record<string, MutualNeighbours>>;
  readonly procrustes: ProcrustesDistance;
  readonly representationalSimilarity: RepresentationalSimilarity;
}

/**
 * How alike two models see the same items, by five measures that no rotation and no scale changes.
 *
 * Math:     those of {@link linearCKA} (debiased), {@link gaussianCKA}, {@link mutualNeighbours}, {@link procrustesDistance} and
 *           {@link representationalSimilarity}.
 * Shapes:   a [n, d], b [n, e] → record.
 * Domain:   finite non-zero rows, n ≥ 5, more rows than the largest k.
 * Limits:   b = c·a·Q, c > 0 → 1, 1, 1, 0, 1;  independent models → p-values uniform on multiples of 1/(B + 1).
 * Numerics: the measures' own. Cost: O(n²(d + e + B)) with n at most `maxItems`, and one SVD of d × e.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 */
export async function compareModels(a: Rows, b: Rows, options: CompareModelsOptions = {}): Promise<ModelComparison> {
  const where = "compareModels";
  const {
    maxItems = 1000,
    neighbours = [10],
    permutations = 99,
    procrustesPermutations = 0,
    seed = 0,
    level = 0.95,
    signal,
  } = options;
  requireInteger(where, "maxItems", maxItems, 5);
  if (maxItems > mostItems) throw optionError(where, "maxItems", `at most ${mostItems}`, String(maxItems));
  const all = await matchedModels(where, a, b, { signal, least: 5 });
  const chosen = createRandom(seed).split("items").permutation(a.rows).subarray(0, maxItems).toSorted();
  const pick = (x: RowMatrix) => (a.rows <= maxItems ? x : selectRows(x, chosen));
  const [x, y] = [pick(all.a), pick(all.b)];
  const shared = { permutations, seed, level, signal };
  const byK: Record<string, MutualNeighbours> = {};
  for (const k of neighbours) byK[String(k)] = await mutualNeighbours(x, y, { ...shared, k });
  const steps = { done: 0 };
  const step = async <T>(label: string, run: () => Promise<T>): Promise<T> => {
    options.onProgress?.({ done: steps.done++, total: 4, label });
    return run();
  };
  return {
    sample: { rows: x.rows, of: a.rows },
    dims: { a: a.dim, b: b.dim },
    linearCKA: await step("linear alignment", () => linearCKA(x, y, shared)),
    gaussianCKA: await step("Gaussian alignment", () => gaussianCKA(x, y, shared)),
    mutualNeighbours: byK,
    procrustes: await step("Procrustes", () =>
      procrustesDistance(x, y, { ...shared, permutations: procrustesPermutations }),
    ),
    representationalSimilarity: await step("cosines", () => representationalSimilarity(x, y, shared)),
  };
}
