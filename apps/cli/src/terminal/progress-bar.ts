// A progress bar on stderr when somebody is watching, nothing otherwise.

import type { Progress } from "@nce-geometry/tensor";
import cliProgress from "cli-progress";

export interface ProgressBar {
  readonly onProgress: (progress: Progress) => void;
  stop(): void;
}

export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (!stream.isTTY) return { onProgress: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar(
    { stream, format: "{bar} {percentage} % {label}", hideCursor: true, clearOnComplete: true, barsize: 30 },
    cliProgress.Presets.shades_classic,
  );
  let running = false;
  return {
    onProgress({ done, total, label = "" }) {
      if (!running) bar.start(total, done, { label });
      running = true;
      bar.setTotal(total);
      bar.update(done, { label });
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}
