import { describe, expect, test } from "vitest";
import { centreWithin, shortenMiddle, textWidth, widest, wrapText } from "./text.ts";

describe("textWidth", () => {
  test("is the Helvetica advance with 17 % of slack", () => {
    // H 722, i 222 of 1000 units per em.
    expect(textWidth("Hi", 10)).toBeCloseTo(10 * 1.17 * 0.944, 12);
  });

  test("counts code points, not code units, and no width for combining marks", () => {
    expect(textWidth("図", 10)).toBeCloseTo(11.7, 12);
    expect(textWidth("😀", 10)).toBeCloseTo(11.7, 12);
    expect(textWidth("e\u0301", 10)).toBe(textWidth("e", 10));
  });
});

describe("wrapText", () => {
  test("keeps what fits on one line", () => {
    expect(wrapText("image → text", 500, 12, 3)).toEqual(["image → text"]);
  });

  test("breaks at spaces and loses no word", () => {
    const lines = wrapText("mean cosine of matched pairs", 80, 12, 9);
    expect(lines.join(" ")).toBe("mean cosine of matched pairs");
    expect(widest(lines, 12)).toBeLessThanOrEqual(80);
  });

  test("breaks a word too long for a line after - / _ and else anywhere", () => {
    expect(wrapText("alpha_beta-gamma", 50, 12, 9)).toEqual(["alpha_", "beta-", "gamma"]);
    const lines = wrapText("a".repeat(40), 50, 12, 99);
    expect(lines.join("")).toBe("a".repeat(40));
    expect(widest(lines, 12)).toBeLessThanOrEqual(50);
  });

  test("ends in an ellipsis where lines run out, and still fits", () => {
    const lines = wrapText("one two three four five six seven", 60, 12, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
    expect(widest(lines, 12)).toBeLessThanOrEqual(60);
  });
});

describe("shortenMiddle", () => {
  test("keeps a text that fits", () => expect(shortenMiddle("text", 100, 12)).toBe("text"));

  test("keeps both ends of one that does not", () => {
    const short = shortenMiddle("images of the first hospital", 90, 12);
    expect(short).toMatch(/^image.*….*ital$/);
    expect(textWidth(short, 12)).toBeLessThanOrEqual(90);
  });

  test("keeps one letter of each end at least", () => expect(shortenMiddle("abcdef", 1, 12)).toBe("a…f"));
});

test("centreWithin moves no further than the border asks", () => {
  expect(centreWithin(50, 20, [0, 100])).toBe(50);
  expect(centreWithin(3, 20, [0, 100])).toBe(10);
  expect(centreWithin(99, 20, [0, 100])).toBe(90);
});
