import type { Backend } from "@nce-geometry/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import { checkGradient } from "./check-gradient.ts";
import { type Accuracy, checkOperation } from "./check-operation.ts";
import { contractTests } from "./contract-tests.ts";
import { derivedCases } from "./derived-cases.ts";
import { elementwiseCases } from "./elementwise-cases.ts";
import { indexingCases } from "./indexing-cases.ts";
import { lawTests } from "./law-tests.ts";
import { matrixCases } from "./matrix-cases.ts";
import type { OperationCase } from "./operation-case.ts";
import { reductionCases } from "./reduction-cases.ts";

/** Why a backend cannot be had here. */
export interface Unavailable {
  /** One line for the title of the skipped suite. */
  readonly unavailable: string;
}

export interface ConformanceOptions extends Accuracy {
  /** Calls this backend is known to get wrong, as `operation: title`, each with the reason; skipped, with the reason in the title. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

/**
 * One test suite for any backend: every operation against the reference backend on ordinary and special values, every
 * gradient against difference quotients, memory, determinism, refusals, and declarations that must be true both ways.
 *
 * Numerics: tolerances are ulps of `backend.epsilon`, counted from the roundings of each operation and the lengths of its sums.
 * Limits:   a backend that is absent shows as a skipped suite whose title says why.
 */
export function conformanceSuite(
  name: string,
  make: (() => Backend | Promise<Backend>) | Unavailable,
  options: ConformanceOptions = {},
): void {
  if (typeof make !== "function") {
    describe.skip(`${name} conforms (SKIPPED: ${make.unavailable})`, () => {
      test("every operation", () => {});
    });
    return;
  }
  describe(`${name} conforms`, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await make();
    });
    contractTests(() => backend);
    lawTests(() => backend);
    const all = conformanceCases();
    const operations = new Set(all.map(({ operation }) => operation));
    for (const operation of operations) {
      describe(operation, () => {
        for (const subject of all.filter((each) => each.operation === operation)) {
          caseTests(() => backend, subject, options);
        }
      });
    }
    test("declared exceptions and tolerances name existing calls", () => {
      const calls = new Set(all.map(keyOf));
      expect(Object.keys(options.exceptions ?? {}).filter((key) => !calls.has(key))).toEqual([]);
      expect(Object.keys(options.ulps ?? {}).filter((operation) => !operations.has(operation))).toEqual([]);
    });
  });
}

/** Every call of the suite. */
export function conformanceCases(): OperationCase[] {
  return [...elementwiseCases(), ...reductionCases(), ...matrixCases(), ...indexingCases(), ...derivedCases()];
}

function caseTests(backendOf: () => Backend, subject: OperationCase, options: ConformanceOptions): void {
  const { title, smooth } = subject;
  const exception = options.exceptions?.[keyOf(subject)];
  if (exception !== undefined) {
    test.skip(`${title} (EXCEPTION: ${exception})`, () => {});
    return;
  }
  test(title, () => checkOperation(backendOf(), subject, options));
  if (smooth) test(`${title}: gradient`, () => checkGradient(backendOf(), subject, options));
}

function keyOf({ operation, title }: OperationCase): string {
  return `${operation}: ${title}`;
}
