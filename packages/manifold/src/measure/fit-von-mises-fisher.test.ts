import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { meanResultantLength } from "./concentration.ts";
import { fitVonMisesFisher } from "./fit-von-mises-fisher.ts";
import { vonMisesFisher } from "./von-mises-fisher.ts";

describe("fitVonMisesFisher", () => {
  test.each([
    [2, 0.5],
    [2, 1e9],
    [3, 5],
    [16, 1e3],
    [128, 60],
    [512, 1e4],
  ])("d = %d, κ = %d: within three standard errors; the likelihood equation holds", (d, kappa) => {
    const meanDirection = new Float64Array(d).fill(1 / Math.sqrt(d));
    const n = d > 100 ? 800 : 2000;
    const x = vonMisesFisher({ meanDirection, concentration: kappa }).rows.sample(
      createRandom(4).split(`${d} ${kappa}`),
      n,
    );
    const fit = fitVonMisesFisher(x);
    if (fit.law === undefined) throw new Error(fit.status);
    expect(fit.status).toBe("converged");
    expect(fit.steps).toBeLessThanOrEqual(7);
    expect(fit.samples).toBe(n);
    // The estimate of κ is biased by about d/n of it; the debiased one is not.
    const debiased = fitVonMisesFisher(x, { estimator: "debiased" });
    expect(Math.abs(debiased.law!.concentration - kappa)).toBeLessThan(3 * fit.concentrationStandardError);
    // The error of the direction has d − 1 components of one standard error: its square is a χ².
    const error = fit.law.meanDirection.reduce((sum, m) => sum + (m - 1 / Math.sqrt(d)) ** 2, 0);
    expect(error / fit.directionStandardError ** 2).toBeLessThan(d - 1 + 3 * Math.sqrt(2 * (d - 1)) + 9);
    expectClose(fit.resultantLength, meanResultantLength(d, fit.law.concentration), { ulps: 64, epsilon: 2 ** -52 });
    expectClose(fit.resultantLength ** 2 + fit.dispersion, 1, { ulps: 16, epsilon: 2 ** -52 });
  });

  test("standard errors: the inverse Fisher information", () => {
    const x = vonMisesFisher({ meanDirection: [0, 0, 1], concentration: 3 }).rows.sample(createRandom(8), 500);
    const fit = fitVonMisesFisher(x);
    if (fit.law === undefined) throw new Error(fit.status);
    const { concentration: kappa, meanResultantLength: a, cosineVariance } = fit.law;
    expectClose(fit.concentrationStandardError, 1 / Math.sqrt(500 * cosineVariance), { ulps: 4, epsilon: 2 ** -52 });
    expectClose(fit.directionStandardError, 1 / Math.sqrt(500 * kappa * a), { ulps: 4, epsilon: 2 ** -52 });
  });

  test("the spread of many estimates is their standard error", () => {
    const law = vonMisesFisher({ meanDirection: [1, 0, 0], concentration: 8 });
    const random = createRandom(21);
    const fits = Array.from({ length: 400 }, () => fitVonMisesFisher(law.rows.sample(random, 200)).law!.concentration);
    const mean = fits.reduce((total, value) => total + value, 0) / 400;
    const spread = Math.sqrt(fits.reduce((total, value) => total + (value - mean) ** 2, 0) / 399);
    const expected = 1 / Math.sqrt(200 * law.cosineVariance);
    // The relative standard error of a standard deviation from 400 values is 1/√800.
    expect(Math.abs(spread / expected - 1)).toBeLessThan(3 / Math.sqrt(800));
  });

  test("uniform rows: maximum likelihood sees a concentration, the debiased estimate does not", () => {
    const d = 512;
    const x = vonMisesFisher({ meanDirection: [1, ...new Float64Array(d - 1)], concentration: 0 }).rows.sample(
      createRandom(6),
      1000,
    );
    const plain = fitVonMisesFisher(x);
    expect(plain.status).toBe("converged");
    // d/√n.
    expect(Math.abs(plain.law!.concentration - d / Math.sqrt(1000))).toBeLessThan(2);
    expect(Math.abs(plain.rayleighStatistic - d)).toBeLessThan(3 * Math.sqrt(2 * d));
    const debiased = fitVonMisesFisher(x, { estimator: "debiased" });
    expect(debiased.law!.concentration).toBeLessThan(d / Math.sqrt(1000) / 2);
  });

  test("two rows, nearly equal: R̄ rounds to 1, κ does not overflow", () => {
    // 1 − R̄ ≈ t²/2 for directions ±t: κ ≈ (d − 1)/(2(1 − R̄)) = (d − 1)/t².
    const t = 1e-7;
    const fit = fitVonMisesFisher(
      rowsOf([
        [Math.cos(t), Math.sin(t), 0],
        [Math.cos(t), -Math.sin(t), 0],
      ]),
    );
    expectClose(fit.law!.concentration, 2 / t ** 2, { ulps: 1, epsilon: 1e-8 });
  });

  test("edges have a status, not a number", () => {
    expect(
      fitVonMisesFisher(
        rowsOf([
          [0.6, 0.8],
          [0.6, 0.8],
          [0.6, 0.8],
        ]),
      ),
    ).toMatchObject({ status: "noSpread", samples: 3 });
    expect(
      fitVonMisesFisher(
        rowsOf([
          [1, 0],
          [-1, 0],
        ]),
      ),
    ).toEqual({
      status: "noDirection",
      resultantLength: 0,
      dispersion: 1,
      rayleighStatistic: 0,
      samples: 2,
    });
    expect(
      fitVonMisesFisher(
        rowsOf([
          [1, 0, 0],
          [0, 1, 0],
          [-0.6, -0.8, 0],
        ]),
        { estimator: "debiased" },
      ),
    ).toMatchObject({
      status: "uniform",
      law: { concentration: 0 },
    });
    const x = rowsOf([
      [1, 0, 0],
      [0.6, 0.8, 0],
    ]);
    expect(fitVonMisesFisher(x, { maxSteps: 1 }).status).toBe("maxSteps");
  });

  test("messages", () => {
    expect(() => fitVonMisesFisher(rowsOf([[1, 0]]))).toThrow(
      "fitVonMisesFisher: `x` must be of shape [n, d] with n ≥ 2, d ≥ 2, got [1, 2].",
    );
    expect(() =>
      fitVonMisesFisher(
        rowsOf([
          [1, 0],
          [3, 0],
        ]),
      ),
    ).toThrow(/^fitVonMisesFisher: `x` must be on sphere\(2\), got row 1 of 2 /);
  });
});

function rowsOf(rows: readonly (readonly number[])[]): RowMatrix {
  return { rows: rows.length, dim: rows[0]!.length, data: Float64Array.from(rows.flat()) };
}
