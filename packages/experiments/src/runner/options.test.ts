import { describe, expect, test } from "vitest";
import { toy } from "../../test/toy.ts";
import type { Experiment, Json } from "../experiment.ts";
import { configFrom, describeOptions, parseOption } from "./parse-options.ts";

const experiment = toy as unknown as Experiment;
const config = toy.defaults("quick");
const changed = (change: object) => () => toy.check({ ...config, ...change } as never);

describe("checkOptions", () => {
  test.each<[object, string]>([
    [{ seeds: 101 }, "TOY: `seeds` must be an integer from 1 to 100, got 101."],
    [{ seeds: 1.5 }, "TOY: `seeds` must be an integer from 1 to 100, got 1.5."],
    [{ seeds: "4" }, 'TOY: `seeds` must be an integer from 1 to 100, got "4".'],
    [{ seeds: undefined }, "TOY: `seeds` must be an integer from 1 to 100, got nothing."],
    [{ scale: -1 }, "TOY: `scale` must be a number ≥ 0, got -1."],
    [{ scale: Number.NaN }, "TOY: `scale` must be a number ≥ 0, got NaN."],
    [{ scale: Number.POSITIVE_INFINITY }, "TOY: `scale` must be a number ≥ 0, got Infinity."],
    [{ powers: [] }, "TOY: `powers` must be a list of integers from 0 to 9, got []."],
    [{ powers: [1, 10] }, "TOY: `powers[1]` must be an integer from 0 to 9, got 10."],
    [{ powers: [1, 1] }, "TOY: `powers[1]` must be a value that is not in the list already, got 1."],
    [{ shape: "round" }, 'TOY: `shape` must be "flat", "bell" or "other", got "round".'],
    [{ parts: "mean" }, 'TOY: `parts` must be a list of "mean", "sum", got "mean".'],
    [{ parts: ["median"] }, 'TOY: `parts[0]` must be "mean" or "sum", got "median".'],
    [{ negate: 1 }, "TOY: `negate` must be true or false, got 1."],
    [
      { seed: 3 },
      "TOY: `seed` must be one of the options of TOY, got an unknown name. " +
        "They are seeds, powers, scale, shape, parts, negate.",
    ],
  ])("%j", (change, message) => {
    expect(changed(change)).toThrow(message);
  });

  test("what is no record at all", () => {
    expect(() => toy.check([1] as never)).toThrow("TOY: `config` must be a record of options, got [1].");
  });
});

describe("options as text", () => {
  test.each<[string, string, Json]>([
    ["seeds", " 7 ", 7],
    ["scale", "1e-3", 0.001],
    ["powers", "0..2,7", [0, 1, 2, 7]],
    ["powers", "3, 1", [3, 1]],
    ["shape", "bell", "bell"],
    ["parts", "sum, mean", ["sum", "mean"]],
    ["negate", "true", true],
  ])("%s = %s", (name, text, value) => {
    expect(parseOption(experiment, name, text)).toEqual(value);
  });

  test.each<[string, string, string]>([
    ["seeds", "many", 'TOY: `seeds` must be an integer from 1 to 100, got "many".'],
    ["seeds", "", 'TOY: `seeds` must be an integer from 1 to 100, got "".'],
    ["seeds", "0", "TOY: `seeds` must be an integer from 1 to 100, got 0."],
    ["powers", "1,,2", 'TOY: `powers` must be a list of integers from 0 to 9, got "1,,2".'],
    ["powers", "2..1", 'TOY: `powers` must be a list of integers from 0 to 9, got "2..1".'],
    ["negate", "yes", 'TOY: `negate` must be true or false, got "yes".'],
    ["shape", "round", 'TOY: `shape` must be "flat", "bell" or "other", got "round".'],
  ])("%s = %s is refused", (name, text, message) => {
    expect(() => parseOption(experiment, name, text)).toThrow(message);
  });

  test("a configuration: the defaults of the scale, changed and checked", () => {
    expect(configFrom(toy, { seeds: "3" }, { scale: "full" })).toEqual({ ...toy.defaults("full"), seeds: 3 });
    expect(() => configFrom(toy, { seed: "3" })).toThrow(
      "TOY: `seed` must be one of the options of TOY, got an unknown name. They are seeds, powers, scale, shape, parts, negate.",
    );
  });

  test("options in words", () => {
    const [seeds, powers, scale, shape, parts, negate] = describeOptions(experiment);
    expect(seeds).toEqual({
      name: "seeds",
      description: "Number of seeds.",
      domain: "an integer from 1 to 100",
      quick: 2,
      full: 4,
    });
    expect([powers, scale, shape, parts, negate].map((option) => option!.domain)).toEqual([
      "a list of integers from 0 to 9",
      "a number ≥ 0",
      '"flat", "bell" or "other"',
      'a list of "mean", "sum"',
      "true or false",
    ]);
  });
});
