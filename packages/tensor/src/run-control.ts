// Progress and cancellation, the same for every long operation.

/** The part of a standard `AbortSignal` that is used; any `AbortSignal` fits. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
}

export interface Progress {
  /** Units finished so far, 0 ≤ done ≤ total. */
  readonly done: number;
  readonly total: number;
  /** What is being worked on, a few words. */
  readonly label?: string;
}

/** Options of everything that may take longer than a second. */
export interface RunControl {
  /** Stops the work at the next block; the promise rejects with `signal.reason`. */
  readonly signal?: CancelSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Throws `signal.reason` when the signal is aborted. */
export function throwIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw signal.reason ?? new Error("aborted");
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare function setTimeout(callback: () => void, milliseconds: number): unknown;

/** Lets timers, signals and progress displays run between two blocks of work. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
