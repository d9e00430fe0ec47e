import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findingsDocument, findingsPath } from "./findings-document.ts";

test("docs/findings.md is what the tables say (UPDATE_DOCS=1 writes it)", () => {
  if (process.env.UPDATE_DOCS) writeFileSync(findingsPath, findingsDocument());
  expect(existsSync(findingsPath) && readFileSync(findingsPath, "utf8")).toBe(findingsDocument());
});
