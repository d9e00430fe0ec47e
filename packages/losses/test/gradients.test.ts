import {
  add,
  type Critic,
  createRandom,
  mul,
  scalar,
  stopGradient,
  sub,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose, gradientCheck } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { infoNCE, infoNCEStatistics } from "../src/info-nce.ts";
import { poolInfoNCE } from "../src/pool-info-nce.ts";
import { symmetricInfoNCE } from "../src/symmetric-info-nce.ts";
import { asTensor, backend, EPSILON, growth, identity, nearby, numberOf, unitRows } from "./helpers.ts";

const critics: Critic[] = [{ kind: "cosine" }, { kind: "rbf", scale: 0.5 }];
const x = asTensor(unitRows(1, 6, 4));
const y = asTensor(nearby(2, unitRows(1, 6, 4), 0.5));
const w = asTensor(unitRows(3, 9, 4));
const random = (label: string) => createRandom(7).split(label);

describe.each(critics)("directional differences ($kind)", (critic) => {
  const temperature = 0.2;
  const losses: Record<string, (...xs: Tensor[]) => Tensor> = {
    infoNCE: (a, b) => infoNCE(a!, b!, { temperature, critic }),
    poolInfoNCE: (a, b, c) => poolInfoNCE(a!, b!, c!, { temperature, critic }),
    symmetricInfoNCE: (a, b) => symmetricInfoNCE(a!, b!, { temperature, critic }),
    decoupled: (a, b) => infoNCEStatistics(a!, b!, { temperature, critic }).decoupledLoss,
    effectiveNegatives: (a, b) => infoNCEStatistics(a!, b!, { temperature, critic }).effectiveNegatives,
  };

  test.each(Object.keys(losses))("%s", async (name) => {
    const check = await gradientCheck(losses[name]!, name === "poolInfoNCE" ? [x, y, w] : [x, y], {
      random: random(name),
    });
    expect(check.relativeError).toBeLessThan(check.tolerance);
  });

  test("the same with a learnable temperature", async () => {
    const f = (...xs: Tensor[]) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature: xs[2]!, critic });
    const check = await gradientCheck(f, [x, y, scalar(backend, temperature)], { random: random("temperature") });
    expect(check.relativeError).toBeLessThan(check.tolerance);
  });

  test("a gradient without 1/τ is refused", async () => {
    const dropped = (...xs: Tensor[]) => {
      const loss = losses.infoNCE!(...xs);
      const wrong = mul(loss, temperature);
      return add(stopGradient(loss), sub(wrong, stopGradient(wrong)));
    };
    const check = await gradientCheck(dropped, [x, y], { random: random("mutant") });
    expect(check.relativeError).toBeGreaterThan(0.5);
  });
});

test("∂L/∂τ = −(1/τ²) mean_i(Σ_j p_ij s_ij − s_ii)", () => {
  const [n, d, tau] = [6, 4, 0.1];
  const [a, b] = [unitRows(1, n, d), nearby(2, unitRows(1, n, d), 0.5)];
  let expected = 0;
  for (let i = 0; i < n; i++) {
    const s = b.map((row) => row.reduce((sum, v, k) => sum + v * a[i]![k]!, 0));
    const weights = s.map((score) => Math.exp(score / tau));
    const total = weights.reduce((sum, v) => sum + v, 0);
    expected -= (s.reduce((sum, score, j) => sum + (weights[j]! / total) * score, 0) - s[i]!) / (n * tau * tau);
  }
  const f = (...xs: Tensor[]) => infoNCE(asTensor(a), asTensor(b), { temperature: xs[0]! });
  const { gradients } = valueAndGrad(f, [scalar(backend, tau)]);
  expect(gradients[0]!.shape).toEqual([]);
  // Terms of size 1/τ² cancel.
  expectClose(numberOf(gradients[0]!), expected, {
    ulps: growth({ n, d, temperature: tau }),
    epsilon: EPSILON,
    scale: 1 / tau ** 2,
  });
});

test.each([0.07, 0.01, 0.005])(
  "near zero loss the gradient keeps its digits: σ(u)/τ² for orthonormal pairs (τ = %d)",
  (tau) => {
    const rows = asTensor(identity(8));
    const f = (...xs: Tensor[]) => infoNCE(xs[0]!, xs[1]!, { temperature: xs[2]! });
    const { gradients } = valueAndGrad(f, [rows, rows, scalar(backend, tau)]);
    const odds = 7 * Math.exp(-1 / tau);
    const tolerance = { ulps: 32 + 4 / tau, epsilon: EPSILON };
    expectClose(numberOf(gradients[2]!), odds / (1 + odds) / tau ** 2, tolerance);
    // To a_1: (Σ_{j≠1} p_1j y_j − (1 − p_11) y_1)/(nτ).
    const share = odds / (1 + odds) / (8 * tau);
    const expected = [-share, ...Array.from({ length: 7 }, () => share / 7)];
    expectAllClose(gradients[0]!.dataSync().subarray(0, 8), expected, tolerance);
  },
);

test.each([0.01, 0.005])("far from the optimum nothing saturates: positive at −1, negative at +1 (τ = %d)", (tau) => {
  const f = (...xs: Tensor[]) => infoNCE(xs[0]!, xs[1]!, { temperature: tau });
  const { value, gradients } = valueAndGrad(f, [asTensor([[1], [-1]]), asTensor([[-1], [1]])]);
  expectClose(numberOf(value), 2 / tau, { ulps: 2, epsilon: EPSILON });
  // (w − v)/(nτ) with w = 1, v = −1, and the converse.
  expectAllClose(gradients[0]!.dataSync(), [1 / tau, -1 / tau], { ulps: 4, epsilon: EPSILON });
});

test("only one argument need be differentiated", () => {
  const tau = scalar(backend, 0.1);
  const all = valueAndGrad((...xs) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature: xs[2]! }), [x, y, tau]);
  const one = [
    valueAndGrad((...xs) => symmetricInfoNCE(xs[0]!, y, { temperature: tau }), [x]),
    valueAndGrad((...xs) => symmetricInfoNCE(x, xs[0]!, { temperature: tau }), [y]),
    valueAndGrad((...xs) => symmetricInfoNCE(x, y, { temperature: xs[0]! }), [tau]),
  ];
  expect(one.map(({ gradients }) => [...gradients[0]!.dataSync()])).toEqual(
    all.gradients.map((g) => [...g.dataSync()]),
  );
});
