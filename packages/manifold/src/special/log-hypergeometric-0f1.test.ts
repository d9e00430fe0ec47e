import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { goldenTable } from "../../test/golden/golden-table.ts";
import {
  logHypergeometric0F1,
  logHypergeometric0F1OfRoot,
  scaledLogHypergeometric0F1,
} from "./log-hypergeometric-0f1.ts";

const FEW = { ulps: 6, epsilon: 2 ** -52 };
const table = goldenTable("special-functions.json", "bessel", ["order", "x", "log0F1"]);

describe("logHypergeometric0F1", () => {
  test("relative accuracy against 60 digits, also where the value is tiny", () => {
    // Below 1e-150 the square of x is no longer a normal number.
    for (const { order, x, log0F1 } of table.filter((row) => row.x >= 1e-150)) {
      expectClose(logHypergeometric0F1OfRoot(order + 1, x), log0F1, FEW);
      expectClose(scaledLogHypergeometric0F1(order + 1, x), log0F1 - x, { ...FEW, scale: x });
    }
  });

  test("scaled: the logarithmic part alone at large x", () => {
    // a = 3/2: log( sinh x/x ) − x.
    for (const x of [50, 1e6, 1e12]) expectClose(scaledLogHypergeometric0F1(1.5, x), -Math.log(2 * x), FEW);
  });

  test("a = ½ and 3/2: hyperbolic functions", () => {
    for (const x of [0.1, 1, 29, 31, 200]) {
      const tail = Math.exp(-2 * x);
      expectClose(logHypergeometric0F1(0.5, (x * x) / 4), x + Math.log1p(tail) - Math.LN2, { ...FEW, scale: 1 });
      expectClose(logHypergeometric0F1(1.5, (x * x) / 4), x + Math.log1p(-tail) - Math.log(2 * x), {
        ...FEW,
        scale: 1,
      });
    }
  });

  test("z → 0: z/a, to relative accuracy; 0 at 0", () => {
    for (const a of [0.5, 1, 64, 2048]) expectClose(logHypergeometric0F1(a, 1e-20), 1e-20 / a, FEW);
    expect(logHypergeometric0F1(4, 0)).toBe(0);
  });

  test("a → ∞: z/a, less z²/2a³", () => {
    expectClose(logHypergeometric0F1(1e12, 3e12), 3 - 4.5e-12, FEW);
  });

  test("refuses what lies outside the domain", () => {
    expect(() => logHypergeometric0F1(0, 1)).toThrow("logHypergeometric0F1: `a` must be a finite number > 0, got 0.");
    expect(() => logHypergeometric0F1(1, -1)).toThrow("logHypergeometric0F1: `z` must be a finite number ≥ 0, got -1.");
  });
});
