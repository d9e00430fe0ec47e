// NT-Xent, DCL and DHEL: limits, laws and bad input.

import { uniformInfoNCELimit, uniformKernelVariation } from "@nce-geometry/manifold";
import { type Critic, isInputError, scalar, type Tensor, valueAndGrad, zeros } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asTensor,
  backend,
  EPSILON,
  equalRows,
  growth,
  identity,
  type Matrix,
  nearby,
  numberOf,
  rotate,
  simplex,
  thrownBy,
  unitRows,
} from "../../test/helpers.ts";
import { infoNCEStatistics } from "../info-nce.ts";
import { dcl } from "./dcl.ts";
import { dhel } from "./dhel.ts";
import { ntXent } from "./nt-xent.ts";

const losses = { ntXent, dcl, dhel };
const names = ["ntXent", "dcl", "dhel"] as const;
const rbf: Critic = { kind: "rbf", scale: 0.5 };

function valueOfLoss(name: (typeof names)[number], x: Matrix, y: Matrix, temperature: number, critic?: Critic): number {
  return numberOf(losses[name](asTensor(x), asTensor(y), critic ? { temperature, critic } : { temperature }));
}

/** The loss where all negatives have one score that is `margin` below that of the positive. */
function atMargin(name: (typeof names)[number], n: number, margin: number, tau: number): number {
  const negatives = name === "dhel" ? n - 1 : 2 * (n - 1);
  const logOdds = Math.log(negatives) - margin / tau;
  return name === "ntXent" ? Math.log1p(Math.exp(logOdds)) : logOdds;
}

describe("limits", () => {
  test.each(names)("%s of equal rows is the logarithm of the number of terms", (name) => {
    const n = 6;
    const rows = equalRows(n, [0.6, 0.8, 0]);
    const expected = { ntXent: Math.log(2 * n - 1), dcl: Math.log(2 * n - 2), dhel: Math.log(n - 1) }[name];
    const tolerance = { ulps: growth({ n: 2 * n, d: 3, temperature: 0.1 }), epsilon: EPSILON };
    expectClose(valueOfLoss(name, rows, rows, 0.1), expected, tolerance);
  });

  test.each(names.flatMap((name) => [1, 0.07, 0.005].map((tau) => ({ name, tau }))))(
    "$name of orthonormal pairs, τ = $tau",
    ({ name, tau }) => {
      // The scores are exact; 1/τ is rounded, which e^(−1/τ) amplifies by 1/τ.
      const tolerance = { ulps: 16 + 2 / tau, epsilon: EPSILON };
      expectClose(valueOfLoss(name, identity(8), identity(8), tau), atMargin(name, 8, 1, tau), tolerance);
    },
  );

  test.each(names)("%s of a simplex", (name) => {
    const [n, tau] = [5, 0.1];
    const tolerance = { ulps: growth({ n: 2 * n, d: n, temperature: tau }), epsilon: EPSILON, scale: 1 };
    expectClose(valueOfLoss(name, simplex(n), simplex(n), tau), atMargin(name, n, n / (n - 1), tau), tolerance);
  });

  // n equally spaced points of the circle sum e^{cos/τ} to n·I₀(1/τ) to machine precision: the uniform law without noise.
  test.each(names.flatMap((name) => [0.5, 0.1].map((tau) => ({ name, tau }))))(
    "$name of the uniform law on the circle, τ = $tau",
    ({ name, tau }) => {
      const n = 96;
      const rows = Array.from({ length: n }, (_, i) => [
        Math.cos((2 * Math.PI * i) / n),
        Math.sin((2 * Math.PI * i) / n),
      ]);
      const all = n * Math.exp(uniformInfoNCELimit(2, { temperature: tau }));
      const expected = { ntXent: Math.log(2 * all - 1), dcl: Math.log(2 * (all - 1)), dhel: Math.log(all - 1) }[name];
      // all > 5, so that taking 1 away costs a quarter of a digit.
      const tolerance = { ulps: 2 * growth({ n: 2 * n, d: 2, temperature: tau }), epsilon: EPSILON, scale: 1 };
      expectClose(valueOfLoss(name, rows, rows, tau), expected, tolerance);
    },
  );

  test.each([
    { d: 16, tau: 0.5, limit: -1.8759 },
    { d: 64, tau: 0.1, limit: -9.2277 },
    { d: 128, tau: 0.07, limit: -13.4933 },
  ])("without the positive in the denominator the uniform law is reached: $limit for d = $d, τ = $tau", (setting) => {
    const { d, tau, limit } = setting;
    const n = 160;
    const rows = unitRows(1, n, d);
    expect(Math.abs(uniformInfoNCELimit(d, { temperature: tau }) - limit)).toBeLessThan(5e-5);
    // A mean over n of the logarithm of means over m: bias −CV²/2m (to be met within half of itself), spread below CV/√(nm)·√2,
    // since a pair serves two anchors.
    const variation = uniformKernelVariation(d, { temperature: tau });
    for (const [name, m] of [
      ["dcl", 2 * (n - 1)],
      ["dhel", n - 1],
    ] as const) {
      const negatives = name === "dcl" ? n - 1 : m;
      const expected = limit - variation / (2 * negatives);
      const spread = 4 * Math.sqrt((2 * variation) / (n * negatives)) + variation / (4 * negatives);
      expect(Math.abs(valueOfLoss(name, rows, rows, tau) - Math.log(m) - expected)).toBeLessThan(spread);
    }
    // The positive is most of the denominator of NT-Xent, so that it stays far above.
    if (tau < 0.5) expect(valueOfLoss("ntXent", rows, rows, tau) - Math.log(2 * n)).toBeGreaterThan(limit + 2);
  });

  test.each(names)("%s: τ → ∞ gives the logarithm of the number of terms, to first order in 1/τ", (name) => {
    const [x, y] = [unitRows(1, 7, 4), unitRows(2, 7, 4)];
    const expected = { ntXent: Math.log(13), dcl: Math.log(12), dhel: Math.log(6) }[name];
    expect(Math.abs(valueOfLoss(name, x, y, 1e6) - expected)).toBeLessThan(4e-6);
    expect(Math.abs(valueOfLoss(name, x, y, 1e3) - expected)).toBeGreaterThan(1e-6);
  });

  test.each(names)("%s: τ → 0 gives the lead of the hardest negative over the positive", (name) => {
    const [n, tau] = [7, 1e-4];
    const views = [unitRows(1, n, 4), unitRows(2, n, 4)];
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, k) => sum + v * b[k]!, 0);
    const leads = [0, 1].flatMap((side) =>
      views[side]!.map((row, i) => {
        const seen = name === "dhel" ? [views[side]!] : views;
        const hardest = Math.max(...seen.flatMap((view) => view.filter((_, j) => j !== i).map((b) => dot(row, b))));
        const lead = hardest - dot(row, views[1 - side]![i]!);
        return name === "ntXent" ? Math.max(0, lead) : lead;
      }),
    );
    const expected = leads.reduce((sum, v) => sum + v, 0) / leads.length;
    // Ties aside, the other terms add at most τ·log(2n).
    expect(Math.abs(tau * valueOfLoss(name, views[0]!, views[1]!, tau) - expected)).toBeLessThan(tau * Math.log(2 * n));
  });

  test("a batch of one: NT-Xent is exactly 0 with gradients 0, the decoupled losses have nothing to say", () => {
    const f = (...xs: Tensor[]) => ntXent(xs[0]!, xs[1]!, { temperature: xs[2]! });
    const { value, gradients } = valueAndGrad(f, [asTensor([[0.3, 0.4]]), asTensor([[-5, 2]]), scalar(backend, 0.07)]);
    expect(numberOf(value)).toBe(0);
    for (const gradient of gradients) expect(gradient.dataSync().every((entry) => entry === 0)).toBe(true);
    for (const name of ["dcl", "dhel"] as const) {
      expect(thrownBy(() => valueOfLoss(name, [[1, 0]], [[1, 0]], 0.1))).toMatchObject({
        message: `${name}: \`x\` must be of shape [n, d] with n ≥ 2, got [1, 2]. A single row has no others to be told from.`,
      });
    }
  });

  test.each(names)("%s: k copies of a well separated item count k times", (name) => {
    const rows = [...equalRows(3, [1, 0, 0]), [0, 1, 0], [0, 0, 1]];
    const tau = 0.02;
    // Anchors of the copies see e^0 from each of the other two in every view counted; the others of all five see e^(−50).
    const views = name === "dhel" ? 1 : 2;
    const far = Math.log(views * 4) - 1 / tau;
    const copies = name === "ntXent" ? Math.log(1 + 2 * views) : Math.log(2 * views);
    const alone = name === "ntXent" ? Math.log1p(Math.exp(far)) : far;
    expectClose(valueOfLoss(name, rows, rows, tau), (3 * copies + 2 * alone) / 5, {
      ulps: 64,
      epsilon: EPSILON,
      scale: 50,
    });
  });

  test.each(names)("%s does not saturate: a positive at −1, a negative at +1", (name) => {
    const tau = 0.005;
    const f = (...xs: Tensor[]) => losses[name](xs[0]!, xs[1]!, { temperature: tau });
    // Both x at 1, both y at −1: the partner is opposite, and the other row of the own view leads it by 2/τ = 400 nats.
    const { value, gradients } = valueAndGrad(f, [asTensor([[1], [1]]), asTensor([[-1], [-1]])]);
    expectClose(numberOf(value), 2 / tau, { ulps: 4, epsilon: EPSILON });
    // (1/2nτ)(x_1 − y_0) as an anchor, x_1 as a candidate of x_1, −y_0 as the positive of y_0.
    expectAllClose(gradients[0]!.dataSync(), [1 / tau, 1 / tau], { ulps: 8, epsilon: EPSILON });
    expectAllClose(gradients[1]!.dataSync(), [-1 / tau, -1 / tau], { ulps: 8, epsilon: EPSILON });
  });
});

test("DCL is negative where positives outweigh all negatives, and still pulls", () => {
  const f = (...xs: Tensor[]) => dcl(xs[0]!, xs[1]!, { temperature: 0.05 });
  const { value, gradients } = valueAndGrad(f, [asTensor(identity(4)), asTensor(identity(4))]);
  expectClose(numberOf(value), Math.log(6) - 20, { ulps: 16, epsilon: EPSILON });
  // −y_0 with weight 1/(nτ), half of it from either anchor. Towards e_1: the anchor x_0 gives a sixth of 1/(2nτ) to each of x_1 and
  // y_1, and is given as much by each of them.
  const [toPositive, toOther] = gradients[0]!.dataSync();
  expectClose(toPositive!, -1 / (4 * 0.05), { ulps: 16, epsilon: EPSILON });
  expectClose(toOther!, 4 / 6 / (8 * 0.05), { ulps: 16, epsilon: EPSILON });
});

describe("definition", () => {
  test.each(
    names.flatMap((name) => [
      { name, critic: undefined },
      { name, critic: rbf },
    ]),
  )("$name, $critic.kind", ({ name, critic }) => {
    const [n, d, tau] = [5, 3, 0.4];
    const views = [unitRows(3, n, d), unitRows(4, n, d)] as const;
    const score = (a: readonly number[], b: readonly number[]) =>
      critic ? a.reduce((sum, v, k) => sum - 0.5 * (v - b[k]!) ** 2, 0) : a.reduce((sum, v, k) => sum + v * b[k]!, 0);
    let expected = 0;
    for (const side of [0, 1] as const) {
      for (let i = 0; i < n; i++) {
        const anchor = views[side][i]!;
        const positive = score(anchor, views[1 - side]![i]!);
        let partition = name === "ntXent" ? Math.exp(positive / tau) : 0;
        for (let j = 0; j < n; j++) {
          if (j === i) continue;
          partition += Math.exp(score(anchor, views[side][j]!) / tau);
          if (name !== "dhel") partition += Math.exp(score(anchor, views[1 - side]![j]!) / tau);
        }
        expected += (Math.log(partition) - positive / tau) / (2 * n);
      }
    }
    const tolerance = { ulps: growth({ n: 2 * n, d, temperature: tau }), epsilon: EPSILON, scale: 10 };
    expectClose(valueOfLoss(name, views[0], views[1], tau, critic), expected, tolerance);
  });

  test("negatives of the other view alone are the decoupled InfoNCE, both ways", () => {
    const [x, y] = [asTensor(unitRows(3, 5, 3)), asTensor(unitRows(4, 5, 3))];
    const options = { temperature: 0.4 };
    const cross = [infoNCEStatistics(x, y, options), infoNCEStatistics(y, x, options)].map((s) =>
      s.perSample.decoupledLoss.dataSync(),
    );
    const own = [x, y].map((view) => infoNCEStatistics(view, view, options).perSample.decoupledLoss.dataSync());
    // u of the union is the log-sum-exp of the parts; own parts are relative to ⟨x_i, x_i⟩ = 1 instead of s_ii.
    const positives = [0, 1, 2, 3, 4].map((i) => {
      const [a, b] = [x, y].map((view) => view.dataSync().slice(3 * i, 3 * i + 3));
      return [0, 1, 2].reduce((sum, k) => sum + a![k]! * b![k]!, 0);
    });
    let expected = 0;
    for (const side of [0, 1]) {
      positives.forEach((s, i) => {
        const shifted = own[side]![i]! + (1 - s) / 0.4;
        expected += Math.log(Math.exp(cross[side]![i]!) + Math.exp(shifted)) / 10;
      });
    }
    expectClose(numberOf(dcl(x, y, options)), expected, { ulps: 256, epsilon: EPSILON, scale: 5 });
  });
});

describe.each(names)("laws of %s", (name) => {
  const [n, d, tau] = [9, 5, 0.1];
  const x = unitRows(5, n, d);
  const y = nearby(6, x, 0.5);
  const tolerance = { ulps: 4 * growth({ n: 2 * n, d, temperature: tau }), epsilon: EPSILON, scale: 1 };
  const value = valueOfLoss(name, x, y, tau);

  test("swapping the views or permuting the items changes nothing; breaking the pairs does", () => {
    expectClose(valueOfLoss(name, y, x, tau), value, tolerance);
    const order = [3, 1, 0, 2, 8, 7, 5, 4, 6];
    const permuted = (rows: Matrix) => order.map((i) => rows[i]!);
    expectClose(valueOfLoss(name, permuted(x), permuted(y), tau), value, tolerance);
    expect(Math.abs(valueOfLoss(name, permuted(x), y, tau) - value)).toBeGreaterThan(0.1);
  });

  test.each([undefined, rbf])("rotating both views changes nothing, rotating one does (%o)", (critic) => {
    const before = valueOfLoss(name, x, y, tau, critic);
    expectClose(valueOfLoss(name, rotate(x, 1.1), rotate(y, 1.1), tau, critic), before, tolerance);
    expect(Math.abs(valueOfLoss(name, rotate(x, 1.1), y, tau, critic) - before)).toBeGreaterThan(0.1);
  });

  test("on unit rows `rbf` is `cosine` at temperature τ/(2·scale)", () => {
    expectClose(valueOfLoss(name, x, y, 6 * tau, { kind: "rbf", scale: 3 }), value, tolerance);
  });

  test("NaN gives NaN", () => {
    const spoilt = x.map((row, i) => (i === 2 ? [Number.NaN, ...row.slice(1)] : row));
    expect(valueOfLoss(name, spoilt, y, tau)).toBeNaN();
  });

  test("nothing leaks", () => {
    const [a, b] = [asTensor(x), asTensor(y)];
    const before = backend.liveTensors();
    losses[name](a, b, { temperature: tau }).dispose();
    expect(backend.liveTensors()).toBe(before);
  });
});

describe("bad input", () => {
  const x = asTensor(unitRows(1, 4, 3));
  test.each([
    [
      () => ntXent(x, x, { temperature: 0 }),
      "ntXent: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1.",
    ],
    [
      () => dcl(x, x, { temperature: zeros(backend, [1]) }),
      "dcl: `temperature` must be a finite number > 0 or a scalar tensor, got a tensor of shape [1].",
    ],
    [
      () => dhel(x, asTensor(unitRows(1, 5, 3)), { temperature: 1 }),
      "dhel: `y` must be of the shape [4, 3] of `x`, got [5, 3]. Row i of one is the partner of row i of the other.",
    ],
    [
      () => ntXent(zeros(backend, [3]), x, { temperature: 1 }),
      "ntXent: `x` must be of shape [n, d] with n ≥ 1, got [3].",
    ],
  ])("message %#", (call, message) => {
    const error = thrownBy(call);
    expect(isInputError(error)).toBe(true);
    expect((error as Error).message).toBe(message);
  });
});
