import { createRandom } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { type GeneratorInfo, type GeneratorOptions, generate, generators } from "../src/index.ts";

const small = (info: GeneratorInfo): GeneratorOptions =>
  ({
    kind: info.kind,
    [info.size.name]: 24,
    ...(info.dim !== null && { dim: 16 }),
    ...(info.kind === "pathology" && { case: "zeroRow" }),
  }) as GeneratorOptions;

/** Another value for one option of each kind, and what it must leave as it was. */
const untouched: readonly [GeneratorOptions, GeneratorOptions, readonly string[]][] = [
  [
    { kind: "pairedCircle", pairs: 9 },
    { kind: "pairedCircle", pairs: 9, misalignmentY: 0.6, featureNoise: 0 },
    ["anglesX"],
  ],
  [{ kind: "pairedCaps", pairs: 9, dim: 5 }, { kind: "pairedCaps", pairs: 9, dim: 5, mismatch: 1 }, ["x"]],
  [
    { kind: "vonMisesFisherPair", pairs: 9, dim: 5 },
    { kind: "vonMisesFisherPair", pairs: 9, dim: 5, concentrationY: 3, angle: 2, coupling: 0 },
    ["x"],
  ],
  [
    { kind: "positivePairs", pairs: 9, dim: 5 },
    { kind: "positivePairs", pairs: 9, dim: 5, noise: { kind: "tangent", scale: 1 } },
    ["x"],
  ],
  [
    { kind: "captions", pairs: 9, dim: 5 },
    { kind: "captions", pairs: 9, dim: 5, captions: 2, concentration: 1 },
    ["x"],
  ],
  [
    { kind: "corruptedPairs", pairs: 20, dim: 5, categories: 2 },
    { kind: "corruptedPairs", pairs: 20, dim: 5, categories: 2, fraction: 1 },
    ["x", "categories"],
  ],
  [
    { kind: "contentStyle", pairs: 9 },
    { kind: "contentStyle", pairs: 9, layers: 1, mixing: "shared", styleCorrelation: 1 },
    ["latentX"],
  ],
  [
    { kind: "informationImbalance", pairs: 9, dim: 20 },
    { kind: "informationImbalance", pairs: 9, dim: 20, shared: 2 },
    ["x", "attributes"],
  ],
  [{ kind: "gaussianMixture", rows: 9 }, { kind: "gaussianMixture", rows: 9, augmentation: 2 }, ["x", "labels"]],
];

describe.each(generators)("$kind", (info) => {
  test("the same seed gives the same bits, another one others", () => {
    const [first, again] = [generate(createRandom(5), small(info)), generate(createRandom(5), small(info))];
    expect(again).toEqual(first);
    const other = generate(createRandom(6), small(info));
    expect(other.matrices.x!.data).not.toEqual(first.matrices.x!.data);
    expect(other.truth.kind).toBe(info.kind);
  });

  test("rows are finite, as many as asked for; the truth is plain JSON", () => {
    const { matrices, truth } = generate(createRandom(0), small(info));
    expect(matrices.x!.rows).toBe(24);
    for (const { rows, dim, data } of Object.values(matrices)) {
      expect(data.length).toBe(rows * dim);
      expect(data.every(Number.isFinite)).toBe(true);
    }
    expect(JSON.parse(JSON.stringify(truth))).toEqual(withoutNegativeZero(truth));
  });

  test("what was drawn from the stream before does not matter", () => {
    const random = createRandom(5);
    random.uniform(17);
    expect(generate(random, small(info)).matrices).toEqual(generate(createRandom(5), small(info)).matrices);
  });

  test("an option that does not exist is refused", () => {
    const names = [info.size.name, ...(info.dim === null ? [] : ["dim"]), ...Object.keys(info.options)];
    expect(() => generate(createRandom(0), { ...small(info), temprature: 1 } as unknown as GeneratorOptions)).toThrow(
      `generate: \`temprature\` must be an option of ${info.kind}: ${names.join(", ")}, got an unknown name.`,
    );
  });
});

test.each(untouched)("a change of options leaves other streams alone: %o", (before, after, names) => {
  const [first, second] = [generate(createRandom(3), before), generate(createRandom(3), after)];
  for (const name of names) {
    expect(second.matrices[name] ?? second.indices[name]).toEqual(first.matrices[name] ?? first.indices[name]);
  }
  expect(second.matrices.y).not.toEqual(first.matrices.y);
});

test("more rows begin with the same rows where each row has numbers of its own", () => {
  const few = generate(createRandom(1), { kind: "uniform", rows: 5, dim: 7 }).matrices.x!;
  const many = generate(createRandom(1), { kind: "uniform", rows: 9, dim: 7 }).matrices.x!;
  expect(many.data.slice(0, 35)).toEqual(few.data);
});

test("an unknown kind is refused with the list", () => {
  expect(() => generate(createRandom(0), { kind: "spiral" } as unknown as GeneratorOptions)).toThrow(
    `generate: \`kind\` must be one of ${generators.map(({ kind }) => kind).join(", ")}, got "spiral".`,
  );
});

/** JSON has no −0. */
function withoutNegativeZero(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutNegativeZero(entry)]));
  }
  return value === 0 ? 0 : value;
}
