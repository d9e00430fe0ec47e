import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellLine } from "./shell-words.ts";

test("a shell reads the words that were written", () => {
  const words = ["a b", "it's", "$HOME", "x=1,2", "", "*", "a\\b", "--data", "n=./é.npy#0", "#x"];
  const printed = execFileSync("sh", ["-c", `printf '%s\\n' ${shellLine(words)}`], { encoding: "utf8" });
  expect(printed.split("\n").slice(0, -1)).toEqual(words);
});

test("plain words stay as they are", () => {
  expect(shellLine(["nce-geometry", "reproduce", "E1", "--set", "seeds=3", "--out", "./out-1"])).toBe(
    "nce-geometry reproduce E1 --set seeds=3 --out ./out-1",
  );
});
