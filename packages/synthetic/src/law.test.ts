import { expect, test } from "vitest";
import { type Law, logDensity } from "./law.ts";

const rows = (dim: number) => ({ rows: 1, dim, data: new Float64Array(dim).with(0, 1) });

test("a law refuses rows of another dimension, and rows off the sphere", () => {
  expect(() => logDensity({ kind: "uniformSphere", dim: 3 }, rows(2))).toThrow(
    'logDensity: `points` must be rows of dimension 3 for the law "uniformSphere", got dimension 2.',
  );
  const law: Law = {
    kind: "vonMisesFisherMixture",
    dim: 2,
    components: [{ weight: 1, mean: [1, 0], concentration: 2 }],
  };
  expect(() => logDensity(law, { rows: 1, dim: 2, data: Float64Array.of(2, 0) })).toThrow("row 0");
});

test("an unknown law is refused by name", () => {
  expect(() => logDensity({ kind: "cauchy" } as unknown as Law, rows(2))).toThrow(
    'logDensity: `law.kind` must be "uniformSphere", "vonMisesFisherMixture", "gaussianMixture", "twoWellGibbs" or "circle", got "cauchy".',
  );
});
