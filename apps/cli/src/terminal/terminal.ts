// The three things a command needs of the world: two streams and a signal.

import type { CancelSignal } from "@nce-geometry/tensor";
import type { ProgressBar } from "./progress-bar.ts";

export interface Terminal {
  /** Results, on stdout. */
  readonly print: (text: string) => void;
  /** Messages, on stderr. */
  readonly error: (text: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: CancelSignal;
  readonly progressBar: () => ProgressBar;
}
