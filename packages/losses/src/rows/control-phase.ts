// One progress bar over several sweeps.

import type { RunControl } from "@nce-geometry/tensor";

/** The control of phase `index` of `count` phases of equal length. */
export function controlOfPhase(control: RunControl, index: number, count: number): RunControl {
  const { signal, onProgress } = control;
  if (onProgress === undefined) return { signal };
  return {
    signal,
    onProgress: (progress) =>
      onProgress({ ...progress, done: index * progress.total + progress.done, total: count * progress.total }),
  };
}

/** Controls of consecutive phases, asked for in their order with their sizes, which make up `total`. */
export function controlOfPhases(control: RunControl, total: number): (size: number) => RunControl {
  const { signal, onProgress } = control;
  let before = 0;
  return (size) => {
    const start = before;
    before += size;
    if (onProgress === undefined) return { signal };
    return {
      signal,
      onProgress: (progress) =>
        onProgress({ ...progress, done: start + size * (progress.done / progress.total), total }),
    };
  };
}
