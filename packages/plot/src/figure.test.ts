import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { document, intervals } from "../test/figure-data.ts";
import type { FigureOptions } from "./figure.ts";
import { intervalFigure } from "./interval-figure.ts";

describe("options", () => {
  test.each([
    [{ width: 100 }, "width", "a number of px in [360, 4000]", "100"],
    [{ width: Number.NaN }, "width", "a number of px in [360, 4000]", "NaN"],
    [{ id: "1 a" }, "id", "a letter followed by letters, digits, `_`, `.` or `-`", '"1 a"'],
    [{ title: " " }, "title", "a non-empty string", '" "'],
    [{ description: "a\u0007" }, "description", "text without control characters", "a string with one"],
    [{ title: "\ud800" }, "title", "text without control characters", "a string with one"],
    [{ theme: { x: "red" } }, "theme.x", "a hexadecimal colour such as #0072b2", '"red"'],
    [{ theme: { ink: "url(#a)" } }, "theme.ink", "a hexadecimal colour such as #0072b2", '"url(#a)"'],
    [{ theme: { fontFamily: "" } }, "theme.fontFamily", "a non-empty string", '""'],
  ])("%j is refused", (options, argument, expected, received) => {
    const draw = () => intervalFigure(intervals, { document, ...options } as FigureOptions);
    expectRefusal(draw, "E_OPTION", `intervalFigure: \`${argument}\` must be ${expected}, got ${received}.`);
  });

  test("a missing document is refused with the remedy", () => {
    const message =
      "intervalFigure: `document` must be a DOM document, got undefined. " +
      "Pass window.document, or linkedom's parseHTML(…).document outside a browser.";
    expectRefusal(() => intervalFigure(intervals, {} as FigureOptions), "E_OPTION", message);
    const noOptions = () => intervalFigure(intervals, undefined as unknown as FigureOptions);
    expectRefusal(noOptions, "E_SHAPE", "intervalFigure: `options` must be a record, got undefined.");
  });

  test("an unknown theme colour is refused with the known ones", () => {
    const draw = () => intervalFigure(intervals, { document, theme: { z: "#000000" } as object });
    const known = "fontFamily, background, ink, muted, grid, x, y, matched, unmatched, divergence";
    expectRefusal(draw, "E_OPTION", `intervalFigure: \`theme\` must be made of ${known}, got "z".`);
  });
});

test("nothing of the page is touched", () => {
  const before = String(document.documentElement);
  intervalFigure(intervals, { document });
  expect(String(document.documentElement)).toBe(before);
});

test("ids begin with the prefix given, so that figures can share a page", () => {
  const ids = (id: string) =>
    [...intervalFigure(intervals, { document, id }).matchAll(/\sid="([^"]*)"/g)].map(([, name]) => name);
  expect(ids("one")).toEqual(["one-title", "one-desc"]);
  expect(ids("two")).toEqual(["two-title", "two-desc"]);
});
