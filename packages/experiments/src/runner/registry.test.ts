import { describe, expect, test } from "vitest";
import { describeOptions } from "./parse-options.ts";
import { experimentOf, experiments } from "./registry.ts";

describe("experimentOf", () => {
  test("finds every experiment by its name, and no name is used twice", () => {
    for (const experiment of experiments) expect(experimentOf(experiment.id)).toBe(experiment);
    expect(new Set(experiments.map(({ id }) => id)).size).toBe(experiments.length);
  });

  test("what is none is refused with the names", () => {
    const names = experiments.map(({ id }) => id).join(", ");
    expect(() => experimentOf("E0")).toThrow(
      `experimentOf: \`id\` must be the name of an experiment, got "E0". They are ${names}.`,
    );
  });

  test.each(experiments.map((experiment) => [experiment.id, experiment] as const))(
    "%s: defaults in their domains, an option for every one of them, units with keys",
    (_, experiment) => {
      for (const scale of ["quick", "full"] as const) {
        const config = experiment.defaults(scale);
        experiment.check(config);
        expect(Object.keys(config as object)).toEqual(describeOptions(experiment).map(({ name }) => name));
        const keys = experiment.units(config).map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
      }
    },
  );
});
