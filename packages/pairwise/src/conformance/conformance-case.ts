// One promise of the contract as a function that throws when it is broken; no test runner needed.

import type { PairwiseEngine } from "../engine.ts";

/** One promise of the contract. */
export interface ConformanceCase {
  readonly name: string;
  /** Resolves when the engine keeps it; rejects with an Error that says what was wrong otherwise. */
  run(): Promise<void>;
}

/** A promise that is still to be given an engine. */
export interface EngineCase {
  readonly name: string;
  readonly run: (engine: PairwiseEngine) => Promise<void>;
}

/** Unit roundoff of an engine's scores. */
export function unitRoundoff(engine: PairwiseEngine): number {
  return engine.precision === "float64" ? 2 ** -53 : 2 ** -24;
}

/** |actual − expected| ≤ tolerance for every entry; NaN agrees with NaN and ±∞ with itself alone. */
export function expectNear(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: ArrayLike<number>,
): void {
  if (actual.length !== expected.length) fail(what, `${expected.length} entries`, actual.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, e, t] = [actual[i]!, expected[i]!, tolerance[i]!];
    if (Object.is(a, e) || (Number.isFinite(e) && Math.abs(a - e) <= t)) continue;
    fail(`${what} [${i}]`, `${e} to within ${t}`, a);
  }
}

/** Equal entry by entry. */
export function expectSame(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expectNear(what, actual, expected, new Float64Array(expected.length));
}

export function expectTrue(what: string, condition: boolean): void {
  if (!condition) throw new Error(`must hold: ${what}`);
}

/** That the promise rejects, and the reason. */
export async function expectRejection(what: string, promise: Promise<unknown>): Promise<unknown> {
  let reason: unknown;
  try {
    await promise;
  } catch (error) {
    reason = error;
  }
  if (reason === undefined) throw new Error(`must reject: ${what}`);
  return reason;
}

function fail(what: string, expected: string, actual: number): never {
  throw new Error(`${what} must be ${expected}, got ${actual}`);
}
