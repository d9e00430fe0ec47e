// Every function that takes rows has a stated answer for every pathology: the table is walked here, where all of them can be
// reached.

import {
  analyzePair,
  centredAnalysis,
  cosineHistograms,
  cosineSummary,
  energyDecomposition,
  energyDistance,
  hubness,
  maximumMeanDiscrepancy,
  mixedSearch,
  modalityGap,
  retrieval,
  shuffleControl,
  spectrum,
  uniformity,
  unionProjection,
} from "@nce-geometry/diagnostics";
import { checkEmbeddings, encodeNpy, inspectRows } from "@nce-geometry/io";
import {
  infoNCE,
  infoNCEGradientOnRows,
  infoNCEOnRows,
  poolInfoNCEOnRows,
  symmetricInfoNCE,
  symmetricInfoNCEOnRows,
} from "@nce-geometry/losses";
import { asRowSource, normalizedRowSource, normalizeRowMatrix } from "@nce-geometry/pairwise";
import { type ExpectedAnswer, type ExpectedAnswers, generatePathology, pathologyCases } from "@nce-geometry/synthetic";
import {
  createRandom,
  fromData,
  isInputError,
  normalizeRows,
  type RowMatrix,
  referenceBackend,
} from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";

type Call = (x: RowMatrix, y: RowMatrix) => unknown;

const backend = referenceBackend();
const tensor = ({ rows, dim, data }: RowMatrix) => fromData(backend, data as Float64Array, [rows, dim]);
const options = { temperature: 0.1 };
const quick = { bootstrap: 0 };
const normalized =
  (call: Call): Call =>
  (x, y) =>
    call(normalizeRowMatrix(x), normalizeRowMatrix(y));

/** The functions behind each entry of the table. */
const calls: Readonly<Record<keyof ExpectedAnswers, Readonly<Record<string, Call>>>> = {
  normalizeRowMatrix: {
    normalizeRowMatrix: (x) => normalizeRowMatrix(x),
    normalizedRowSource: (x) => normalizedRowSource(asRowSource(x)).read(0, x.rows),
  },
  inspectRows: { inspectRows: (x) => inspectRows(asRowSource(x)) },
  checkEmbeddings: { checkEmbeddings: (x) => checkEmbeddings(asRowSource(x), { where: "test", argument: "x" }) },
  encodeNpy: { encodeNpy: (x) => bytesOf(encodeNpy(x)) },
  analyzePair: { analyzePair: (x, y) => analyzePair(x, y, quick) },
  analyzeNormalized: { analyzePair: normalized((x, y) => analyzePair(x, y, quick)) },
  infoNCE: {
    infoNCE: (x, y) => ({ loss: infoNCE(tensor(x), tensor(y), options).dataSync()[0] }),
    infoNCEOnRows: (x, y) => infoNCEOnRows(x, y, options).then(({ loss }) => ({ loss })),
    symmetricInfoNCE: (x, y) => ({ loss: symmetricInfoNCE(tensor(x), tensor(y), options).dataSync()[0] }),
    symmetricInfoNCEOnRows: (x, y) => symmetricInfoNCEOnRows(x, y, options).then(({ loss }) => ({ loss })),
    infoNCEGradientOnRows: (x, y) => infoNCEGradientOnRows(x, y, options).then(({ loss }) => ({ loss })),
  },
};

/** All that refuse what `analyzePair` refuses. */
const diagnostics: Readonly<Record<string, Call>> = {
  modalityGap,
  cosineSummary,
  uniformity,
  energyDistance,
  maximumMeanDiscrepancy,
  retrieval,
  mixedSearch,
  hubness,
  cosineHistograms,
  spectrum,
  unionProjection,
  centredAnalysis,
  shuffleControl,
  energyDecomposition: (x, y) => energyDecomposition(x, y, options),
};

describe.each(pathologyCases)("%s", (name) => {
  const { x, y, truth } = generatePathology(createRandom("walk"), { kind: "pathology", case: name });
  const { answers } = truth;
  const entries = Object.entries(calls) as [keyof ExpectedAnswers, Readonly<Record<string, Call>>][];

  test.each(
    entries.flatMap(([entry, functions]) => Object.entries(functions).map(([f, call]) => [entry, f, call] as const)),
  )("%s: %s", async (entry, f, call) => {
    await expectAnswer(() => call(x, y), answers[entry], f);
  });

  const refusal = answers.analyzePair;
  test.each(Object.entries(diagnostics))("%s answers, or refuses as analyzePair does", async (f, call) => {
    const answer: ExpectedAnswer = refusal.kind === "error" ? refusal : { kind: "values", values: {} };
    await expectAnswer(() => call(x, y), answer, f);
  });
});

test("the tensor form refuses zero rows too, and lets NaN pass", () => {
  const rowsOf = (name: "zeroRow" | "nan") =>
    tensor(generatePathology(createRandom(0), { kind: "pathology", case: name }).x);
  expect(() => normalizeRows(rowsOf("zeroRow"))).toThrow("got zeros in row 3 of 12");
  const lengths = normalizeRows(rowsOf("nan")).dataSync();
  expect(lengths.slice(4 * 8, 5 * 8).every(Number.isNaN)).toBe(true);
});

test("the pool loss of one pair against its own positive is log 2", async () => {
  const { x } = generatePathology(createRandom(0), { kind: "pathology", case: "singleRow" });
  expectClose((await poolInfoNCEOnRows(x, x, x, options)).loss, Math.LN2, { ulps: 4, epsilon: 2 ** -52 });
});

async function expectAnswer(call: () => unknown, answer: ExpectedAnswer, f: string): Promise<void> {
  if (answer.kind === "error") {
    const error = await (async () => call())().then(
      () => undefined,
      (thrown) => thrown,
    );
    if (!isInputError(error)) throw new Error(`${f} should refuse with ${answer.code}, got ${error}`);
    expect(error.code).toBe(answer.code);
    if (answer.row !== null) expect(error.message).toMatch(new RegExp(`\\brow ${answer.row}\\b`));
    expect(error.message.length).toBeLessThan(300);
    return;
  }
  const result = await call();
  const { loss } = (result ?? {}) as { readonly loss?: number };
  if (answer.kind === "nan") expect(loss).toBeNaN();
  else if (answer.kind === "notFinite") expect(Number.isFinite(loss)).toBe(false);
  else if (answer.kind === "values")
    for (const [path, value] of Object.entries(answer.values)) expectAt(result, path, value);
  else expectFinite(result);
}

function expectAt(record: unknown, path: string, expected: number | null): void {
  let here = record as Record<string, unknown> | null;
  for (const key of path.split(".")) here = here![key] as typeof here;
  const value = typeof here === "object" && here !== null && "value" in here ? here.value : here;
  if (expected === null) expect(value).toBeNull();
  // Means over up to n² pairs of rows.
  else expectClose(value as number, expected, { ulps: 256, epsilon: 2 ** -52, scale: 1 });
}

function expectFinite(value: unknown): void {
  if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
  else if (value instanceof Float64Array) expect(value.every(Number.isFinite)).toBe(true);
  else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value))
    Object.values(value).forEach(expectFinite);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}
