import { expect, test } from "vitest";
import { firstExample } from "./readme.ts";

test("the first code block that is followed by its output", () => {
  const markdown =
    "# a\n```sh\nnpm i\n```\n```ts\nlog(1);\n```\n\n```text\n1\n```\n```ts\nlog(2);\n```\n```text\n2\n```\n";
  expect(firstExample(markdown)).toEqual({ code: "log(1);\n", output: "1\n" });
});

test("an example without output is none", () => {
  expect(firstExample("```ts\nlog(1);\n```\nIt prints:\n```text\n1\n```\n")).toBeUndefined();
});
