// Both forms of every relative of InfoNCE give the same numbers.

import {
  type Critic,
  createRandom,
  type Progress,
  type RowMatrix,
  type RowSource,
  type Rows,
  type RunControl,
  scalar,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import * as losses from "../src/index.ts";
import { asRows, asTensor, backend, EPSILON, equalRows, growth, nearby, numberOf, unitRows } from "./helpers.ts";

const [n, d] = [24, 5];
const x = unitRows(31, n, d);
const y = nearby(32, x, 0.3);
const labels = Array.from({ length: n }, (_, i) => (i * i) % 4);
const [xRows, yRows] = [asRows(x), asRows(y)];
const inputs = [asTensor(x), asTensor(y)];

/** Values and gradients by tensors; the gradients of further scalars come after those of x and y. */
function byTensors(f: (...xs: Tensor[]) => Tensor, scalars: readonly number[] = []) {
  const { value, gradients } = valueAndGrad(f, [...inputs, ...scalars.map((v) => scalar(backend, v))]);
  return { loss: numberOf(value), gradients: gradients.map((gradient) => gradient.dataSync()) };
}

const twoViews = [
  {
    name: "ntXent",
    onTensors: losses.ntXent,
    onRows: losses.ntXentOnRows,
    gradientOnRows: losses.ntXentGradientOnRows,
  },
  { name: "dcl", onTensors: losses.dcl, onRows: losses.dclOnRows, gradientOnRows: losses.dclGradientOnRows },
  { name: "dhel", onTensors: losses.dhel, onRows: losses.dhelOnRows, gradientOnRows: losses.dhelGradientOnRows },
];

test("NT-Xent says how much of its denominators the positives hold: the mean of e^(−ℓ), 1/(2n−1) for equal rows", async () => {
  const equal = asRows(equalRows(6, [0.6, 0.8]));
  const { positiveMass, standardError } = await losses.ntXentOnRows(equal, equal, { temperature: 0.5 });
  expectClose(positiveMass, 1 / 11, { ulps: growth({ n: 12, d: 2, temperature: 0.5 }), epsilon: EPSILON });
  expectClose(standardError, 0, { ulps: 64, epsilon: EPSILON, scale: 1 });
  const pairs = { temperature: 0.3 };
  const summary = await losses.ntXentOnRows(xRows, yRows, pairs);
  const all = await losses.supConOnRows(asRows([...x, ...y]), { ...pairs, labels: [...x.keys(), ...x.keys()] });
  expectClose(all.loss, summary.loss, { ulps: growth({ n: 2 * n, d, temperature: 0.3 }), epsilon: EPSILON, scale: 1 });
  // Jensen: the mean of e^(−ℓ) exceeds e^(−mean ℓ).
  expect(summary.positiveMass).toBeGreaterThan(Math.exp(-summary.loss));
});

describe.each([
  { temperature: 0.5, critic: { kind: "cosine" } as Critic },
  { temperature: 0.02, critic: { kind: "cosine" } as Critic },
  { temperature: 0.1, critic: { kind: "rbf", scale: 0.5 } as Critic },
])("τ = $temperature, $critic.kind", (options) => {
  const { temperature } = options;
  // Rows subtract log-sum-exps of size up to 2/τ + 4, so that their ε is amplified by that once more.
  const ulps = growth({ n: 2 * n, d, temperature }) + 2 * (2 / temperature + 4);
  const tolerance = { ulps, epsilon: EPSILON, scale: 1 };
  // Gradients cancel among terms of size up to 2/(nτ); that of τ among terms of size 2/τ².
  const rowTolerance = { ...tolerance, scale: 2 / (n * temperature) };
  const temperatureTolerance = { ...tolerance, scale: 2 / temperature ** 2 };

  test.each(twoViews)("$name", async ({ name, onTensors, onRows, gradientOnRows }) => {
    const f = (...xs: Tensor[]) => onTensors(xs[0]!, xs[1]!, { ...options, temperature: xs[2]! });
    const expected = byTensors(f, [temperature]);
    const summary = await onRows(xRows, yRows, options);
    expectClose(summary.loss, expected.loss, name === "ntXent" ? { ...tolerance, scale: 0 } : tolerance);
    expectClose(0.5 * (summary.forward + summary.backward), summary.loss, { ulps: 8, epsilon: EPSILON, scale: 1 });
    expect(summary).toMatchObject({ samples: n, negatives: (n - 1) * (name === "dhel" ? 1 : 2) });
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    const actual = await gradientOnRows(xRows, yRows, options);
    expectClose(actual.loss, summary.loss, tolerance);
    expectAllClose(actual.gradients.x, expected.gradients[0]!, rowTolerance);
    expectAllClose(actual.gradients.y, expected.gradients[1]!, rowTolerance);
    expectClose(actual.gradients.temperature, expected.gradients[2]![0]!, temperatureTolerance);
  });

  test.each([
    { labels },
    { labels: labels.map((label, i) => (i === 3 ? 99 : label)), withoutPositives: "skip" as const },
  ])("supCon %#", async (classes) => {
    const settings = { ...options, ...classes };
    const f = (...xs: Tensor[]) => losses.supCon(xs[0]!, { ...settings, temperature: xs[2]! });
    const expected = byTensors(f, [temperature]);
    const summary = await losses.supConOnRows(xRows, settings);
    expectClose(summary.loss, expected.loss, tolerance);
    const alone = classes.withoutPositives === "skip" ? 1 : 0;
    expect(summary).toMatchObject({ samples: n - alone, rowsWithoutPositives: alone, classes: 2 + alone });
    const actual = await losses.supConGradientOnRows(xRows, settings);
    expectClose(actual.loss, summary.loss, tolerance);
    expectAllClose(actual.gradients.x, expected.gradients[0]!, rowTolerance);
    expectClose(actual.gradients.temperature, expected.gradients[2]![0]!, temperatureTolerance);
  });

  test("sigLIP", async () => {
    const { critic } = options;
    const [t, b] = [1 / temperature, -0.5 / temperature];
    const f = (...xs: Tensor[]) => losses.sigLIP(xs[0]!, xs[1]!, { logitScale: xs[2]!, logitBias: xs[3]!, critic });
    const expected = byTensors(f, [t, b]);
    const settings = { logitScale: t, logitBias: b, critic };
    const summary = await losses.sigLIPOnRows(xRows, yRows, settings);
    const near = { ...tolerance, ulps: 2 * ulps };
    expectClose(summary.loss, expected.loss, { ...near, scale: 0 });
    expectClose(summary.positiveTerm + summary.negativeTerm, summary.loss, { ulps: 64, epsilon: EPSILON });
    const actual = await losses.sigLIPGradientOnRows(xRows, yRows, settings);
    expectClose(actual.loss, summary.loss, { ulps: 64, epsilon: EPSILON });
    // Slopes of up to t/n over n candidates.
    expectAllClose(actual.gradients.x, expected.gradients[0]!, { ...near, scale: t });
    expectAllClose(actual.gradients.y, expected.gradients[1]!, { ...near, scale: t });
    expectClose(actual.gradients.logitScale, expected.gradients[2]![0]!, { ...near, scale: n });
    expectClose(actual.gradients.logitBias, expected.gradients[3]![0]!, { ...near, scale: n });
    // ∂L/∂b = Σ_{i≠j} σ/n − Σ_i (1 − σ_ii)/n: the probabilities are what they say.
    const byProbabilities = (n - 1) * summary.negativeProbability - (1 - summary.positiveProbability);
    expectClose(actual.gradients.logitBias, byProbabilities, { ulps: 64, epsilon: EPSILON, scale: n });
  });
});

const kernels: losses.KCLKernel[] = [
  { kind: "gaussian", scale: 2 },
  { kind: "log", scale: 2 },
  { kind: "log", scale: 2, matched: false },
  { kind: "imq", offset: 0.5 },
  { kind: "riesz", power: 1 },
  { kind: "riesz", power: -1 },
  { kind: "riesz", power: -1.5 },
];
// Squared distances are off by 2⁸(d + 2)ε on rows where the expansion holds; slopes by twice that.
const distanceTolerance = { ulps: 2 ** 10 * (d + 2), epsilon: EPSILON, scale: 1 };

describe("kernels and distances", () => {
  test.each(kernels)("kcl %o", async (kernel) => {
    const options = { kernel, energyWeight: 3 };
    const expected = byTensors((...xs) => losses.kcl(xs[0]!, xs[1]!, options));
    const summary = await losses.kclOnRows(xRows, yRows, options);
    expectClose(summary.loss, expected.loss, distanceTolerance);
    expectClose(summary.alignmentTerm + 3 * (summary.energyX + summary.energyY), summary.loss, {
      ulps: 8,
      epsilon: EPSILON,
    });
    const actual = await losses.kclGradientOnRows(xRows, yRows, options);
    expectClose(actual.loss, summary.loss, { ulps: 64, epsilon: EPSILON, scale: 4 });
    expectAllClose(actual.gradients.x, expected.gradients[0]!, distanceTolerance);
    expectAllClose(actual.gradients.y, expected.gradients[1]!, distanceTolerance);
  });

  test("kcl with another kernel between positives", async () => {
    const options = { kernel: kernels[4]!, alignmentKernel: kernels[0]!, energyWeight: 3 };
    const expected = byTensors((...xs) => losses.kcl(xs[0]!, xs[1]!, options));
    const actual = await losses.kclGradientOnRows(xRows, yRows, options);
    expectClose(actual.loss, expected.loss, distanceTolerance);
    expectAllClose(actual.gradients.x, expected.gradients[0]!, distanceTolerance);
  });

  test("kcl's standard error is the spread over samples", async () => {
    const [size, draws] = [50, 60];
    const values: number[] = [];
    let squared = 0;
    const options = { kernel: { kind: "riesz", power: -1 }, energyWeight: 2 } as const;
    for (let draw = 0; draw < draws; draw++) {
      const shared = createRandom(draw).normal(size);
      // Lengths differ, so that the mean kernels of rows do.
      const views = [1, 2].map((view) =>
        asRows(unitRows(100 * draw + view, size, 2).map((row, i) => row.map((v) => v * Math.exp(shared[i]!)))),
      );
      const summary = await losses.kclOnRows(views[0]!, views[1]!, options);
      values.push(summary.loss);
      squared += summary.standardError ** 2 / draws;
    }
    const mean = values.reduce((sum, v) => sum + v, 0) / draws;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (draws - 1);
    // A variance of 60 draws has a relative spread of 0.18, more for heavy tails.
    expect(variance / squared).toBeGreaterThan(0.4);
    expect(variance / squared).toBeLessThan(1.9);
  });

  test.each([0.5, 1, 2, 3])("alignment, α = %d", async (power) => {
    const expected = byTensors((...xs) => losses.alignmentLoss(xs[0]!, xs[1]!, { power }));
    const actual = await losses.alignmentLossGradientOnRows(xRows, yRows, { power });
    const near = { ulps: 64, epsilon: EPSILON };
    expectClose(actual.loss, expected.loss, near);
    expectClose((await losses.alignmentLossOnRows(xRows, yRows, { power })).loss, expected.loss, near);
    expectAllClose(actual.gradients.x, expected.gradients[0]!, near);
    expectAllClose(actual.gradients.y, expected.gradients[1]!, near);
  });

  test.each([0.5, 2, 100])("uniformity, t = %d", async (scale) => {
    const expected = byTensors((...xs) => losses.uniformityLoss(xs[0]!, { scale }));
    const near = { ...distanceTolerance, ulps: scale * distanceTolerance.ulps };
    expectClose((await losses.uniformityLossOnRows(xRows, { scale })).loss, expected.loss, near);
    const actual = await losses.uniformityLossGradientOnRows(xRows, { scale });
    expectClose(actual.loss, expected.loss, near);
    expectAllClose(actual.gradients.x, expected.gradients[0]!, { ...near, scale: 4 * scale });
  });
});

type Call = (a: Rows, b: Rows, control: RunControl) => Promise<object>;

const contrast = { temperature: 0.1 };
const logits = { logitScale: 10, logitBias: -5 };
const imq = { kernel: { kind: "imq", offset: 0.5 } as const, energyWeight: 2 };
const inClasses = ({ rows }: Rows) => ({ temperature: 0.1, labels: Array.from({ length: rows }, (_, i) => i % 3) });

/** Every function on rows, with options that suit it. */
const calls: Record<string, Call> = {
  ntXentOnRows: (a, b, control) => losses.ntXentOnRows(a, b, { ...contrast, ...control }),
  ntXentGradientOnRows: (a, b, control) => losses.ntXentGradientOnRows(a, b, { ...contrast, ...control }),
  dclOnRows: (a, b, control) => losses.dclOnRows(a, b, { ...contrast, ...control }),
  dclGradientOnRows: (a, b, control) => losses.dclGradientOnRows(a, b, { ...contrast, ...control }),
  dhelOnRows: (a, b, control) => losses.dhelOnRows(a, b, { ...contrast, ...control }),
  dhelGradientOnRows: (a, b, control) => losses.dhelGradientOnRows(a, b, { ...contrast, ...control }),
  sigLIPOnRows: (a, b, control) => losses.sigLIPOnRows(a, b, { ...logits, ...control }),
  sigLIPGradientOnRows: (a, b, control) => losses.sigLIPGradientOnRows(a, b, { ...logits, ...control }),
  kclOnRows: (a, b, control) => losses.kclOnRows(a, b, { ...imq, ...control }),
  kclGradientOnRows: (a, b, control) => losses.kclGradientOnRows(a, b, { ...imq, ...control }),
  supConOnRows: (a, _, control) => losses.supConOnRows(a, { ...inClasses(a), ...control }),
  supConGradientOnRows: (a, _, control) => losses.supConGradientOnRows(a, { ...inClasses(a), ...control }),
  alignmentLossOnRows: (a, b, control) => losses.alignmentLossOnRows(a, b, control),
  alignmentLossGradientOnRows: (a, b, control) => losses.alignmentLossGradientOnRows(a, b, control),
  uniformityLossOnRows: (a, _, control) => losses.uniformityLossOnRows(a, control),
  uniformityLossGradientOnRows: (a, _, control) => losses.uniformityLossGradientOnRows(a, control),
};

describe.each(Object.entries(calls))("%s", (_name, call) => {
  test("stops with the reason of the signal", async () => {
    const signal = { aborted: true, reason: new Error("enough") };
    await expect(call(xRows, yRows, { signal })).rejects.toThrow("enough");
  });

  test("reports progress that rises to its total", async () => {
    const seen: Progress[] = [];
    await call(xRows, yRows, { onProgress: (progress) => seen.push(progress) });
    const done = seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
    expect(new Set(seen.map((progress) => progress.total)).size).toBe(1);
  });

  test("gives the same for rows read on demand", async () => {
    expect(await call(asSource(xRows), asSource(yRows), {})).toEqual(await call(xRows, yRows, {}));
  });

  test("passes NaN on", async () => {
    const spoilt = { ...xRows, data: xRows.data.map((v, k) => (k === 7 ? Number.NaN : v)) };
    expect(await call(spoilt, yRows, {})).toHaveProperty("loss", Number.NaN);
  });
});

function asSource({ rows, dim, data }: RowMatrix): RowSource {
  const read = async (start: number, count: number) => data.slice(start * dim, (start + count) * dim);
  return { rows, dim, dtype: "float64", read };
}

test("more rows than a block: classes and positives are found in all of them", async () => {
  const size = 1030;
  const rows = unitRows(41, size, 2);
  const classes = Array.from({ length: size }, (_, i) => i % 7);
  const options = { temperature: 0.5 };
  const forward = await losses.supConGradientOnRows(asRows(rows), { ...options, labels: classes });
  const reversed = await losses.supConGradientOnRows(asRows([...rows].reverse()), {
    ...options,
    labels: [...classes].reverse(),
  });
  const tolerance = { ulps: growth({ n: size, d: 2, temperature: 0.5 }), epsilon: EPSILON, scale: 1 };
  expectClose(forward.loss, reversed.loss, tolerance);
  expectAllClose(forward.gradients.x.subarray(0, 2), reversed.gradients.x.subarray(-2), {
    ...tolerance,
    scale: 4 / size,
  });
});
