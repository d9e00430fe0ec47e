import type { PairAnalysis } from "@nce-geometry/diagnostics";
import { describe, expect, test } from "vitest";
import { judge, parseCondition } from "./fail-if.ts";

/** The few fields of an analysis that these tests address. */
const analysis = {
  items: 5,
  gap: { centroid: { value: 0.85, samples: 5, unit: "chord" }, centroidFloor: Number.NaN },
  energy: { "0.07": { potentialTerm: { value: -4.5, samples: 5, unit: "nats" } } },
} as unknown as PairAnalysis;
const held = (text: string): boolean => judge(parseCondition(text), analysis).held;

describe("conditions", () => {
  test("compare an estimate by its value and a number as it is", () => {
    expect(judge(parseCondition("gap.centroid>0.8"), analysis)).toEqual({
      condition: "gap.centroid>0.8",
      value: 0.85,
      held: true,
    });
    expect(held("gap.centroid > 0.9")).toBe(false);
    expect(held("energy.0.07.potentialTerm<-4")).toBe(true);
    expect([held("items<=5"), held("items<5"), held("items>=5"), held("items>5")]).toEqual([true, false, true, false]);
    expect([held("items==5e0"), held("items!=5")]).toEqual([true, false]);
  });

  test.each([">", ">=", "<", "<=", "==", "!="])("NaN never holds under %s", (comparison) => {
    expect(held(`gap.centroidFloor${comparison}0`)).toBe(false);
  });

  test.each([
    "",
    "gap",
    "gap.centroid",
    "gap.centroid>",
    ">0.9",
    "gap..centroid>1",
    "gap.centroid=>1",
    "gap>0.9x",
    "gap>Infinity",
  ])("refuse %j", (text) => {
    expect(() => parseCondition(text)).toThrow(
      `analyze: \`--fail-if\` must be NAME followed by one of > >= < <= == != and a number, got ${JSON.stringify(text)}. ` +
        `Quote it for the shell, e.g. --fail-if 'gap.centroid>0.9'; report.json lists the names under "analysis".`,
    );
  });

  test("a name that leads nowhere is answered with those that exist", () => {
    expect(() => held("gap.center>1")).toThrow(
      'analyze: `--fail-if` must be the path of a number in the analysis, got "gap.center". Names in `gap`: centroid, centroidFloor.',
    );
    expect(() => held("gap>1")).toThrow("got no number");
  });
});
