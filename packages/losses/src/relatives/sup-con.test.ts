import { uniformInfoNCELimit } from "@nce-geometry/manifold";
import { type Critic, scalar, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
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
import { ntXent } from "./nt-xent.ts";
import { type SupConOptions, supCon } from "./sup-con.ts";

const value = (x: Matrix, labels: ArrayLike<number>, temperature: number, more: Partial<SupConOptions> = {}) =>
  numberOf(supCon(asTensor(x), { labels, temperature, ...more }));
const repeated = (rows: Matrix, m: number) => rows.flatMap((row) => Array.from({ length: m }, () => row));
const classesOfSize = (count: number, m: number) => Array.from({ length: count * m }, (_, i) => Math.floor(i / m));

describe("limits", () => {
  test.each([[[0, 0, 0, 1, 1, 1]], [[0, 0, 0, 0, 0, 0]]])(
    "equal rows give log(n−1), whatever the classes (%o)",
    (labels) => {
      const tolerance = { ulps: growth({ n: 6, d: 2, temperature: 0.1 }), epsilon: EPSILON };
      expectClose(value(equalRows(6, [0.6, 0.8]), labels, 0.1), Math.log(5), tolerance);
    },
  );

  test.each([2, 3].flatMap((m) => [1, 0.07, 0.005].map((tau) => ({ m, tau }))))(
    "orthonormal classes of $m: log(m − 1 + (n−m)e^(−1/τ)), τ = $tau",
    ({ m, tau }) => {
      const classes = 4;
      const rest = (classes - 1) * m * Math.exp(-1 / tau);
      const expected = m === 2 ? Math.log1p(rest) : Math.log(m - 1 + rest);
      // The scores are exact; 1/τ is rounded, which e^(−1/τ) amplifies by 1/τ: relative accuracy also near zero loss.
      const tolerance = { ulps: 32 + 2 / tau, epsilon: EPSILON };
      expectClose(value(repeated(identity(classes), m), classesOfSize(classes, m), tau), expected, tolerance);
    },
  );

  test("a simplex of classes", () => {
    const [classes, m, tau] = [5, 3, 0.2];
    const margin = classes / (classes - 1);
    const expected = Math.log(m - 1 + (classes - 1) * m * Math.exp(-margin / tau));
    const tolerance = { ulps: growth({ n: classes * m, d: classes, temperature: tau }), epsilon: EPSILON };
    expectClose(value(repeated(simplex(classes), m), classesOfSize(classes, m), tau), expected, tolerance);
  });

  test("two copies of the uniform law on the circle", () => {
    const [n, tau] = [96, 0.1];
    const circle = Array.from({ length: n }, (_, i) => [
      Math.cos((2 * Math.PI * i) / n),
      Math.sin((2 * Math.PI * i) / n),
    ]);
    const all = n * Math.exp(uniformInfoNCELimit(2, { temperature: tau }));
    const tolerance = { ulps: 2 * growth({ n: 2 * n, d: 2, temperature: tau }), epsilon: EPSILON, scale: 1 };
    expectClose(value(repeated(circle, 2), classesOfSize(n, 2), tau), Math.log(2 * all - 1), tolerance);
  });

  test("τ → ∞ gives log(n−1), τ → 0 the lead of the hardest row over the mean positive", () => {
    const rows = unitRows(1, 6, 3);
    const labels = [0, 0, 0, 1, 1, 1];
    expect(Math.abs(value(rows, labels, 1e6) - Math.log(5))).toBeLessThan(4e-6);
    expect(Math.abs(value(rows, labels, 1e3) - Math.log(5))).toBeGreaterThan(1e-6);
    const score = (i: number, j: number) => rows[i]!.reduce((sum, v, k) => sum + v * rows[j]![k]!, 0);
    const expected = rows.reduce((sum, _, i) => {
      const others = [0, 1, 2, 3, 4, 5].filter((j) => j !== i);
      const positives = others.filter((j) => labels[j] === labels[i]).map((j) => score(i, j));
      const mean = positives.reduce((total, s) => total + s, 0) / positives.length;
      return sum + (Math.max(...others.map((j) => score(i, j))) - mean) / 6;
    }, 0);
    const tau = 1e-4;
    expect(Math.abs(tau * value(rows, labels, tau) - expected)).toBeLessThan(tau * Math.log(6));
  });

  test("far from the optimum nothing saturates: positives at −1, negatives at +1", () => {
    const tau = 0.005;
    const f = (...xs: Tensor[]) => supCon(xs[0]!, { labels: [0, 1, 0, 1], temperature: tau });
    const { value: loss, gradients } = valueAndGrad(f, [asTensor([[1], [1], [-1], [-1]])]);
    expectClose(numberOf(loss), 2 / tau, { ulps: 4, epsilon: EPSILON });
    // (1/nτ)(x_1 − x_2) as an anchor; x_1 as a negative of x_1, −x_2 as the positive of x_2.
    const pull = 1 / tau;
    expectAllClose(gradients[0]!.dataSync(), [pull, pull, -pull, -pull], { ulps: 8, epsilon: EPSILON });
  });
});

describe("definition", () => {
  test.each<Critic>([{ kind: "cosine" }, { kind: "rbf", scale: 0.5 }])(
    "mean of −log p over positives, $kind",
    (critic) => {
      const [n, d, tau] = [7, 3, 0.4];
      const rows = unitRows(3, n, d);
      const labels = [5, -2, 5, -2, 5, 8, 8];
      let expected = 0;
      for (let i = 0; i < n; i++) {
        const weights = rows.map((row) =>
          Math.exp(
            row.reduce((sum, v, k) => {
              return sum + (critic.kind === "rbf" ? -0.5 * (v - rows[i]![k]!) ** 2 : v * rows[i]![k]!);
            }, 0) / tau,
          ),
        );
        const total = weights.reduce((sum, w, j) => (j === i ? sum : sum + w), 0);
        const positives = labels.flatMap((label, j) => (j !== i && label === labels[i] ? [j] : []));
        for (const p of positives) expected -= Math.log(weights[p]! / total) / (positives.length * n);
      }
      const tolerance = { ulps: growth({ n, d, temperature: tau }), epsilon: EPSILON, scale: 5 };
      expectClose(value(rows, labels, tau, { critic }), expected, tolerance);
    },
  );

  test("two rows per class are NT-Xent of the halves", () => {
    const x = unitRows(1, 6, 4);
    const y = nearby(2, x, 0.3);
    const temperature = 0.1;
    const expected = numberOf(ntXent(asTensor(x), asTensor(y), { temperature }));
    const tolerance = { ulps: growth({ n: 12, d: 4, temperature }), epsilon: EPSILON };
    expectClose(value([...x, ...y], [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5], temperature), expected, tolerance);
  });
});

describe("rows without positives", () => {
  const rows = unitRows(1, 5, 3);
  const labels = [1, 1, 7, 1, 9];

  test("are refused by name", () => {
    expect(thrownBy(() => value(rows, labels, 0.1))).toMatchObject({
      name: "InputError",
      code: "E_OPTION",
      message:
        "supCon: `labels` must be such that every row has another of its class, got class 7 for row 2 alone, and 2 of 5 rows without a positive. " +
        'Choose withoutPositives: "skip" to average over the other rows.',
    });
  });

  test("are left out of the mean, not counted as 0, and stay negatives, when skipped", () => {
    const skipped = value(rows, labels, 0.1, { withoutPositives: "skip" });
    const perAnchor = [0, 1, 3].map((i) => {
      const score = (j: number) => rows[i]!.reduce((sum, v, k) => sum + v * rows[j]![k]!, 0) / 0.1;
      const others = [0, 1, 2, 3, 4].filter((j) => j !== i);
      const total = Math.log(others.reduce((sum, j) => sum + Math.exp(score(j)), 0));
      const positives = others.filter((j) => labels[j] === 1);
      return total - positives.reduce((sum, j) => sum + score(j), 0) / positives.length;
    });
    const expected = perAnchor.reduce((sum, v) => sum + v, 0) / 3;
    const tolerance = { ulps: growth({ n: 5, d: 3, temperature: 0.1 }), epsilon: EPSILON, scale: 10 };
    expectClose(skipped, expected, tolerance);
  });

  test("leave nothing when all are alone, also a batch of one", () => {
    const alone = (count: number) =>
      thrownBy(() => value(rows.slice(0, count), [1, 2, 3].slice(0, count), 0.1, { withoutPositives: "skip" }));
    expect(alone(3)).toMatchObject({
      message:
        "supCon: `labels` must be such that every row has another of its class, got class 1 for row 0 alone, and 3 of 3 rows without a positive. " +
        "No row has a positive: there is nothing to average over.",
    });
    expect(alone(1)).toMatchObject({ name: "InputError" });
  });
});

describe("laws", () => {
  const [n, d, temperature] = [9, 4, 0.1];
  const rows = unitRows(5, n, d);
  const labels = [0, 1, 2, 0, 1, 2, 0, 1, 2];
  const before = value(rows, labels, temperature);
  const tolerance = { ulps: 4 * growth({ n, d, temperature }), epsilon: EPSILON };

  test("renaming classes, permuting with the labels and rotating change nothing; other classes do", () => {
    expectClose(
      value(
        rows,
        labels.map((label) => 7 - 3 * label),
        temperature,
      ),
      before,
      tolerance,
    );
    expectClose(value([...rows].reverse(), [...labels].reverse(), temperature), before, tolerance);
    expectClose(value(rotate(rows, 1.1), labels, temperature), before, tolerance);
    expect(Math.abs(value(rows, [0, 0, 0, 1, 1, 1, 2, 2, 2], temperature) - before)).toBeGreaterThan(0.1);
  });

  test("NaN gives NaN", () => {
    const spoilt = rows.map((row, i) => (i === 3 ? [Number.NaN, ...row.slice(1)] : row));
    expect(value(spoilt, labels, temperature)).toBeNaN();
  });

  test("nothing leaks", () => {
    const x = asTensor(rows);
    const live = backend.liveTensors();
    supCon(x, { labels, temperature }).dispose();
    expect(backend.liveTensors()).toBe(live);
  });

  test("equal rows: ∂L/∂τ = 0", () => {
    const f = (...xs: Tensor[]) =>
      supCon(asTensor(equalRows(6, [0.6, 0.8])), { labels: [0, 0, 0, 1, 1, 1], temperature: xs[0]! });
    const { gradients } = valueAndGrad(f, [scalar(backend, 0.5)]);
    expectClose(numberOf(gradients[0]!), 0, {
      ulps: growth({ n: 6, d: 2, temperature: 0.5 }),
      epsilon: EPSILON,
      scale: 4,
    });
  });
});

test.each<[Partial<SupConOptions>, string]>([
  [{ labels: [0, 0, 1] }, "supCon: `labels` must be of length 4, one for each row, got 3."],
  [{ labels: [0, 0, 0.5, 0.5] }, "supCon: `labels` must be whole numbers, got 0.5 for row 2."],
  [{ withoutPositives: "zero" as never }, 'supCon: `withoutPositives` must be "error" or "skip", got "zero".'],
  [{ temperature: 0 }, "supCon: `temperature` must be a finite number > 0, got 0. CLIP-like systems use 0.01 to 0.1."],
])("message %#", (change, message) => {
  const x = asTensor(unitRows(1, 4, 3));
  const good = { labels: [0, 0, 1, 1], temperature: 0.1 };
  expect(thrownBy(() => supCon(x, { ...good, ...change }))).toMatchObject({ name: "InputError", message });
});
