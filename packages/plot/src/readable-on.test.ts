import { expect, test } from "vitest";
import { readableOn } from "./readable-on.ts";

const paper = { ink: "#1a1a1a", background: "#ffffff" };

test("white on strong colours, dark on pale ones, whichever of the two is the sheet", () => {
  for (const sheet of [paper, { ink: "#ffffff", background: "#1a1a1a" }]) {
    expect(readableOn("#0072b2", sheet)).toBe("#ffffff");
    expect(readableOn("#2a8abf", sheet)).toBe("#ffffff");
    expect(readableOn("#7ab6d7", sheet)).toBe("#1a1a1a");
    expect(readableOn("#ffffff", sheet)).toBe("#1a1a1a");
  }
});

test("three digits are six", () => expect(readableOn("#07b", paper)).toBe(readableOn("#0077bb", paper)));
