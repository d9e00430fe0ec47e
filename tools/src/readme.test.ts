import { expect, test } from "vitest";
import { examplesOf } from "./readme.ts";

test("every block of code with what it prints, in order", () => {
  const pair = (n: number): string => `\`\`\`ts\nlog(${n});\n\`\`\`\n\n\`\`\`text\n${n}\n\`\`\`\n`;
  expect(examplesOf(`# A\n${pair(1)}more\n${pair(2)}`)).toEqual([
    { code: "log(1);\n", output: "1\n" },
    { code: "log(2);\n", output: "2\n" },
  ]);
});

test("a block without its output is no example", () => {
  expect(examplesOf("```ts\nlog(1);\n```\nIt prints:\n```text\n1\n```\n")).toEqual([]);
});
