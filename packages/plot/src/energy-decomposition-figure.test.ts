import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectRefusal } from "../test/errors.ts";
import { document, energy, names } from "../test/figure-data.ts";
import { count, description, faults, texts } from "../test/svg-probe.ts";
import { type EnergyTerms, energyDecompositionFigure } from "./energy-decomposition-figure.ts";

describe("energyDecompositionFigure", () => {
  const svg = energyDecompositionFigure(energy, { document });
  const level = energy.levels[1]!;

  test("per temperature four terms that are the same either way, and three in both forms", () => {
    expect(count(svg, '[aria-description$=" both"] path')).toBe(3 * 2 * 4);
    expect(count(svg, '[aria-description$=" all"] > *')).toBe(3 * 2 * 3);
    expect(count(svg, '[aria-description$=" leaveOneOut"] > *')).toBe(3 * 2 * 3);
  });

  test("every value is printed, with temperatures, terms and the unit", () => {
    const printed = texts(svg);
    expect(printed).toEqual(expect.arrayContaining(["τ = 0.01", "τ = 0.07", "τ = 0.5"]));
    for (const value of ["−4.43", "2.56", "2.55", "9.05", "8.43", "9.00", "8.32", "6.47", "5.82", "4.34"]) {
      expect(printed).toContain(value);
    }
    const terms = ["potential U/τ", "log Γ, image against text", "smoothed symmetric KL", "symmetric InfoNCE"];
    expect(printed).toEqual(expect.arrayContaining(terms));
    expect(printed).toEqual(expect.arrayContaining(["own term counted", "own term left out", "the same either way"]));
    expect(printed).toContain("Energy (nats; every panel has its own scale)");
  });

  test("a stem runs from zero to its value, negative ones to the left", () => {
    const single = energyDecompositionFigure({ names, levels: [level] }, { document });
    const stem = (label: string): readonly [number, number] => {
      const [, from, to] = new RegExp(`aria-description="${label}"[^>]*><path d="M([\\d.]+),[\\d.]+L([\\d.]+),`).exec(
        single,
      )!;
      return [Number(from), Number(to)];
    };
    const [zero, potential] = stem("potential both");
    const [zeroToo, within] = stem("logPartitionXX all");
    expect(zeroToo).toBe(zero);
    expect((potential - zero) / (within - zero)).toBeCloseTo(-4.427 / 9.047, 3);
  });

  test("one form alone: only the potential and the loss are the same either way", () => {
    const alone = energyDecompositionFigure({ names, levels: [{ temperature: 0.07, all: level.all }] }, { document });
    expect(texts(alone)).toEqual(expect.arrayContaining(["own term counted", "the same either way"]));
    expect(texts(alone)).not.toContain("own term left out");
    expect(count(alone, '[aria-description$=" all"] > *')).toBe(2 * 5);
    expect(description(alone)).toContain("τ = 0.07, nats: potential U/τ −4.43;");
  });

  test("a loss that differs between the forms is drawn in both", () => {
    const other = { temperature: 1, all: level.all, leaveOneOut: { ...level.leaveOneOut!, infoNCE: 4 } };
    const drawn = energyDecompositionFigure({ names, levels: [other] }, { document });
    expect(count(drawn, '[aria-description="infoNCE leaveOneOut"] > *')).toBe(2);
  });

  test("panels wrap on a narrow sheet", () => {
    const height = (width: number) =>
      Number(/height="(\d+)"/.exec(energyDecompositionFigure(energy, { document, width }))![1]);
    expect(height(400)).toBeGreaterThan(2 * height(1000));
  });

  test("any terms of any size give a sound figure", () => {
    const number = fc.double({ min: -1e100, max: 1e100, noNaN: true });
    const terms = fc.record(Object.fromEntries(Object.keys(level.all!).map((key) => [key, number])));
    const property = fc.property(terms, terms, (all, leaveOneOut) => {
      const levels = [
        { temperature: 0.1, all: all as unknown as EnergyTerms, leaveOneOut: leaveOneOut as unknown as EnergyTerms },
      ];
      expect(faults(energyDecompositionFigure({ names, levels }, { document }))).toEqual([]);
    });
    fc.assert(property, { seed: 11, numRuns: 25 });
  });
});

describe("refusals", () => {
  const level = energy.levels[1]!;
  test.each([
    [{ levels: [] }, "E_SHAPE", "`levels` must be an array of length ≥ 1, got length 0."],
    [
      { levels: [{ temperature: 0.1 }] },
      "E_SHAPE",
      "`levels[0]` must be a record with `all` or `leaveOneOut`, got neither.",
    ],
    [{ levels: [{ ...level, temperature: 0 }] }, "E_OPTION", "`levels[0].temperature` must be a number > 0, got 0."],
    [
      { levels: [level, { ...level, temperature: Number.NaN }] },
      "E_NOT_FINITE",
      "`levels[1].temperature` must be finite, got NaN.",
    ],
    [
      { levels: [{ ...level, all: { ...level.all, divergence: -Infinity } }] },
      "E_NOT_FINITE",
      "`levels[0].all.divergence` must be finite, got -Infinity.",
    ],
    [
      { levels: [{ ...level, leaveOneOut: { ...level.all, infoNCE: undefined } }] },
      "E_NOT_FINITE",
      "`levels[0].leaveOneOut.infoNCE` must be finite, got undefined.",
    ],
  ] as const)("%#", (changes, code, message) => {
    const draw = () => energyDecompositionFigure({ ...energy, ...(changes as object) }, { document });
    expectRefusal(draw, code, `energyDecompositionFigure: ${message}`);
  });
});

const oracle = new URL("../../../../shared/oracles/real_embeddings.json", import.meta.url);

describe.skipIf(!existsSync(oracle))("real encoders (skipped where the golden values are absent)", () => {
  type Numbers = Readonly<Record<string, number>>;
  const cases = existsSync(oracle) ? Object.entries(JSON.parse(readFileSync(oracle, "utf8"))) : [];

  test.each(cases)("%s: the decomposition is drawn soundly with the golden values", (_, record) => {
    const levels = Object.entries((record as { tau: Readonly<Record<string, Numbers>> }).tau).map(([tau, at]) => {
      const { potentialTerm, symmetric, smoothedJeffreysHalf, ...rest } = at;
      const all = { ...rest, potential: potentialTerm!, infoNCE: symmetric!, divergence: smoothedJeffreysHalf! };
      return { temperature: Number(tau), all: all as unknown as EnergyTerms };
    });
    const svg = energyDecompositionFigure({ names, levels }, { document });
    expect(faults(svg)).toEqual([]);
    const { potential, logPartitionXX } = levels[0]!.all;
    expect(texts(svg)).toContain(potential.toPrecision(3).replace("-", "−"));
    expect(texts(svg)).toContain(logPartitionXX.toPrecision(3));
  });
});
