// What holds for every gap regulariser, in both forms: symmetries, agreement, gradients.

import {
  add,
  createRandom,
  mul,
  type RowMatrix,
  type RowSource,
  stopGradient,
  sub,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose, gradientCheck } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { randomDirections, squaredSlicedWasserstein } from "../../src/index.ts";
import { asRows, asTensor, EPSILON, type Matrix, nearby, numberOf, rotate, unitRows } from "../helpers.ts";
import { directions, growthOf, regularizers } from "./regularizers.ts";

const [n, m, d] = [12, 9, 4];
const x = unitRows(1, n, d);
const y = nearby(2, unitRows(3, m, d), 0.4).map((row) => row.map((value, k) => (k === 0 ? Math.abs(value) : value)));
const sizes = { n, m, d };

describe.each(regularizers)("$name", ({ tensors, rows, gradient, scale }) => {
  const tolerance = { ulps: growthOf(sizes), epsilon: EPSILON, scale };
  const evaluate = (a: Matrix, b: Matrix) => numberOf(tensors(asTensor(a), asTensor(b)));

  test("is the same on tensors and on rows, with the same gradients", async () => {
    const { value, gradients } = valueAndGrad((...xs) => tensors(xs[0]!, xs[1]!), [asTensor(x), asTensor(y)]);
    expectClose((await rows(asRows(x), asRows(y))).value, numberOf(value), tolerance);
    const actual = await gradient(asRows(x), asRows(y));
    expectClose(actual.value, numberOf(value), tolerance);
    expect(actual.samples).toEqual({ x: n, y: m });
    // An entry sums terms of size up to scale²/n: those of the values times the slope of their exponents.
    expectAllClose(actual.gradients.x, gradients[0]!.dataSync(), { ...tolerance, scale: scale ** 2 / n });
    expectAllClose(actual.gradients.y, gradients[1]!.dataSync(), { ...tolerance, scale: scale ** 2 / m });
  });

  test("swap of the clouds: same value, swapped gradients", async () => {
    expectClose(evaluate(y, x), evaluate(x, y), tolerance);
    const [direct, swapped] = [await gradient(asRows(x), asRows(y)), await gradient(asRows(y), asRows(x))];
    expectClose((await rows(asRows(y), asRows(x))).value, direct.value, tolerance);
    expectAllClose(swapped.gradients.y, direct.gradients.x, { ...tolerance, scale: scale ** 2 / n });
    expectAllClose(swapped.gradients.x, direct.gradients.y, { ...tolerance, scale: scale ** 2 / m });
  });

  test("the order of the rows does not matter, of either cloud", async () => {
    expectClose(evaluate([...x].reverse(), y), evaluate(x, y), tolerance);
    expectClose(evaluate(x, [...y].reverse()), evaluate(x, y), tolerance);
    const reversed = await rows(asRows([...x].reverse()), asRows(y));
    expectClose(reversed.value, evaluate(x, y), tolerance);
  });

  test("rows read on demand give what rows in memory give, and an aborted signal stops either function", async () => {
    const source = ({ rows: count, dim, data }: RowMatrix): RowSource => ({
      rows: count,
      dim,
      dtype: "float64",
      read: async (start, length) => data.slice(start * dim, (start + length) * dim),
    });
    const [a, b] = [asRows(x), asRows(y)];
    expect(await rows(source(a), source(b))).toEqual(await rows(a, b));
    expect(await gradient(source(a), source(b))).toEqual(await gradient(a, b));
    const signal = { aborted: true, reason: new Error("enough") };
    await expect(rows(a, b, { signal })).rejects.toThrow("enough");
    await expect(gradient(a, b, { signal })).rejects.toThrow("enough");
  });

  test("progress never falls and ends at the whole", async () => {
    for (const run of [rows, gradient]) {
      const seen: number[] = [];
      await run(asRows(x), asRows(y), { onProgress: ({ done, total }) => seen.push(done / total) });
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen.at(-1) ?? 1).toBe(1);
    }
  });
});

// A median bandwidth is held fixed by differentiation, which difference quotients do not do; see the tests of squaredMMD.
describe.each(regularizers.filter(({ name }) => !name.includes("median")))("$name", ({ tensors }) => {
  test("the gradient is that of difference quotients, and without a factor it is not", async () => {
    const inputs = [asTensor(x), asTensor(y)];
    const options = { random: createRandom(5), ulps: growthOf(sizes) };
    const check = await gradientCheck((a, b) => tensors(a!, b!), inputs, options);
    expect(check.relativeError).toBeLessThan(check.tolerance);
    const dropped = (...xs: Tensor[]) => {
      const value = tensors(xs[0]!, xs[1]!);
      return add(stopGradient(value), sub(mul(value, 0.5), stopGradient(mul(value, 0.5))));
    };
    expect((await gradientCheck(dropped, inputs, options)).relativeError).toBeCloseTo(0.5, 4);
  });
});

describe.each(regularizers.filter(({ name }) => !name.includes("Sliced")))("$name", ({ tensors, scale }) => {
  test("a joint rotation changes nothing", () => {
    const value = numberOf(tensors(asTensor(x), asTensor(y)));
    const turned = numberOf(tensors(asTensor(rotate(x, 0.7)), asTensor(rotate(y, 0.7))));
    expectClose(turned, value, { ulps: 4 * growthOf(sizes), epsilon: EPSILON, scale });
  });
});

test("squaredSlicedWasserstein: a joint rotation of clouds and directions changes nothing", () => {
  const turn = ({ rows, dim, data }: RowMatrix): RowMatrix => {
    const matrix = Array.from({ length: rows }, (_, l) => [...data.subarray(l * dim, (l + 1) * dim)]);
    return asRows(rotate(matrix, 0.7));
  };
  const value = numberOf(squaredSlicedWasserstein(asTensor(x), asTensor(y), { directions }));
  const turned = numberOf(
    squaredSlicedWasserstein(asTensor(rotate(x, 0.7)), asTensor(rotate(y, 0.7)), { directions: turn(directions) }),
  );
  expectClose(turned, value, { ulps: 4 * growthOf(sizes), epsilon: EPSILON, scale: 4 });
  const others = randomDirections(createRandom(4), { count: 7, dimension: d });
  const other = numberOf(squaredSlicedWasserstein(asTensor(x), asTensor(y), { directions: others }));
  expect(Math.abs(other - value)).toBeGreaterThan(1e-3);
});

describe.each(regularizers)("$name", ({ name, tensors, rows, gradient }) => {
  test("NaN in a row gives NaN", async () => {
    const broken = x.map((row, i) => (i === 3 ? [Number.NaN, ...row.slice(1)] : row));
    expect(numberOf(tensors(asTensor(broken), asTensor(y)))).toBeNaN();
    expect(numberOf(tensors(asTensor(y), asTensor(broken)))).toBeNaN();
    // A median cannot be taken of NaN, and rows say so.
    if (name.includes("median")) await expect(rows(asRows(broken), asRows(y))).rejects.toThrow("finite");
    else expect((await rows(asRows(broken), asRows(y))).value).toBeNaN();
  });

  test("duplicates: a cloud with every row twice, and rows shared by both clouds, have finite gradients", async () => {
    const [twice, shared] = [
      [...x, ...x],
      [...x.slice(0, 5), ...y],
    ];
    const { value, gradients } = valueAndGrad((...xs) => tensors(xs[0]!, xs[1]!), [asTensor(twice), asTensor(shared)]);
    const actual = await gradient(asRows(twice), asRows(shared));
    for (const [side, g] of [actual.gradients.x, actual.gradients.y].entries()) {
      expect(g.every(Number.isFinite)).toBe(true);
      expect(gradients[side]!.dataSync().every(Number.isFinite)).toBe(true);
    }
    expect(Number.isFinite(numberOf(value))).toBe(true);
  });
});
