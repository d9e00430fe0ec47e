/**
 * Runs that ended separated, of seeds 0 … 19 of the paper's own script with its defaults: of eight each, σ = 0, 0.1, …, 0.7, with the
 * cross denominator, at a Jeffreys divergence of 1 nat or more.
 *
 * Source: arXiv:2601.19597, the code of the experiment on the circle.
 */
export const publishedSeparatedRuns: readonly number[] = [0, 4, 0, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3, 1, 4, 1, 0];

/** Of {@link publishedSeparatedRuns}. */
export const publishedRunsOfSeed = 8;
