import { poolInfoNCEGradientOnRows } from "@nce-geometry/losses";
import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { axisRows, equalRows, inner, randomRows, rowOf } from "../../test/unit-rows.ts";
import { negativesGradient, scaleRows } from "./negatives-gradient.ts";

const close = { ulps: 1e4, epsilon: 2 ** -52, scale: 1 };
const [n, d, N] = [5, 4, 12];
const [anchors, positives, pool] = [randomRows(1, n, d), randomRows(2, n, d), randomRows(3, 30, d)];
const chosen = createRandom(4).permutation(30).subarray(0, N);

test.each([0.07, 1])(
  "τ = %d: the standard gradient is that of InfoNCE against the same pool, times nτ",
  async (temperature) => {
    const gradient = negativesGradient({ anchors, positives, temperature, space: "ambient" }, pool, chosen);
    const rows = Float64Array.from(chosen, (_, at) => at).length;
    const data = Float64Array.from(
      { length: rows * d },
      (_, at) => pool.data[chosen[Math.floor(at / d)]! * d + (at % d)]!,
    );
    const loss = await poolInfoNCEGradientOnRows(anchors, positives, { rows, dim: d, data }, { temperature });
    const expected = loss.gradients.anchors.map((value) => value * n * temperature);
    expectAllClose(scaleRows(gradient.decoupled, gradient.negativeMass), expected, close);
  },
);

test("the tangential gradient is the ambient one without the part along the anchor", () => {
  const setting = { anchors, positives, temperature: 0.2 };
  const [ambient, tangent] = [
    negativesGradient({ ...setting, space: "ambient" }, pool, chosen).decoupled,
    negativesGradient({ ...setting, space: "tangent" }, pool, chosen).decoupled,
  ];
  for (let i = 0; i < n; i++) {
    const [a, g, t] = [rowOf(anchors, i), ambient.subarray(i * d, (i + 1) * d), tangent.subarray(i * d, (i + 1) * d)];
    expectClose(inner(a, Float64Array.from(t)), 0, close);
    const along = inner(a, Float64Array.from(g));
    expectAllClose(
      t,
      g.map((value, k) => value - along * a[k]!),
      close,
    );
  }
});

test.each(["ambient", "tangent"] as const)(
  "%s: squared errors, masses and effective numbers from the weights",
  (space) => {
    const temperature = 0.3;
    const gradient = negativesGradient({ anchors, positives, temperature, space }, pool, chosen, { withError: true });
    for (let i = 0; i < n; i++) {
      const a = rowOf(anchors, i);
      const weights = Array.from(chosen, (j) => Math.exp(inner(a, rowOf(pool, j)) / temperature));
      const total = weights.reduce((sum, w) => sum + w, 0);
      const positive = Math.exp(inner(a, rowOf(positives, i)) / temperature);
      const mean = Array.from({ length: d }, (_, k) =>
        chosen.reduce((sum, j, at) => sum + (weights[at]! / total) * pool.data[j * d + k]!, 0),
      );
      const squared = Array.from(chosen, (j, at) => {
        const off = Float64Array.from(rowOf(pool, j), (value, k) => value - mean[k]!);
        const along = space === "tangent" ? inner(a, off) : 0;
        return (weights[at]! / total) ** 2 * (inner(off, off) - along ** 2);
      });
      expectClose(
        gradient.squaredError![i]!,
        squared.reduce((sum, v) => sum + v, 0),
        close,
      );
      expectClose(gradient.negativeMass[i]!, total / (total + positive), close);
      expectClose(gradient.logOdds[i]!, Math.log(total / positive), close);
      expectClose(gradient.effective[i]!, total ** 2 / weights.reduce((sum, w) => sum + w * w, 0), close);
    }
  },
);

describe("ends", () => {
  test("equal negatives leave no error and count fully", () => {
    const same = negativesGradient(
      { anchors, positives, temperature: 0.1, space: "tangent" },
      equalRows([0.5, 0.5, 0.5, 0.5], 6),
      Int32Array.from({ length: 6 }, (_, j) => j),
      { withError: true },
    );
    expectAllClose(same.squaredError!, new Float64Array(n), close);
    expectAllClose(same.effective, new Float64Array(n).fill(6), close);
  });

  test("near zero loss the negative mass keeps its digits", () => {
    const axes = axisRows(3, 3);
    const { negativeMass } = negativesGradient(
      { anchors: axes, positives: axes, temperature: 0.01, space: "ambient" },
      axes,
      Int32Array.of(1, 2),
    );
    expectClose(negativeMass[0]!, 2 * Math.exp(-100), { ulps: 1000, epsilon: 2 ** -52 });
  });

  test("errors are absent where not asked for", () => {
    expect(
      negativesGradient({ anchors, positives, temperature: 1, space: "ambient" }, pool, chosen).squaredError,
    ).toBeUndefined();
  });
});
