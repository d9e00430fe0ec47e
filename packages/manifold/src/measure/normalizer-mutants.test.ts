import { expect, test } from "vitest";
import { logIntegrateZonal } from "../quadrature/zonal-quadrature.ts";
import { logBesselI } from "../special/log-bessel-i.ts";
import { logSphereArea } from "./sphere-volume.ts";
import { logVonMisesFisherNormalizer } from "./von-mises-fisher.ts";

type LogNormalizer = (dimension: number, kappa: number) => number;

/** What a log normaliser must satisfy; the names of the laws it breaks. */
function brokenLaws(logC: LogNormalizer): string[] {
  const laws: Record<string, () => number> = {
    "the density integrates to 1": () => {
      return worst([2, 3, 8, 64, 512], (d) =>
        worst([0.5, 5, 50, 2000], (kappa) => {
          const { value } = logIntegrateZonal((_, cosine) => kappa * cosine, { dimension: d });
          return (logC(d, kappa) + value) / Math.max(1, kappa);
        }),
      );
    },
    "κ → 0 is uniform": () => worst([2, 3, 8, 64, 512], (d) => logC(d, 1e-8) + logSphereArea(d)),
    "d = 3 is κ/(4π sinh κ)": () => {
      return worst([0.5, 5, 50], (kappa) => logC(3, kappa) - Math.log(kappa / (4 * Math.PI * Math.sinh(kappa))));
    },
  };
  // Quadrature and closed forms are exact to 1e-12; log areas reach 900.
  return Object.keys(laws).filter((name) => !(laws[name]!() < 1e-10));
}

const TWO_PI = 2 * Math.PI;
const formula = (d: number, kappa: number, order: number, exponent: number): number => {
  return exponent * Math.log(kappa) - (d / 2) * Math.log(TWO_PI) - logBesselI(order, kappa);
};

test("the normaliser, and its textbook formula, satisfy the laws", () => {
  expect(brokenLaws(logVonMisesFisherNormalizer)).toEqual([]);
  expect(brokenLaws((d, kappa) => formula(d, kappa, d / 2 - 1, d / 2 - 1))).toEqual([]);
});

test.each<[string, LogNormalizer]>([
  ["exponent d/2 for d/2 − 1", (d, kappa) => formula(d, kappa, d / 2 - 1, d / 2)],
  ["order d/2 for d/2 − 1", (d, kappa) => formula(d, kappa, d / 2, d / 2 - 1)],
  ["π for 2π", (d, kappa) => formula(d, kappa, d / 2 - 1, d / 2 - 1) + (d / 2) * Math.LN2],
])("%s breaks all of them", (_, mutant) => {
  expect(brokenLaws(mutant)).toHaveLength(3);
});

test.each<[string, LogNormalizer]>([
  ["a clamped concentration", (d, kappa) => logVonMisesFisherNormalizer(d, Math.min(kappa, 700))],
  [
    "a clamped Bessel function",
    (d, kappa) => {
      const bessel = Math.log(Math.max(Math.exp(logBesselI(d / 2 - 1, kappa)), 1e-30));
      return (d / 2 - 1) * Math.log(kappa) - (d / 2) * Math.log(TWO_PI) - bessel;
    },
  ],
])("%s breaks some", (_, mutant) => {
  expect(brokenLaws(mutant)).toContain("the density integrates to 1");
});

/** NaN when any of them is. */
function worst<T>(cases: readonly T[], deviation: (value: T) => number): number {
  return Math.max(...cases.map((value) => Math.abs(deviation(value))));
}
