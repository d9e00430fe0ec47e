import { circleQuadrature } from "@nce-geometry/manifold";
import { type DenominatorKind, sumOfArray } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gibbsLaw } from "../gibbs/gibbs-law.ts";
import type { Pair } from "./denominators.ts";
import { crossEntropy, entropy, jensenShannon, mixture, symmetricKL } from "./entropy.ts";
import {
  effectivePotentialsOnGrid,
  firstVariationMultimodal,
  freeEnergyMultimodal,
  secondVariationMultimodal,
} from "./free-energy-multimodal.ts";
import { freeEnergyUnimodal } from "./free-energy-unimodal.ts";
import { normalizeLogDensity } from "./grid-measure.ts";

const EPS = 2 ** -52;
/** Sums of terms of order 1 with partial sums up to 8. */
const CLOSE = { ulps: 64, epsilon: EPS, scale: 8 };
const circle = circleQuadrature({ nodes: 64 });
const n = 64;
const x = (i: number): number => circle.points.data[2 * i]!;
const y = (i: number): number => circle.points.data[2 * i + 1]!;
const field = (f: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => f(i));
const temperature = 0.4;
const potentials: Pair<Float64Array> = [field((i) => 0.7 * x(i)), field((i) => y(i) - 0.2 * x(i))];
const densities: Pair<Float64Array> = [
  normalizeLogDensity(
    circle,
    field((i) => x(i) + 0.3 * y(i)),
  ),
  normalizeLogDensity(
    circle,
    field((i) => 0.5 * y(i) - 0.4 * x(i)),
  ),
];
const reference = normalizeLogDensity(
  circle,
  field((i) => 0.6 * x(i) * y(i)),
);
const directions: Pair<Float64Array> = [field((i) => 0.02 * x(i) - 0.01 * y(i)), field((i) => 0.015 * x(i) * y(i))];
const zero = new Float64Array(n);
const kinds: readonly DenominatorKind[] = ["cross", "own", "pooled", "reference"];
const ladder = kinds.flatMap((denominator) =>
  [0, 0.3, 1, 1.4].map((ownWeight) => ({
    denominator,
    ownWeight,
    ...(denominator === "reference" ? { reference } : {}),
  })),
);
const terms = (options: object = {}, rho = densities): ReturnType<typeof freeEnergyMultimodal> =>
  freeEnergyMultimodal(circle, rho, { potentials, temperature, ...options });
const own = densities.map(
  (rho, i) => freeEnergyUnimodal(circle, rho, { potential: potentials[i]!, temperature }).value,
);
const half = (own[0]! + own[1]!) / 2;

describe("what each denominator induces", () => {
  test("cross: ½ΣF − D_S", () => {
    const { value, symmetricKL: gap, jeffreys, functional } = terms();
    expectClose(value, half - symmetricKL(circle, ...densities), CLOSE);
    expectClose(gap, symmetricKL(circle, ...densities), CLOSE);
    expect(jeffreys).toBe(2 * gap);
    expect(functional).toBe("½ΣF − D_S");
  });

  test("own: ½ΣF, decoupled", () => {
    const { value, functional, entropies, potentialTerm } = terms({ denominator: "own" });
    expectClose(value, half, CLOSE);
    expectClose(value, potentialTerm - (entropies[0] + entropies[1]) / 2, CLOSE);
    expect(functional).toBe("½ΣF");
  });

  test("pooled: −H(ρ̄) = −½ΣH − JS", () => {
    const { denominatorTerm, entropies, value, functional } = terms({ denominator: "pooled" });
    expectClose(denominatorTerm, -entropy(circle, mixture(...densities)), CLOSE);
    expectClose(denominatorTerm, -(entropies[0] + entropies[1]) / 2 - jensenShannon(circle, ...densities), CLOSE);
    expectClose(value, half - jensenShannon(circle, ...densities), CLOSE);
    expect(functional).toBe("½ΣF − JS");
  });

  test("reference: −½ΣH×(ρ, ρ₀), linear in the densities", () => {
    const options = { denominator: "reference", reference };
    const mean = densities.map((rho) => crossEntropy(circle, rho, reference));
    expectClose(terms(options).denominatorTerm, -(mean[0]! + mean[1]!) / 2, CLOSE);
    expect(terms(options).functional).toBe("½ΣF − ½ΣD_KL(ρ‖ρ₀)");
    const middle = mixture(...densities);
    const swapped = terms(options, [densities[1], densities[0]]).value;
    expectClose(terms(options, [middle, middle]).value, (terms(options).value + swapped) / 2, CLOSE);
  });

  test.each([0, 0.25, 0.5, 1, 1.5])("cross mixed with own: exactly F^Sym + λ·D_S (λ = %d)", (ownWeight) => {
    const { value, symmetricKL: gap } = terms();
    expectClose(terms({ ownWeight }).value, value + ownWeight * gap, CLOSE);
  });

  test("says which functional a mixture is", () => {
    expect(terms({ ownWeight: 0.25 }).functional).toBe("½ΣF − 0.75·D_S");
    expect(terms({ ownWeight: 1 }).functional).toBe("½ΣF");
    expect(terms({ ownWeight: 1.5 }).functional).toBe("½ΣF + 0.5·D_S");
    expect(terms({ ownWeight: 0.1, denominator: "pooled" }).functional).toBe("½ΣF − 0.9·JS");
  });

  test.each(ladder)("swapping the modalities changes nothing %o", (options) => {
    const swapped = freeEnergyMultimodal(circle, [densities[1], densities[0]], {
      potentials: [potentials[1], potentials[0]],
      temperature,
      ...options,
    });
    expectClose(swapped.value, terms(options).value, CLOSE);
  });

  test("disjoint supports: −∞ with cross, finite with own, λ = 1 and pooled", () => {
    const left = normalizeLogDensity(
      circle,
      field((i) => (i < 32 ? 0 : -Infinity)),
    );
    const right = normalizeLogDensity(
      circle,
      field((i) => (i < 32 ? -Infinity : 0)),
    );
    const value = (options: object): number => terms(options, [left, right]).value;
    expect(value({})).toBe(-Infinity);
    expect(value({ ownWeight: 1.5 })).toBe(Infinity);
    expectClose(value({ ownWeight: 1 }), value({ denominator: "own" }), CLOSE);
    expectClose(value({ denominator: "pooled" }), value({ denominator: "own" }) - Math.LN2, CLOSE);
  });
});

/** The value at densities moved by ε along the directions. */
function moved(options: object, [a, b]: Pair<Float64Array>, epsilon: number): number {
  const move = (rho: Float64Array, h: Float64Array): Float64Array =>
    rho.map((value, i) => Math.log(Math.exp(value) + epsilon * h[i]!));
  return terms(options, [move(densities[0], a), move(densities[1], b)]).value;
}

describe("variations are derivatives of the value", () => {
  test.each(ladder)("first %o", (options) => {
    const fields = firstVariationMultimodal(circle, densities, { potentials, temperature, ...options });
    const step = 1e-3;
    for (const i of [0, 1] as const) {
      const along: Pair<Float64Array> = i === 0 ? [directions[0], zero] : [zero, directions[1]];
      const slope = sumOfArray(fields[i].map((value, j) => circle.weights[j]! * value * directions[i][j]!));
      const difference = (moved(options, along, step) - moved(options, along, -step)) / (2 * step);
      // O(step²) of the third derivative, whose terms h³/ρ² are about (h/ρ)² ~ 0.02 of the first, and rounding.
      expectClose(slope, difference, { ulps: 1, epsilon: step * step, scale: 0.01 });
    }
  });

  test.each(ladder)("second %o", (options) => {
    const step = 0.01;
    for (const along of [directions, [directions[0], zero], [zero, directions[1]]] as const) {
      const difference =
        (moved(options, along, step) - 2 * moved(options, along, 0) + moved(options, along, -step)) / step ** 2;
      const curvature = secondVariationMultimodal(circle, densities, { ...options, directions: along });
      // O(step²) of the fourth derivative, about (h/ρ)² of the second, and rounding ε/step² of values of order 1.
      expectClose(curvature, difference, { ulps: 1, epsilon: step ** 2, scale: 0.02 });
    }
  });

  test("F^Sym in one coordinate: ½(V_{1|2} + ρ₂/ρ₁), and −½∫ρ₂h²/ρ₁² ≤ 0", () => {
    const [first] = firstVariationMultimodal(circle, densities, { potentials, temperature });
    const [v12] = effectivePotentialsOnGrid(circle, densities, { potentials, temperature });
    const expected = v12.map((v, i) => (v + Math.exp(densities[1][i]! - densities[0][i]!)) / 2);
    expectAllClose(first, expected, CLOSE);
    const curvature = secondVariationMultimodal(circle, densities, { directions: [directions[0], zero] });
    const integrand = directions[0].map((h, i) => {
      return circle.weights[i]! * Math.exp(densities[1][i]! - 2 * densities[0][i]!) * h * h;
    });
    expectClose(curvature, -sumOfArray(integrand) / 2, { ulps: 64, epsilon: EPS });
  });
});

describe("thresholds of F^Sym + λ·D_S at matched marginals", () => {
  const matched: Pair<Float64Array> = [densities[0], densities[0]];
  const h = directions[0];
  const minus = h.map((value) => -value);
  const unit = sumOfArray(h.map((value, i) => (circle.weights[i]! * value * value) / Math.exp(densities[0][i]!)));
  const curvature = (ownWeight: number, along: Pair<Float64Array>): number =>
    secondVariationMultimodal(circle, matched, { ownWeight, directions: along }) / unit;

  test.each([0, 0.25, 0.5, 0.75, 1, 2])("λ − ½, 4λ − 3 and 1 times ∫h²/ρ (λ = %d)", (lambda) => {
    expectClose(curvature(lambda, [h, zero]), lambda - 0.5, { ulps: 64, epsilon: EPS, scale: 1 });
    expectClose(curvature(lambda, [zero, h]), lambda - 0.5, { ulps: 64, epsilon: EPS, scale: 1 });
    expectClose(curvature(lambda, [h, minus]), 4 * lambda - 3, { ulps: 64, epsilon: EPS, scale: 4 });
    expectClose(curvature(lambda, [h, h]), 1, { ulps: 64, epsilon: EPS, scale: 4 });
  });

  test("signs change at ½ in one coordinate and at ¾ jointly", () => {
    expect(curvature(0.49, [h, zero])).toBeLessThan(0);
    expect(curvature(0.51, [h, zero])).toBeGreaterThan(0);
    expect(curvature(0.74, [h, minus])).toBeLessThan(0);
    expect(curvature(0.76, [h, minus])).toBeGreaterThan(0);
  });

  const law = fc
    .array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 5, maxLength: 5 })
    .map((values) => normalizeLogDensity({ weights: Float64Array.of(1, 1, 1, 1, 1) }, Float64Array.from(values)));
  const five = { weights: new Float64Array(5).fill(1) };
  const bend = (ownWeight: number, a: Pair<Float64Array>, b: Pair<Float64Array>): number => {
    const flat = { potentials: [new Float64Array(5), new Float64Array(5)], temperature: 1, ownWeight } as const;
    const value = (rho: Pair<Float64Array>): number => freeEnergyMultimodal(five, rho, flat).value;
    return (value(a) + value(b)) / 2 - value([mixture(a[0], b[0]), mixture(a[1], b[1])]);
  };

  test("convex between any two pairs at λ = 1 and beyond, not below", () => {
    fc.assert(
      fc.property(law, law, law, law, (p, q, r, s) => {
        for (const lambda of [1, 1.5]) expect(bend(lambda, [p, q], [r, s])).toBeGreaterThanOrEqual(-64 * EPS * 8);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test("below λ = 1 not convex where ρ₂/(ρ₁ + ρ₂) exceeds λ", () => {
    const pair = [
      normalizeLogDensity(five, Float64Array.of(6, 0, 0, 0, 0)),
      normalizeLogDensity(five, Float64Array.of(0, 0, 0, 3, 3)),
    ] as const;
    const along = [Float64Array.of(0, 0, 0, 1e-3, -1e-3), new Float64Array(5)] as const;
    const share = 1 / (1 + Math.exp(pair[0][3]! - pair[1][3]!));
    expect(share).toBeGreaterThan(0.9);
    for (const [shift, sign] of [
      [-0.01, -1],
      [0.01, 1],
    ] as const) {
      const curvature = secondVariationMultimodal(five, pair, { ownWeight: share + shift, directions: along });
      expect(Math.sign(curvature)).toBe(sign);
    }
  });
});

describe("stationary points and effective potentials", () => {
  test("equal potentials: the first variations are constant at the Gibbs law for cross, own, pooled", () => {
    const law = gibbsLaw(circle, potentials[0], { temperature });
    const same = { potentials: [potentials[0], potentials[0]], temperature } as const;
    for (const denominator of ["cross", "own", "pooled"] as const) {
      const [first] = firstVariationMultimodal(circle, [law.logDensity, law.logDensity], { ...same, denominator });
      expectAllClose(
        first,
        first.map(() => (1 - law.logPartition) / 2),
        CLOSE,
      );
    }
  });

  test("V_{1|2} = U/τ + log ρ₂, V_{2|1} = U/τ + log ρ₁", () => {
    const [v12, v21] = effectivePotentialsOnGrid(circle, densities, { potentials, temperature });
    expectAllClose(
      v12,
      field((i) => potentials[0][i]! / temperature + densities[1][i]!),
      CLOSE,
    );
    expectAllClose(
      v21,
      field((i) => potentials[1][i]! / temperature + densities[0][i]!),
      CLOSE,
    );
  });
});

describe("messages", () => {
  const call =
    (options: object, rho: Pair<Float64Array> = densities) =>
    (): unknown =>
      terms(options, rho);
  test("options", () => {
    expect(call({ temperature: -1 })).toThrow(
      "freeEnergyMultimodal: `temperature` must be a finite number > 0, got -1. CLIP-like systems use 0.01 to 0.1.",
    );
    expect(call({ ownWeight: -0.1 })).toThrow(
      "freeEnergyMultimodal: `ownWeight` must be a finite number ≥ 0, got -0.1.",
    );
    expect(call({ denominator: "both" })).toThrow(
      'freeEnergyMultimodal: `denominator` must be "cross", "own", "pooled" or "reference", got both.',
    );
    expect(call({ denominator: "reference" })).toThrow(
      'freeEnergyMultimodal: `reference` must be given with `denominator: "reference"` and with no other, got none with `denominator: "reference"`.',
    );
    expect(call({ reference })).toThrow(
      'freeEnergyMultimodal: `reference` must be given with `denominator: "reference"` and with no other, got one with `denominator: "cross"`.',
    );
  });

  test("densities, potentials, directions", () => {
    expect(call({}, [densities[0], zero])).toThrow(/^freeEnergyMultimodal: `logDensities\[1\]` must be the logarithm/);
    expect(call({ potentials: [potentials[0], field((i) => (i === 3 ? Number.NaN : 0))] })).toThrow(
      "freeEnergyMultimodal: `potentials[1]` must be a number or +∞ at every point, got NaN at point 3.",
    );
    expect(() => secondVariationMultimodal(circle, densities, { directions: [zero, field(() => 1)] })).toThrow(
      /^secondVariationMultimodal: `directions\[1\]` must be a direction of integral 0, got one of integral 6\.28318\d+\./,
    );
  });
});
