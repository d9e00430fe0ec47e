import { isInputError } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { judge, parseCondition } from "./fail-if.ts";

const record = { gap: { centroid: { value: 0.85, standardError: 0.01 }, plain: 0.5 }, retrieval: { xToY: { "recall@1": 0.55 } }, name: "x" };
const held = (text: string): boolean => judge(parseCondition(text), record).held;

describe("conditions", () => {
  test("compare an estimate by its value and a number as it is", () => {
    expect(judge(parseCondition("gap.centroid>0.8"), record)).toEqual({ condition: "gap.centroid>0.8", value: 0.85, held: true });
    expect(held("gap.centroid > 0.9")).toBe(false);
    expect(held("gap.plain<=0.5")).toBe(true);
    expect(held("gap.plain<5e-1")).toBe(false);
    expect(held("gap.plain>=0.5")).toBe(true);
    expect(held("gap.plain==0.5")).toBe(true);
    expect(held("gap.plain!=0.5")).toBe(false);
    expect(held("retrieval.xToY.recall@1<0.6")).toBe(true);
  });

  test("NaN never holds", () => {
    expect(judge(parseCondition("a>0"), { a: Number.NaN }).held).toBe(false);
  });

  test.each(["", "gap", "gap.centroid", "gap.centroid>", ">0.9", "gap..centroid>1", "gap.centroid=>1", "gap>0.9x", "gap>Infinity"])(
    "refuse %j",
    (text) => {
      expect(() => parseCondition(text)).toThrow(
        `analyze: \`--fail-if\` must be NAME followed by one of > >= < <= == != and a number, got ${JSON.stringify(text)}. Quote it for the shell, e.g. --fail-if 'gap.centroid>0.9'; the report lists the names.`,
      );
    },
  );

  test("name what there is when the name leads nowhere", () => {
    const message = (text: string): string => {
      try {
        judge(parseCondition(text), record);
      } catch (error) {
        if (isInputError(error)) return error.message;
      }
      return "";
    };
    expect(message("gap.center>1")).toBe(
      'analyze: `--fail-if` must be the name of a number in the report, got "gap.center". Under gap there are: centroid, plain.',
    );
    expect(message("gop.centroid>1")).toContain("At the top there are: gap, retrieval, name.");
    expect(message("name>1")).toContain("must be the name of a number");
    expect(message("gap.toString>1")).toContain("must be the name of a number");
  });
});
