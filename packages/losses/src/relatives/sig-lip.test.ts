import { zonalMean } from "@nce-geometry/manifold";
import { type Critic, scalar, softplusOf, type Tensor, valueAndGrad, zeros } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asTensor,
  backend,
  EPSILON,
  equalRows,
  identity,
  type Matrix,
  nearby,
  numberOf,
  rotate,
  simplex,
  thrownBy,
  unitRows,
} from "../../test/helpers.ts";
import { sigLIP } from "./sig-lip.ts";

const value = (x: Matrix, y: Matrix, t: number, b: number, critic?: Critic) => {
  const options = { logitScale: t, logitBias: b };
  return numberOf(sigLIP(asTensor(x), asTensor(y), critic ? { ...options, critic } : options));
};

/** Logits carry t(d + 2)ε + 2ε|b|, the sum over n² terms n². */
const ulpsOf = (n: number, d: number, t: number, b: number) => t * (d + 2) + 2 * Math.abs(b) + n * n + 16;

describe("limits", () => {
  // Test values of arXiv:2303.15343's initial t = 10, b = −10 with n = 256.
  test("all scores s: softplus(−ts − b) + (n−1) softplus(ts + b): 10.01162 at s = 0, 177.4457 at s = 1", () => {
    const n = 256;
    const orthogonal = value(equalRows(n, [1, 0]), equalRows(n, [0, 1]), 10, -10);
    const tolerance = { ulps: ulpsOf(n, 2, 10, 10), epsilon: EPSILON };
    expectClose(orthogonal, softplusOf(10) + 255 * softplusOf(-10), tolerance);
    expect(Math.abs(orthogonal - 10.01162)).toBeLessThan(5e-6);
    const collapsed = value(equalRows(n, [1, 0]), equalRows(n, [1, 0]), 10, -10);
    expectClose(collapsed, 256 * Math.LN2, tolerance);
    expect(Math.abs(collapsed - 177.4457)).toBeLessThan(5e-5);
  });

  test.each([10, 200])("orthonormal pairs, near zero with relative accuracy (t = %d)", (t) => {
    const expected = softplusOf(-t / 2) + 7 * softplusOf(-t / 2);
    expectClose(value(identity(8), identity(8), t, -t / 2), expected, {
      ulps: ulpsOf(8, 8, t, t / 2),
      epsilon: EPSILON,
    });
  });

  test("a simplex", () => {
    const [n, t, b] = [5, 7, -2];
    const expected = softplusOf(-t - b) + (n - 1) * softplusOf(b - t / (n - 1));
    expectClose(value(simplex(n), simplex(n), t, b), expected, { ulps: ulpsOf(n, n, t, b), epsilon: EPSILON });
  });

  test("t → 0: softplus(−b) + (n−1) softplus(b), to first order", () => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 6, 3)];
    const expected = softplusOf(2) + 5 * softplusOf(-2);
    expect(Math.abs(value(x, y, 1e-6, -2) - expected)).toBeLessThan(6e-6);
    expect(Math.abs(value(x, y, 1e-3, -2) - expected)).toBeGreaterThan(1e-5);
  });

  test("t → ∞ with b = −t/2: 1/t of it is the hinge of the scores at ½", () => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 6, 3)];
    let hinge = 0;
    for (const [i, a] of x.entries()) {
      for (const [j, c] of y.entries()) {
        const lead = a.reduce((sum, v, k) => sum + v * c[k]!, 0) - 0.5;
        hinge += Math.max(0, i === j ? -lead : lead) / 6;
      }
    }
    const t = 1e5;
    // softplus exceeds the hinge by at most log 2.
    expect(Math.abs(value(x, y, t, -t / 2) / t - hinge)).toBeLessThan((6 * Math.LN2) / t);
  });

  test("a batch of one is a single yes", () => {
    expectClose(value([[0.6, 0.8]], [[1, 0]], 10, -10), softplusOf(4), { ulps: 64, epsilon: EPSILON });
  });

  test("the uniform law: n equally spaced points sum to the integral on the circle", () => {
    const [n, t, b] = [64, 6, -3];
    const rows = Array.from({ length: n }, (_, i) => [
      Math.cos((2 * Math.PI * i) / n),
      Math.sin((2 * Math.PI * i) / n),
    ]);
    const { value: mean } = zonalMean((_, cosine) => softplusOf(t * cosine + b), { dimension: 2, tolerance: 1e-14 });
    const expected = n * mean - softplusOf(t + b) + softplusOf(-t - b);
    expectClose(value(rows, rows, t, b), expected, { ulps: n * ulpsOf(n, 2, t, b), epsilon: EPSILON });
  });
});

test("definition, both critics", () => {
  const [n, d, t, b] = [5, 3, 4, -1.5];
  const [x, y] = [unitRows(3, n, d), unitRows(4, n, d)];
  for (const critic of [{ kind: "cosine" }, { kind: "rbf", scale: 0.5 }] as const) {
    let expected = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const s = x[i]!.reduce((sum, v, k) => {
          return sum + (critic.kind === "rbf" ? -0.5 * (v - y[j]![k]!) ** 2 : v * y[j]![k]!);
        }, 0);
        const sign = i === j ? 1 : -1;
        expected += Math.log(1 + Math.exp(-sign * (t * s + b))) / n;
      }
    }
    expectClose(value(x, y, t, b, critic), expected, { ulps: ulpsOf(n, d, t, b), epsilon: EPSILON, scale: 1 });
  }
});

test("far from the optimum nothing saturates: positives at −1, negatives at +1", () => {
  const t = 200;
  const f = (...xs: Tensor[]) => sigLIP(xs[0]!, xs[1]!, { logitScale: xs[2]!, logitBias: xs[3]! });
  const inputs = [asTensor([[1], [-1]]), asTensor([[-1], [1]]), scalar(backend, t), scalar(backend, 0)];
  const { value: loss, gradients } = valueAndGrad(f, inputs);
  // Every pair costs t; with n = 2, two pairs per row.
  expectClose(numberOf(loss), 2 * t, { ulps: 4, epsilon: EPSILON });
  // (t/n)(−y_0 + y_1) = t.
  expectAllClose(gradients[0]!.dataSync(), [t, -t], { ulps: 4, epsilon: EPSILON });
  expectClose(numberOf(gradients[2]!), 2, { ulps: 4, epsilon: EPSILON });
  expectClose(numberOf(gradients[3]!), 0, { ulps: 4, epsilon: EPSILON, scale: 1 });
});

test("closed form of ∂L/∂b and ∂L/∂t where all scores are s", () => {
  const [n, t, b] = [6, 3, -2];
  const rows = asTensor(equalRows(n, [1, 0]));
  const f = (...xs: Tensor[]) => sigLIP(rows, rows, { logitScale: xs[0]!, logitBias: xs[1]! });
  const { gradients } = valueAndGrad(f, [scalar(backend, t), scalar(backend, b)]);
  const sigmoid = 1 / (1 + Math.exp(-(t + b)));
  const expected = (n - 1) * sigmoid - (1 - sigmoid);
  for (const gradient of gradients) expectClose(numberOf(gradient), expected, { ulps: 64, epsilon: EPSILON });
});

describe("laws", () => {
  const [n, d, t, b] = [8, 5, 10, -5];
  const x = unitRows(5, n, d);
  const y = nearby(6, x, 0.5);
  const tolerance = { ulps: ulpsOf(n, d, t, b), epsilon: EPSILON, scale: 1 };
  const before = value(x, y, t, b);

  test("swap, permutation and joint rotation change nothing; a single rotation does", () => {
    expectClose(value(y, x, t, b), before, tolerance);
    expectClose(value([...x].reverse(), [...y].reverse(), t, b), before, tolerance);
    expectClose(value(rotate(x, 1.1), rotate(y, 1.1), t, b), before, { ...tolerance, ulps: 4 * tolerance.ulps });
    expect(Math.abs(value(rotate(x, 1.1), y, t, b) - before)).toBeGreaterThan(0.1);
    expect(Math.abs(value([...x].reverse(), y, t, b) - before)).toBeGreaterThan(0.1);
  });

  test("on unit rows `rbf` of scale c is `cosine` with t → 2ct, b → b − 2ct", () => {
    expectClose(value(x, y, t / 4, b + t, { kind: "rbf", scale: 2 }), value(x, y, t, b), {
      ...tolerance,
      ulps: 4 * tolerance.ulps,
    });
  });

  test("duplicates count as negatives of one another", () => {
    const doubled = value([...x, ...x], [...y, ...y], t, b);
    // Twice the negatives, and each pair once as a negative: (1/2n)·(4·negatives + 2·positives + 2·(pairs taken as negatives)).
    const terms = x.map((a, i) => a.reduce((sum, v, k) => sum + v * y[i]![k]!, 0) * t + b);
    const positives = terms.reduce((sum, u) => sum + softplusOf(-u), 0) / n;
    const asNegatives = terms.reduce((sum, u) => sum + softplusOf(u), 0) / n;
    expectClose(doubled, 2 * (before - positives) + positives + asNegatives, { ...tolerance, scale: 4 * before });
  });

  test("NaN gives NaN", () => {
    expect(
      value(
        [
          [Number.NaN, 1],
          [1, 0],
        ],
        [
          [1, 0],
          [0, 1],
        ],
        t,
        b,
      ),
    ).toBeNaN();
  });
});

test.each([
  [{ logitScale: 0, logitBias: 0 }, "sigLIP: `logitScale` must be a finite number > 0, got 0."],
  [{ logitScale: 1, logitBias: Number.NaN }, "sigLIP: `logitBias` must be a finite number, got NaN."],
  [
    { logitScale: zeros(backend, [1]), logitBias: 0 },
    "sigLIP: `logitScale` must be a finite number > 0 or a scalar tensor, got a tensor of shape [1].",
  ],
  [
    { logitScale: 1, logitBias: zeros(backend, [2, 2]) },
    "sigLIP: `logitBias` must be a finite number or a scalar tensor, got a tensor of shape [2, 2].",
  ],
  [
    { logitScale: 1, logitBias: 0, critic: { kind: "rbf" as const, scale: 0 } },
    "sigLIP: `critic.scale` must be a finite number > 0, got 0.",
  ],
])("message %#", (options, message) => {
  const x = asTensor(unitRows(1, 4, 3));
  expect(thrownBy(() => sigLIP(x, x, options))).toMatchObject({ name: "InputError", message });
});
