import { normalizeRowMatrix } from "@nce-geometry/pairwise";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { analyzePair } from "../src/analyze-pair.ts";
import { pairDetails } from "../src/details/pair-details.ts";
import type { Finding } from "../src/findings/finding.ts";
import { findingRules } from "../src/findings/finding-rules.ts";
import type { RowFacts } from "../src/findings/row-findings.ts";
import { type SummarizeOptions, summarize } from "../src/summarize.ts";
import { equalRows, noisyCopy, permuteRows, randomRows } from "./unit-rows.ts";

const [n, dim] = [160, 24];
const names = { x: "images", y: "captions" };

interface Pair {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
}

/** Matches are found, there is no gap, nothing repeats. */
function clean(): Pair {
  const x = randomRows(1, n, dim);
  return { x, y: noisyCopy(2, x, 0.08) };
}

async function findingsOf(
  { x, y }: Pair,
  options: SummarizeOptions & { temperatures?: readonly number[] } = {},
): Promise<Finding[]> {
  const { temperatures = [0.2, 0.3], ...asked } = options;
  const [of, to] = [normalizeRowMatrix(x), normalizeRowMatrix(y)];
  const analysis = await analyzePair(of, to, {
    temperatures,
    bootstrap: 50,
    skip: ["projection", "distribution", "centred"],
  });
  const details = await pairDetails(of, to, { bootstrap: 50, temperature: temperatures[0]! });
  return summarize(analysis, { names, details, rows: { x: factsOf(x), y: factsOf(y) }, ...asked });
}

const raised = (findings: readonly Finding[]): string[] => [
  ...new Set(findings.filter(({ severity }) => severity !== "none").map(({ topic }) => topic)),
];
const of = (findings: readonly Finding[], topic: Finding["topic"]): Finding | undefined =>
  findings.find((finding) => finding.topic === topic);

describe("exactly one defect", () => {
  test("a clean set raises nothing", async () => {
    const findings = await findingsOf(clean());
    expect(raised(findings)).toEqual([]);
    for (const { remedy } of findings) expect(remedy).toBeNull();
  });

  test("files that slipped by two rows", async () => {
    const { x, y } = clean();
    const slipped = permuteRows(
      y,
      Array.from({ length: n }, (_, i) => (i + 2) % n),
    );
    const found = of(await findingsOf({ x, y: slipped }), "pairing")!;
    expect(found).toMatchObject({ tone: "warning", severity: "high" });
    expect(found.text).toMatch(/the nearest of images stands exactly 2 rows after the one it is paired with/);
    expect(found.evidence).toContainEqual({ path: "details.pairing.shift.rows", value: 2 });
    expect(found.remedy).toMatch(/--map/);
  });

  test("a row dropped from one file in the middle: half of the pairs are one row off", async () => {
    const { x, y } = clean();
    const order = Array.from({ length: n }, (_, i) => (i < n / 2 ? i : Math.min(n - 1, i + 1)));
    const findings = await findingsOf({ x, y: permuteRows(y, order) });
    expect(of(findings, "pairing")!.text).toMatch(/^For (49|50) % .* exactly 1 row after/);
  });

  test("rows in another order: the partners are there, elsewhere", async () => {
    const { x, y } = clean();
    const findings = await findingsOf({ x, y: permuteRows(y, createRandom(5).permutation(n)) });
    expect(of(findings, "pairing")!.text).toMatch(/the right partners are there, in another order\.$/);
    expect(raised(findings)).toEqual(expect.arrayContaining(["pairing", "retrieval"]));
    expect(raised(findings)).not.toEqual(expect.arrayContaining(["gap", "hubness", "duplicates"]));
  });

  test("strangers have no partners anywhere", async () => {
    const findings = await findingsOf({ x: randomRows(1, n, dim), y: randomRows(9, n, dim) });
    expect(of(findings, "pairing")).toBeUndefined();
    expect(of(findings, "retrieval")).toMatchObject({ tone: "warning", severity: "high" });
  });

  test("a wide gap, with the pairing intact", async () => {
    const x = randomRows(1, n, dim, [9]);
    const findings = await findingsOf({ x, y: noisyCopy(2, x, 0.03, [-1.6]) });
    expect(of(findings, "gap")).toMatchObject({ severity: "medium", remedy: expect.stringMatching(/control compare/) });
    expect(of(findings, "gap")!.evidence.map(({ path }) => path)).toContain("gap.centroid");
    expect(of(findings, "retrieval")!.severity).toBe("none");
    expect(of(findings, "pairing")).toBeUndefined();
  });

  test("rows that repeat", async () => {
    const { x, y } = clean();
    const order = Array.from({ length: n }, (_, i) => (i < 16 ? i + 16 : i));
    const findings = await findingsOf({ x: permuteRows(x, order), y: permuteRows(y, order) });
    expect(of(findings, "duplicates")).toMatchObject({
      tone: "warning",
      text: expect.stringMatching(
        /^16 of 160 rows of images \(10 %, first row 16 = row 0\) and 16 of 160 rows of captions/,
      ),
    });
    expect(raised(findings)).toEqual(["duplicates"]);
  });

  test("rows of other lengths", async () => {
    const { x, y } = clean();
    const data = x.data.map((value, at) => value * (1 + Math.floor(at / dim) / n));
    const findings = await findingsOf({ x: { ...x, data }, y });
    expect(raised(findings)).toEqual(["rows"]);
    expect(of(findings, "rows")!.text).toMatch(/^The rows were not of unit length \(images from 1\.00 to 1\.99\)/);
  });

  test("collapse", async () => {
    const row = Array.from({ length: dim }, (_, k) => k + 1);
    const findings = await findingsOf({ x: equalRows(row, n), y: clean().y });
    expect(of(findings, "spectrum")).toMatchObject({ tone: "warning", severity: "high" });
  });

  test("rank loss: two directions of thirty-two", async () => {
    const flat = randomRows(1, n, 2);
    const wide = {
      rows: n,
      dim,
      data: Float64Array.from({ length: n * dim }, (_, at) =>
        at % dim < 2 ? flat.data[Math.floor(at / dim) * 2 + (at % dim)]! : 0,
      ),
    };
    const findings = await findingsOf({ x: wide, y: noisyCopy(2, wide, 0.001) });
    expect(of(findings, "spectrum")).toMatchObject({ severity: "low", remedy: expect.stringMatching(/uniformity/) });
  });

  test("a hub: one caption that is nearest to everything", async () => {
    const x = randomRows(1, n, dim, [3]);
    const y = noisyCopy(2, x, 0.3);
    const data = Float64Array.from(y.data);
    for (let k = 0; k < dim; k++) data[k] = k === 0 ? 1 : 0;
    const findings = await findingsOf({ x, y: { ...y, data } });
    expect(of(findings, "hubness")).toMatchObject({ severity: "medium", remedy: expect.stringMatching(/--cure csls/) });
  });

  test("a flat kernel", async () => {
    const findings = await findingsOf(clean(), { temperatures: [20, 50] });
    expect(of(findings, "kernel")).toMatchObject({ severity: "low", text: expect.stringMatching(/^Even at τ = 20 /) });
  });

  test("a temperature that needs more negatives than there are", async () => {
    const findings = await findingsOf(clean(), { temperatures: [0.02] });
    expect(of(findings, "negatives")).toMatchObject({ severity: "low" });
  });

  test("directions that disagree", async () => {
    const x = randomRows(1, n, dim);
    const axis = randomRows(3, 1, dim).data;
    // Only the captions differ in popularity: those near an axis that all images lean to.
    const lean = noisyCopy(
      4,
      x,
      0,
      Array.from(axis, (value) => 3 * value),
    );
    const findings = await findingsOf({ x: lean, y: noisyCopy(2, x, 0.08) }, { temperatures: [0.05, 0.2] });
    expect(of(findings, "heterogeneity")).toMatchObject({ severity: "low" });
  });
});

test("thresholds may be set otherwise, and unknown ones are refused", async () => {
  const { x, y } = clean();
  const analysis = await analyzePair(x, y, {
    bootstrap: 0,
    skip: ["projection", "distribution", "centred", "shuffle"],
  });
  const gapWith = (noiseFloors: number) => of(summarize(analysis, { thresholds: { noiseFloors } }), "gap")!.tone;
  expect([gapWith(3), gapWith(0.01)]).toEqual(["good", "notice"]);
  expect(() => summarize(analysis, { thresholds: { wide: 1 } as never })).toThrow(
    /^summarize: `thresholds` must be of names among fewPairs, .*, got "wide"\.$/,
  );
  expect(() => summarize(analysis, { thresholds: { wideGap: Number.NaN } })).toThrow(
    "summarize: `thresholds.wideGap` must be a finite number, got NaN.",
  );
});

test("every finding has evidence, and every warning or rule says where it comes from", async () => {
  const x = randomRows(1, n, dim, [9]);
  for (const finding of await findingsOf({ x, y: noisyCopy(2, x, 0.03, [-1.6]) })) {
    expect(finding.evidence.length).toBeGreaterThan(0);
    if (finding.tone === "warning") expect(finding.remedy).not.toBeNull();
  }
  for (const { question } of Object.values(findingRules)) expect(question).toMatch(/\?$/);
});

function factsOf({ rows, data }: RowMatrix): RowFacts {
  const lengths = Array.from({ length: rows }, (_, i) => Math.hypot(...data.subarray(i * dim, (i + 1) * dim)));
  const seen = new Map<string, number>();
  let first: readonly [number, number] | null = null;
  let repeats = 0;
  for (let i = 0; i < rows; i++) {
    const key = data.subarray(i * dim, (i + 1) * dim).join();
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, i);
    else {
      repeats++;
      first ??= [earlier, i];
    }
  }
  const mean = lengths.reduce((sum, length) => sum + length, 0) / rows;
  return {
    rows,
    norms: { min: Math.min(...lengths), mean, max: Math.max(...lengths) },
    duplicates: { rows: repeats, pair: first },
  };
}
