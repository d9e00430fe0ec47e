// The suite must fail for a backend that is wrong. Each fault is planted into a reference backend.

import * as tensor from "@nce-geometry/tensor";
import { type Backend, InputError, referenceBackend } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { checkGradient } from "../src/conformance/check-gradient.ts";
import { checkOperation } from "../src/conformance/check-operation.ts";
import { conformanceCases } from "../src/conformance/conformance-suite.ts";

type Fault = (backend: Mutable<Backend>, original: Backend) => void;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const faults: [string, string, Fault, string][] = [
  [
    "an error of nine ulps",
    "exp",
    (b, o) => {
      b.unary = (op, x) => o.scope(() => o.binary("mul", o.unary(op, x), o.fill([], 1 + 9 * 2 ** -52, "float64")));
    },
    "ulps; allowed 4",
  ],
  [
    "a kernel that keeps a tensor",
    "exp",
    (b, o) => {
      b.unary = (op, x) => {
        o.fill([], 0, "float64");
        return o.unary(op, x);
      };
    },
    "1 more live tensors than there should be, beyond its results",
  ],
  [
    "a wrong shape",
    "sum",
    (b, o) => {
      b.reduce = (op, x, axes) =>
        o.scope(() => {
          const y = o.reduce(op, x, axes);
          return o.reshape(y, [...y.shape, 1]);
        });
    },
    "the result has shape",
  ],
  [
    "a wrong element type",
    "less",
    (b, o) => {
      b.compare = (op, x, y) => o.scope(() => o.cast(o.compare(op, x, y), "int32"));
    },
    "the result is int32 instead of bool",
  ],
  [
    "NaN swallowed by a maximum",
    "max",
    (b, o) => {
      b.reduce = (op, x, axes) =>
        o.scope(() => o.reduce(op, o.where(o.compare("equal", x, x), x, o.fill([], -Infinity, "float64")), axes));
    },
    "expected NaN",
  ],
  [
    "ties in the wrong order",
    "topK",
    (b, o) => {
      b.topK = (x, k) =>
        o.scope(() => {
          const { values, indices } = o.topK(x, k);
          return { values, indices: o.binary("maximum", indices, o.fill([], 1, "int32")) };
        });
    },
    "expected 0, got 1",
  ],
  [
    "numbers that change from call to call",
    "add",
    (b, o) => {
      let calls = 0;
      b.binary = (op, x, y) =>
        o.scope(() => o.binary("mul", o.binary(op, x, y), o.fill([], 1 + (calls++ % 2) * 2 ** -52, x.dtype)));
    },
    "two equal calls differ",
  ],
  [
    "an operation that works although declared missing",
    "topK",
    (b, o) => {
      b.supports = (feature) => feature !== "op:topK" && o.supports(feature);
    },
    "topK: works, although op:topK is declared missing",
  ],
  [
    "an operation refused although declared present",
    "gather",
    (b) => {
      b.gather = () => refuse("gather");
    },
    "gather: refused, although every operation is declared supported",
  ],
  [
    "another operation's absence as an excuse",
    "gather",
    (b, o) => {
      b.gather = () => refuse("gather");
      b.supports = (feature) => feature !== "op:topK" && o.supports(feature);
    },
    "gather: refused, although op:gather is declared supported",
  ],
  [
    "an error of another kind",
    "gather",
    (b) => {
      b.gather = () => {
        throw new Error("kernel not found");
      };
    },
    "kernel not found",
  ],
];

describe("checkOperation rejects", () => {
  test.each(faults)("%s", async (_, operation, plant, message) => {
    const failures = await failuresOf(operation, (subject) => checkOperation(faulty(plant), subject));
    expect(failures.join("\n")).toContain(message);
  });

  test("nothing when an operation is missing, says so, and is declared", async () => {
    const honest: Fault = (b, o) => {
      b.topK = () => refuse("topK");
      b.supports = (feature) => feature !== "op:topK" && o.supports(feature);
    };
    for (const operation of ["topK", "sort", "gather"]) {
      expect(await failuresOf(operation, (subject) => checkOperation(faulty(honest), subject))).toEqual([]);
      expect(await failuresOf(operation, (subject) => checkGradient(faulty(honest), subject))).toEqual([]);
    }
  });
});

describe("checkGradient rejects", () => {
  test("a kernel whose error shows in the derivative alone", async () => {
    // (sin x)' = cos x: the sine stays right, the cosine is off by one percent.
    const plant: Fault = (b, o) => {
      b.unary = (op, x) => {
        const y = o.unary(op, x);
        return op === "cos" ? o.scope(() => o.binary("mul", y, o.fill([], 1.01, "float64"))) : y;
      };
    };
    expect(await failuresOf("sin", (subject) => checkOperation(faulty(plant), subject))).toEqual([]);
    const failures = await failuresOf("sin", (subject) => checkGradient(faulty(plant), subject));
    expect(failures.join("\n")).toContain("gradient 0, element 0");
  });
});

describe("the suite is complete", () => {
  const beyondOperations = [
    ["arange", "eye", "fromArray", "fromData", "full", "ones", "scalar", "zeros"],
    ["createRandom", "randomNormal", "randomUniform", "restoreRandom", "valueAndGrad", "referenceBackend"],
    ["log1mexp", "logAddExp", "logMeanExpOfArray", "logSumExpOfArray", "meanOfArray", "softplusOf", "sumOfArray"],
    ["linesInPanels", "PANEL", "panelDifferences", "panelOffset", "panelProducts"],
    ["broadcastShapes", "formatShape", "sizeOf"],
    ["InputError", "isFloat", "isInputError", "isRowMatrix", "throwIfAborted", "yieldToEventLoop"],
  ].flat();

  test("every exported operation has a case", () => {
    const covered = new Set([...conformanceCases().map(({ operation }) => operation), ...beyondOperations]);
    expect(Object.keys(tensor).filter((name) => !covered.has(name))).toEqual([]);
  });

  test("titles are unique within an operation", () => {
    const keys = conformanceCases().map(({ operation, title }) => `${operation}: ${title}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });
});

function faulty(plant: Fault): Backend {
  const backend = referenceBackend();
  const original = Object.create(backend) as Backend;
  for (const name of [
    "unary",
    "binary",
    "compare",
    "where",
    "cast",
    "reduce",
    "matMul",
    "reshape",
    "topK",
    "gather",
    "fill",
    "scope",
    "supports",
  ] as const) {
    Object.defineProperty(original, name, { value: (backend[name] as (...args: never[]) => unknown).bind(backend) });
  }
  plant(backend, original);
  return backend;
}

function refuse(where: string): never {
  throw new InputError({
    code: "E_UNSUPPORTED",
    where,
    argument: "backend",
    expected: "able",
    received: "one that is not",
  });
}

async function failuresOf(
  operation: string,
  check: (subject: ReturnType<typeof conformanceCases>[number]) => Promise<void>,
): Promise<string[]> {
  const failures: string[] = [];
  for (const subject of conformanceCases().filter((each) => each.operation === operation)) {
    await check(subject).catch((error: Error) => failures.push(error.message));
  }
  return failures;
}
