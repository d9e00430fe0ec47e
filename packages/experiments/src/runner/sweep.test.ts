import { describe, expect, test } from "vitest";
import { toy } from "../../test/toy.ts";
import type { Json } from "../experiment.ts";
import { scalarsOf, tableOf, unitTable } from "./result-table.ts";
import { runExperiment } from "./run-experiment.ts";
import { sweep, sweepTable } from "./sweep.ts";

describe("sweep", () => {
  test("all combinations, the last option fastest, each with a key of its own", () => {
    const points = sweep(toy, { scale: [1, 0.5], powers: [[1], [1, 2]] });
    expect(points.map(({ key }) => key)).toEqual([
      "scale-1_powers-1",
      "scale-1_powers-1-2",
      "scale-0.5_powers-1",
      "scale-0.5_powers-1-2",
    ]);
    expect(points[3]).toEqual({
      key: "scale-0.5_powers-1-2",
      settings: { scale: 0.5, powers: [1, 2] },
      config: { ...toy.defaults("quick"), scale: 0.5, powers: [1, 2] },
    });
    expect(sweep(toy, { scale: [3] }, { base: { ...toy.defaults("full"), seeds: 9 } })[0]!.config.seeds).toBe(9);
  });

  test("keys stay names: what is too long or has other characters ends in a hash", () => {
    const keys = sweep(toy, { scale: [1e21, 1e22] }).map(({ key }) => key);
    expect(keys).toHaveLength(new Set(keys).size);
    for (const key of keys) expect(key).toMatch(/^scale-1e2[12]-[0-9a-f]{8}$/);
    const long = {
      seeds: [1],
      powers: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
      scale: [1 / 3],
      parts: [["mean", "sum"]],
      shape: ["other"],
      negate: [true, false],
    };
    const [one, two] = sweep(toy, long).map(({ key }) => key);
    expect(one).toHaveLength(80);
    expect(two).not.toBe(one);
  });

  test.each<[Record<string, Json[]>, string]>([
    [{}, "TOY: `grid` must be at least one option with values, got none."],
    [{ scale: [] }, "TOY: `grid.scale` must be a list of one or more values, got []."],
    [{ scale: [1, -1] }, "TOY: `grid.scale[1]` must be a number ≥ 0, got -1."],
    [{ scale: [1, 1] }, "TOY: `grid.scale[1]` must be a value that is not in the list already, got 1."],
    [
      { scala: [1] },
      "TOY: `scala` must be one of the options of TOY, got an unknown name. They are seeds, powers, scale, shape, parts, negate.",
    ],
  ])("%j is refused", (grid, message) => {
    expect(() => sweep(toy, grid)).toThrow(message);
  });

  test("a table of the summaries", async () => {
    const points = sweep(toy, { scale: [1, 2], powers: [[1, 2]] });
    const runs = await Promise.all(points.map(({ config }) => runExperiment(toy, config)));
    const summaries = runs.map(({ result }) => result!.summary);
    const { columns, rows } = sweepTable(points, summaries);
    expect(columns).toEqual(["scale", "powers", "total"]);
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      [1, "1 2"],
      [2, "1 2"],
    ]);
    expect(rows[1]![2]).toBe(2 * (rows[0]![2] as number));
    expect(() => sweepTable(points, [])).toThrow("sweepTable: `summaries` must be 2 summaries, one per point, got 0.");
  });
});

describe("tables", () => {
  test("numbers and words by the way to them", () => {
    expect(scalarsOf({ a: [1, { b: "x" }], c: null })).toEqual({ "a.0": 1, "a.1.b": "x", c: null });
    expect(scalarsOf(3)).toEqual({ value: 3 });
    expect(tableOf([{ a: 1 }, { b: 2, a: 3 }])).toEqual({
      columns: ["a", "b"],
      rows: [
        [1, null],
        [3, 2],
      ],
    });
  });

  test("units without their lists", () => {
    const units = [{ key: "one", result: { mean: 2, trace: [1, 2], inner: { status: "converged", path: [] } } }];
    expect(unitTable({ units })).toEqual({
      columns: ["unit", "mean", "inner.status"],
      rows: [["one", 2, "converged"]],
    });
  });
});
