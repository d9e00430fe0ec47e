import { readFileSync } from "node:fs";
import { isInputError } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { badInputs, messageOf } from "./bad-inputs.ts";
import { errorsDocument, errorsPath } from "./errors-document.ts";

describe("every bad input gets its whole message", () => {
  test.each(badInputs.map((input) => [input.format, input.what, input] as const))(
    "%s: %s",
    async (_format, _what, input) => {
      const message = await input.use().then(
        () => "accepted",
        (error: unknown) => (isInputError(error) ? `${error.code} ${error.message}` : String(error)),
      );
      expect(message).toBe(messageOf(input));
    },
  );
});

test("the document of errors is made from this table", () => {
  expect(
    readFileSync(errorsPath, "utf8"),
    "run node --conditions=@nce-geometry/source packages/io/test/make-errors-document.ts",
  ).toBe(errorsDocument());
});
