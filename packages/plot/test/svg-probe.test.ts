// The probe itself: each fault planted alone must be found, and a good figure has none.

import { describe, expect, test } from "vitest";
import { faults, texts } from "./svg-probe.ts";

const sheet = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60">${inside}</svg>`;

describe("faults", () => {
  test("a good sheet has none", () => {
    const good =
      '<title id="a">t</title><text x="10" y="20">one</text><text x="10" y="40">two &amp; three</text><path d="M0,0"/>';
    expect(faults(sheet(good))).toEqual([]);
  });

  test.each([
    ['<path d="MNaN,0"/>', 'd="MNaN,0"'],
    ['<g fill="currentColor"/>', 'fill="currentColor"'],
    ['<rect fill="url(#a)"/>', 'refers outside: fill="url(#a)"'],
    ["<style>text{}</style>", "an element that could load something"],
    ["<g><path></g></path>", "</g> closes another element"],
    ["<g>", "</svg> closes another element"],
    ["<desc>a & b</desc>", "text that is not escaped"],
    ['<g id="a"/><g id="a"/>', "an id twice"],
    ['<text x="90" y="20">outside</text>', '"outside" leaves the sheet'],
    ['<text x="10" y="5">above</text>', '"above" leaves the sheet'],
    [
      '<g transform="translate(0,20)"><text x="10" y="5">one</text></g><text x="12" y="28">two</text>',
      '"one" lies over "two"',
    ],
    ['<text x="30" y="20" text-anchor="end">left</text><text x="25" y="20">right</text>', '"left" lies over "right"'],
    ['<text><tspan x="9" y="20">a</tspan><tspan x="9" y="21">b</tspan></text>', '"a" lies over "b"'],
  ])("%s", (inside, fault) => {
    expect(faults(sheet(inside))).toContain(fault);
  });
});

test("texts join the lines of a label and leave out its tooltip", () => {
  const label = "<text><title>whole</title><tspan>part one</tspan><tspan>&lt;two&gt;</tspan></text><desc>no</desc>";
  expect(texts(sheet(label))).toEqual(["part one <two>"]);
});
