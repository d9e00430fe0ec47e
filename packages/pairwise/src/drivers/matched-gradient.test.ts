import { createRandom } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import type { PairValue } from "../engine.ts";
import { asRowSource, matrixOf, rowMatrix } from "../rows/row-matrix.ts";
import { matchedGradient } from "./matched-gradient.ts";
import { matchedValues } from "./matched-values.ts";

const x = matrixOf([
  [1, 2],
  [0, 1],
]);
const y = matrixOf([
  [4, -2],
  [0, 1],
]);
const weights = Float64Array.of(0.5, 3);

test.each<[PairValue, number[]]>([
  [{ kind: "inner" }, [2, -1, 0, 3]],
  [{ kind: "squaredDistance" }, [-3, 4, 0, 0]],
  // ½(x − y)/‖x − y‖, and 0 at distance 0.
  [{ kind: "distance" }, [-0.3, 0.4, 0, 0]],
  // ½·(−1/2)·25^(−3/2)·2(x − y).
  [{ kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent: -0.5 }, scale: 1 }, [0.012, -0.016, 0, 0]],
])("two pairs by hand: %o", async (value, expected) => {
  const gradient = await matchedGradient(x, y, { value, weights });
  expectAllClose(gradient.x, expected, { ulps: 4, epsilon: 2 ** -52 });
  const toY = value.kind === "inner" ? [0.5, 1, 0, 3] : gradient.x.map((entry) => -entry);
  expectAllClose(gradient.y, toY, { ulps: 0, epsilon: 0 });
});

test("it is the slope of the matched values, over several blocks, from sources too", async () => {
  const [n, d] = [300, 3];
  const rows = (label: string) => rowMatrix(createRandom(label).normal(n * d), n, d);
  const [a, b, direction] = [rows("x"), rows("y"), rows("direction")];
  const value = { kind: "mapped", of: "inner", map: { kind: "softplus" }, scale: 2, offset: -1 } as const;
  const ones = new Float64Array(n).fill(1);
  const gradient = await matchedGradient(asRowSource(a), b, { value, weights: ones });
  const step = 2 ** -17;
  const shifted = (by: number) =>
    rowMatrix(
      a.data.map((v, k) => v + by * direction.data[k]!),
      n,
      d,
    );
  const [up, down] = [await matchedValues(shifted(step), b, value), await matchedValues(shifted(-step), b, value)];
  const slopes = Array.from({ length: n }, (_, i) =>
    [0, 1, 2].reduce((sum, k) => sum + gradient.x[d * i + k]! * direction.data[d * i + k]!, 0),
  );
  // Differences of numbers up to 20: rounding 20ε/step = 2^−30, truncation (2·|direction|·|y|)³·step²/60 of that order.
  expectAllClose(
    Array.from(up, (v, i) => (v - down[i]!) / (2 * step)),
    slopes,
    { ulps: 1, epsilon: 2 ** -22, scale: 1 },
  );
});

test("refusals and cancellation", async () => {
  const value = { kind: "inner" } as const;
  await expect(matchedGradient(x, matrixOf([[1, 2]]), { value, weights })).rejects.toThrow(
    withMessage("matchedGradient: `y` must be 2 rows, one for each row of `x`, got 1."),
  );
  await expect(matchedGradient(x, y, { value, weights: new Float64Array(3) })).rejects.toThrow(
    withMessage("matchedGradient: `weights` must be of length 2, one for each pair, got 3."),
  );
  const signal = { aborted: true, reason: "stop" };
  await expect(matchedGradient(x, y, { value, weights }, { signal })).rejects.toBe("stop");
});

function withMessage(message: string): unknown {
  return expect.objectContaining({ name: "InputError", message });
}
