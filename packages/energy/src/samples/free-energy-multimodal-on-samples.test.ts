import { logSphereArea, sphereQuadrature } from "@nce-geometry/manifold";
import { matrixOf } from "@nce-geometry/pairwise";
import { createRandom, logAddExp, type RowMatrix } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanOf, mixture, perturbed, uniformRows } from "../../test/laws.ts";
import type { Estimate } from "../estimate.ts";
import { freeEnergyMultimodalOnSamples, type MultimodalOnSamplesOptions } from "./free-energy-multimodal-on-samples.ts";
import { symmetricParametricEnergyOnSamples } from "./symmetric-parametric-energy-on-samples.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON };
const scaled = { ...exact, scale: 20 };
const random = createRandom("ladder");
const x = perturbed(random.split("x"), poles(40), 3);
const y = perturbed(random.split("y"), x, 4);

function poles(n: number): RowMatrix {
  return { rows: n, dim: 3, data: Float64Array.from({ length: 3 * n }, (_, i) => (i % 3 === 0 ? 1 : 0)) };
}

function energyOf(options: Partial<MultimodalOnSamplesOptions> = {}, a = x, b = y) {
  return freeEnergyMultimodalOnSamples(a, b, { temperature: 0.2, ...options });
}

describe("terms", () => {
  test.each([
    { denominator: "cross", functional: "½ΣF − D_S" },
    { denominator: "cross", ownWeight: 0.75, functional: "½ΣF − 0.25·D_S" },
    { denominator: "cross", ownWeight: 1.5, functional: "½ΣF + 0.5·D_S" },
    { denominator: "own", functional: "½ΣF" },
    { denominator: "pooled", functional: "½ΣF − JS" },
    { denominator: "pooled", ownWeight: 0.5, functional: "½ΣF − 0.5·JS" },
    { denominator: "reference", functional: "½ΣF − ½ΣD_KL(ρ‖ρ₀)", reference: x },
  ] as const)("add up: $functional", async ({ functional, ...options }) => {
    const energy = await energyOf(options);
    expect(energy.functional).toBe(functional);
    const [first, second] = energy.entropies;
    const weight = options.denominator === "own" ? 0 : 1 - ("ownWeight" in options ? options.ownWeight : 0);
    const divergence = energy.jensenShannon ?? energy.referenceDivergence ?? energy.symmetricKL;
    expectClose(energy.value.value, energy.potentialTerm.value + energy.denominatorTerm.value, scaled);
    expectClose(energy.denominatorTerm.value, energy.entropyTerm.value + energy.divergenceTerm.value, scaled);
    expectClose(energy.entropyTerm.value, -(first.value + second.value) / 2, scaled);
    expectClose(energy.divergenceTerm.value, -weight * divergence.value, scaled);
    expectClose(energy.symmetricKL.value, (energy.klDivergences[0].value + energy.klDivergences[1].value) / 2, scaled);
    expectClose(energy.jeffreys.value, 2 * energy.symmetricKL.value, exact);
    expectClose(energy.jeffreys.standardError!, 2 * energy.symmetricKL.standardError!, exact);
  });

  test("the mixture of cross and own is F^Sym + λ·D_S; cross is the decoupled J^Sym with its error", async () => {
    const cross = await energyOf();
    const mixed = await energyOf({ ownWeight: 0.6 });
    expectClose(mixed.value.value, cross.value.value + 0.6 * cross.symmetricKL.value, scaled);
    const { symmetric } = await symmetricParametricEnergyOnSamples(x, y, { temperature: 0.2 });
    expectClose(cross.value.value, symmetric.decoupled.value, scaled);
    expectClose(cross.value.standardError!, symmetric.decoupled.standardError!, { ...exact, ulps: 4096 });
    const own = await energyOf({ denominator: "own" });
    expectClose((await energyOf({ ownWeight: 1 })).value.value, own.value.value, scaled);
  });

  test("written out, the pooled and the reference field with them", async () => {
    const temperature = 0.2;
    const w = uniformRows(random.split("w"), 15, 3);
    const field = (a: RowMatrix, i: number, b: RowMatrix, left: boolean) => {
      let sum = 0;
      for (let j = 0; j < b.rows; j++) {
        if (left && j === i) continue;
        let s = 0;
        for (let k = 0; k < 3; k++) s += a.data[3 * i + k]! * b.data[3 * j + k]!;
        sum += Math.exp(s / temperature);
      }
      return Math.log(sum / (left ? b.rows - 1 : b.rows));
    };
    const mean = (f: (i: number) => number) => meanOf(Array.from({ length: 40 }, (_, i) => f(i))).mean;
    const pooled = await energyOf({ denominator: "pooled" });
    const reference = await energyOf({ denominator: "reference", reference: w });
    const volume = pooled.logKernelVolume;
    const half = (f: (a: RowMatrix, b: RowMatrix, i: number) => number) =>
      (mean((i) => f(x, y, i)) + mean((i) => f(y, x, i))) / 2 - volume;
    const both = half((a, b, i) => logAddExp(field(a, i, a, true), field(a, i, b, true)) - Math.LN2);
    expectClose(pooled.denominatorTerm.value, both, scaled);
    expectClose(
      reference.denominatorTerm.value,
      half((a, _, i) => field(a, i, w, false)),
      scaled,
    );
    expectClose(
      pooled.entropyTerm.value,
      half((a, _, i) => field(a, i, a, true)),
      scaled,
    );
    expectClose(
      pooled.klDivergences[0].value,
      mean((i) => field(x, i, x, true) - field(x, i, y, true)),
      scaled,
    );
  });

  test("another kernel width changes the densities and not the potential", async () => {
    const same = await energyOf({ kernelWidth: Math.sqrt(0.2) });
    const plain = await energyOf();
    expectClose(same.value.value, plain.value.value, { ...scaled, ulps: 256 });
    const narrow = await energyOf({ kernelWidth: 0.3 });
    const other = await energyOf({ temperature: 0.09 });
    expect(narrow.potentialTerm).toMatchObject({ value: plain.potentialTerm.value });
    expectClose(narrow.symmetricKL.value, other.symmetricKL.value, scaled);
    expect(narrow.entropies[0].value).toBeLessThan(plain.entropies[0].value);
  });
});

describe("limits", () => {
  test("x = y: no divergence, and cross, own and pooled agree", async () => {
    const [cross, own, pooled] = await Promise.all(
      (["cross", "own", "pooled"] as const).map((denominator) => energyOf({ denominator }, x, x)),
    );
    expectClose(cross!.symmetricKL.value, 0, scaled);
    expectClose(pooled!.jensenShannon!.value, 0, scaled);
    expectClose(own!.value.value, cross!.value.value, scaled);
    expectClose(pooled!.value.value, cross!.value.value, scaled);
  });

  test("two places of cosine c: D_S = (1 − c)/τ, JS → log 2 as they part", async () => {
    const a = matrixOf(Array.from({ length: 4 }, () => [1, 0]));
    const b = matrixOf(Array.from({ length: 4 }, () => [0.6, 0.8]));
    const energy = await energyOf({ temperature: 0.1 }, a, b);
    expectClose(energy.symmetricKL.value, 0.4 / 0.1, scaled);
    expectClose(energy.potentialTerm.value, -0.6 / 0.1, scaled);
    const apart = await energyOf({ temperature: 0.01, denominator: "pooled" }, a, b);
    // e^{−(1 − c)/τ} = e^{−40} is left.
    expectClose(apart.jensenShannon!.value, Math.LN2, { ...exact, scale: 100 });
  });

  test("τ → ∞: −log|S²|;  exchange of the modalities changes nothing", async () => {
    const hot = await energyOf({ temperature: 1e9 });
    expectClose(hot.value.value, -logSphereArea(3), { ulps: 4, epsilon: 1e-9 });
    const [there, back] = [await energyOf({ denominator: "pooled" }), await energyOf({ denominator: "pooled" }, y, x)];
    expectClose(there.value.value, back.value.value, scaled);
    expectClose(there.value.standardError!, back.value.standardError!, { ...exact, ulps: 4096 });
    expectClose(there.klDivergences[0].value, back.klDivergences[1].value, scaled);
  });
});

test("against the laws: values within their standard errors over seeds", async () => {
  const [temperature, n, seeds] = [0.3, 80, 40];
  const first = mixture([{ weight: 1, meanDirection: [0, 0, 1], concentration: 4 }]);
  const second = mixture([{ weight: 1, meanDirection: [0.6, 0, 0.8], concentration: 2 }]);
  const third = mixture([{ weight: 1, meanDirection: [1, 0, 0], concentration: 1 }]);
  const { points, weights } = sphereQuadrature({ polarNodes: 32 });
  const logs = [first, second, third].map((law) => law.logSmoothed(points, temperature));
  const expectation = (law: typeof first, values: (i: number) => number) =>
    law.logDensity(points).reduce((total, v, i) => total + weights[i]! * Math.exp(v) * values(i), 0);
  const [own1, cross1] = [expectation(first, (i) => logs[0]![i]!), expectation(first, (i) => logs[1]![i]!)];
  const [own2, cross2] = [expectation(second, (i) => logs[1]![i]!), expectation(second, (i) => logs[0]![i]!)];
  const pooled = (i: number) => logAddExp(logs[0]![i]!, logs[1]![i]!) - Math.LN2;
  const expected = {
    symmetricKL: (own1 - cross1 + own2 - cross2) / 2,
    klXY: own1 - cross1,
    entropyX: -own1,
    pooled: (expectation(first, pooled) + expectation(second, pooled)) / 2,
    reference: (expectation(first, (i) => logs[2]![i]!) + expectation(second, (i) => logs[2]![i]!)) / 2,
    jensenShannon: (own1 + own2 - expectation(first, pooled) - expectation(second, pooled)) / 2,
  };
  const seen: Record<string, Estimate[]> = {};
  for (let seed = 0; seed < seeds; seed++) {
    const draw = random.split(seed);
    const [a, b, w] = [first, second, third].map((law, k) => law.sample(draw.split(k), n));
    const linear = await freeEnergyMultimodalOnSamples(a!, b!, {
      temperature,
      denominator: "reference",
      reference: w!,
    });
    const shared = await freeEnergyMultimodalOnSamples(a!, b!, { temperature, denominator: "pooled" });
    const estimates: Record<string, Estimate> = {
      symmetricKL: linear.symmetricKL,
      klXY: linear.klDivergences[0],
      entropyX: linear.entropies[0],
      pooled: shared.denominatorTerm,
      reference: linear.denominatorTerm,
      jensenShannon: shared.jensenShannon!,
    };
    for (const [name, estimate] of Object.entries(estimates)) seen[name] = [...(seen[name] ?? []), estimate];
  }
  for (const [name, estimates] of Object.entries(seen)) {
    const { mean, error } = meanOf(estimates.map(({ value }) => value));
    // Finite samples shift the values by about CV²/2n = 0.005 at these laws.
    expect(Math.abs(mean - expected[name as keyof typeof expected])).toBeLessThan(3 * error + 0.005);
    const reported = Math.sqrt(meanOf(estimates.map((e) => e.standardError! ** 2)).mean);
    // The scatter of 40 seeds is known to 1/√80.
    expectClose(reported / (error * Math.sqrt(seeds)), 1, { ulps: 3, epsilon: 1 / Math.sqrt(80) });
  }
});

test.each(["all", "anchors"] as const)("progress runs to its end, errors from %s", async (errorSources) => {
  for (const denominator of ["cross", "own", "pooled", "reference"] as const) {
    let last = { done: 0, total: 1 };
    const onProgress = (progress: typeof last) => {
      expect(progress.done).toBeGreaterThanOrEqual(last.done);
      last = progress;
    };
    const reference = denominator === "reference" ? { reference: x } : {};
    await energyOf({ denominator, errorSources, onProgress, ...reference });
    expect(last.done).toBe(last.total);
    last = { done: 0, total: 1 };
    await symmetricParametricEnergyOnSamples(x, y, { temperature: 0.2, errorSources, onProgress });
    expect(last.done).toBe(last.total);
  }
});

test("messages", async () => {
  const refused = (options: object, message: string) => expect(energyOf(options)).rejects.toThrow(message);
  await refused(
    { denominator: "both" },
    'freeEnergyMultimodalOnSamples: `denominator` must be "cross", "own", "pooled" or "reference", got both.',
  );
  await refused(
    { denominator: "reference" },
    'freeEnergyMultimodalOnSamples: `reference` must be given with `denominator: "reference"` and with no other, got none with `denominator: "reference"`.',
  );
  await refused(
    { reference: x },
    'freeEnergyMultimodalOnSamples: `reference` must be given with `denominator: "reference"` and with no other, got one with `denominator: "cross"`.',
  );
  await refused(
    { ownWeight: -0.1 },
    "freeEnergyMultimodalOnSamples: `ownWeight` must be a finite number ≥ 0, got -0.1.",
  );
  await refused(
    { kernelWidth: 0 },
    "freeEnergyMultimodalOnSamples: `kernelWidth` must be a finite number > 0, got 0. It is the width of the kernel in radians; its concentration is 1/kernelWidth².",
  );
});
