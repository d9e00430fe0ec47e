// Progress of several steps, one after the other, as a single bar.

import type { RunControl } from "@nce-geometry/tensor";

/** Fractions of a step are reported in thousandths. */
const resolution = 1000;

/**
 * Splits a run of `count` steps of about equal length: each call of the function returned starts the next step and gives the
 * control to run it under.
 */
export function createPhases(control: RunControl, count: number): (label: string) => RunControl {
  const { signal, onProgress } = control;
  let started = 0;
  return (label) => {
    const before = started++ * resolution;
    const total = count * resolution;
    onProgress?.({ done: before, total, label });
    const report = ({ done, total: of }: { done: number; total: number }) =>
      onProgress?.({ done: before + Math.round((resolution * done) / Math.max(1, of)), total, label });
    return { signal, onProgress: onProgress && report };
  };
}
