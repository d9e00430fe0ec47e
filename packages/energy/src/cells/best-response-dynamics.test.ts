import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { massesOf, normalizeLogDensity } from "../grid/grid-measure.ts";
import { cellMeasure } from "../grid/measures.ts";
import { bestResponseDynamics } from "./best-response-dynamics.ts";
import { coLocationBarrier } from "./co-location-barrier.ts";

const EPSILON = 2 ** -52;
const random = createRandom(3);
const measure = cellMeasure({ cells: 8 });
const flat = new Float64Array(8);
const floor = { kind: "cellMass", value: 0.01 } as const;
const noisy = () => normalizeLogDensity(measure, random.normal(8));
const twoWells = flat.map((_, i) => (i === 2 || i === 5 ? 0 : 3));

describe("bestResponseDynamics", () => {
  test("alternating: the objective never rises, and the modalities settle in different wells, on the floor", async () => {
    for (let trial = 0; trial < 20; trial++) {
      const game = { potentials: [twoWells, twoWells], temperature: 0.5 } as const;
      const run = await bestResponseDynamics(measure, game, [noisy(), noisy()], { floor });
      expect(run).toMatchObject({ status: "settled", atFloor: true });
      const values = run.trajectory.map(({ objective }) => objective);
      for (let k = 1; k < values.length; k++) {
        // A value is a sum of terms of size 10.
        expect(values[k]!).toBeLessThanOrEqual(values[k - 1]! + 160 * EPSILON);
      }
      const last = run.trajectory.at(-1)!;
      expect(last.cells.toSorted()).toEqual([2, 5]);
      // (1 − 7δ) on one cell and δ on seven, for both: they share 8δ.
      expectClose(last.overlap, 0.08, { ulps: 16, epsilon: EPSILON });
      // Either relative entropy is (1 − 8δ)·log((1 − 7δ)/δ).
      expectClose(last.symmetricKL, 0.92 * Math.log(93), { ulps: 64, epsilon: EPSILON });
    }
  });

  test.each([
    [0.999, false],
    [1.001, true],
  ])("a well deeper by %f barriers is shared: %s", async (ratio, shared) => {
    const temperature = 0.2;
    const depth = ratio * temperature * coLocationBarrier(measure, { floor, shared: 2, apart: 5 });
    const potential = flat.map((_, i) => (i === 2 ? 0 : i === 5 ? depth : 1e3));
    const run = await bestResponseDynamics(measure, { potentials: [potential, potential], temperature }, [flat, flat], {
      floor,
    });
    expect(run).toMatchObject({ status: "settled", atFloor: true });
    expect(run.trajectory.at(-1)!.cells).toEqual(shared ? [2, 2] : [2, 5]);
  });

  test("simultaneous answers from one shared well cycle with period 2; a stop in the middle is maxSteps", async () => {
    const game = { potentials: [twoWells, twoWells], temperature: 0.5 } as const;
    const together = normalizeLogDensity(measure, flat.with(2, 9));
    const options = { floor, schedule: "simultaneous" } as const;
    const run = await bestResponseDynamics(measure, game, [together, together], options);
    expect(run).toMatchObject({ status: "cycle", period: 2, atFloor: true });
    const responses = run.trajectory.slice(1).map((step) => step.responses);
    expect(responses).toEqual([
      [5, 5],
      [2, 2],
    ]);
    const short = await bestResponseDynamics(measure, game, [together, together], { ...options, maxSteps: 1 });
    expect(short).toMatchObject({ status: "maxSteps", steps: 1 });
    expect(short.period).toBeUndefined();
  });

  test("damped answers go the stated share of the way", async () => {
    const game = { potentials: [twoWells, twoWells], temperature: 0.5 } as const;
    const start = [noisy(), noisy()] as const;
    const rate = 0.25;
    const options = { floor, rate, maxSteps: 1, schedule: "simultaneous" } as const;
    const run = await bestResponseDynamics(measure, game, start, options);
    const full = await bestResponseDynamics(measure, game, start, { ...options, rate: 1 });
    const still = await bestResponseDynamics(measure, game, start, { ...options, maxSteps: 0 });
    for (const k of [0, 1] as const) {
      const [from, part, to] = [still, run, full].map(({ logDensities }) => massesOf(measure, logDensities[k]));
      part!.forEach((mass, i) => {
        expectClose(mass, 0.75 * from![i]! + 0.25 * to![i]!, { ulps: 32, epsilon: EPSILON });
      });
    }
    const end = await bestResponseDynamics(measure, game, start, { floor, rate, maxSteps: 1000 });
    expect(end).toMatchObject({ status: "settled", atFloor: true });
    // The distance to the vertex shrinks by ¾ a step: to 1e-12 in some 96 steps, after few changes of mind.
    expect(end.steps).toBeLessThan(120);
  });

  test("swapping the modalities swaps a simultaneous run", async () => {
    const [u, v] = [random.normal(8), random.normal(8)];
    const [p, q] = [noisy(), noisy()];
    const options = { floor, schedule: "simultaneous", rate: 0.5, maxSteps: 20 } as const;
    const run = await bestResponseDynamics(measure, { potentials: [u, v], temperature: 0.3 }, [p, q], options);
    const swapped = await bestResponseDynamics(measure, { potentials: [v, u], temperature: 0.3 }, [q, p], options);
    expect(swapped.logDensities).toEqual(run.logDensities.toReversed());
    expect(swapped.trajectory.map((step) => step.cells)).toEqual(run.trajectory.map((step) => step.cells.toReversed()));
  });

  test("k steps and k more are 2k steps, bit for bit, and a cycle is found across the break", async () => {
    const game = { potentials: [random.normal(8), random.normal(8)], temperature: 0.3 } as const;
    const options = { floor, rate: 0.1, schedule: "simultaneous" } as const;
    const start = [noisy(), noisy()] as const;
    const first = await bestResponseDynamics(measure, game, start, { ...options, maxSteps: 7 });
    const rest = await bestResponseDynamics(measure, game, JSON.parse(JSON.stringify(first.state)), {
      ...options,
      maxSteps: 7,
    });
    const all = await bestResponseDynamics(measure, game, start, { ...options, maxSteps: 14 });
    expect(rest.state).toEqual(all.state);
    const even = { potentials: [twoWells, twoWells], temperature: 0.5 } as const;
    const together = normalizeLogDensity(measure, flat.with(2, 9));
    const undamped = { floor, schedule: "simultaneous" } as const;
    const before = await bestResponseDynamics(measure, even, [together, together], { ...undamped, maxSteps: 1 });
    const after = await bestResponseDynamics(measure, even, JSON.parse(JSON.stringify(before.state)), undamped);
    expect([before.status, after.status, after.period, after.steps]).toEqual(["maxSteps", "cycle", 2, 1]);
  });

  test("as the floor goes to 0 the overlap does, and the barrier grows like 2 log(1/δ)", async () => {
    const game = { potentials: [twoWells, twoWells], temperature: 0.5 } as const;
    for (const value of [1e-2, 1e-4, 1e-8, 1e-16]) {
      const sparse = { kind: "cellMass", value } as const;
      const run = await bestResponseDynamics(measure, game, [flat, flat], { floor: sparse });
      expectClose(run.trajectory.at(-1)!.overlap, 8 * value, { ulps: 32, epsilon: EPSILON });
      const barrier = coLocationBarrier(measure, { floor: sparse });
      expect(Math.abs(barrier - 2 * Math.log(1 / value))).toBeLessThanOrEqual(
        2 * 7 * value * 1.1 + 16 * EPSILON * barrier,
      );
    }
  });

  test("masses of all cells are told where they are asked for", async () => {
    const game = { potentials: [twoWells, twoWells], temperature: 0.5 } as const;
    const run = await bestResponseDynamics(measure, game, [flat, flat], { floor, recordMasses: true });
    const masses = run.trajectory.at(-1)!.masses![0];
    expect(masses).toHaveLength(8);
    expect(masses[run.trajectory.at(-1)!.cells[0]]).toBe(run.trajectory.at(-1)!.massOfCells[0]);
    const plain = await bestResponseDynamics(measure, game, [flat, flat], { floor });
    expect(plain.trajectory[0]).not.toHaveProperty("masses");
  });

  test("an aborted run says so", async () => {
    const game = { potentials: [twoWells, twoWells], temperature: 0.5 } as const;
    const signal = { aborted: true, reason: undefined };
    const run = await bestResponseDynamics(measure, game, [flat, flat], { floor, signal });
    expect(run).toMatchObject({ status: "aborted", steps: 0 });
  });

  test("the messages", async () => {
    const game = { potentials: [flat, flat], temperature: 1 } as const;
    const run = (options: object) => bestResponseDynamics(measure, game, [flat, flat], { floor, ...options });
    await expect(run({ rate: 0 })).rejects.toThrow("bestResponseDynamics: `rate` must be a number in (0, 1], got 0.");
    await expect(run({ schedule: "together" })).rejects.toThrow(
      'bestResponseDynamics: `schedule` must be "simultaneous" or "alternating", got together.',
    );
    await expect(run({ floor: { kind: "cellMass", value: 0.125 } })).rejects.toThrow(
      "bestResponseDynamics: `floor.value` must be > 0 and < 1/n = 0.125, got 0.125. The floor alone must not use up the whole mass.",
    );
    const double = flat.map(() => Math.log(2));
    await expect(bestResponseDynamics(measure, game, [flat, double], { floor })).rejects.toThrow(
      /^bestResponseDynamics: `start\[1\]` must be the logarithm of a density that integrates to 1 within 1.5e-8, got one that integrates to 2/,
    );
    const bad = flat.with(3, Number.NaN);
    await expect(
      bestResponseDynamics(measure, { potentials: [flat, bad], temperature: 1 }, [flat, flat], { floor }),
    ).rejects.toThrow(
      "bestResponseDynamics: `potentials[1]` must be a number or +∞ at every point, got NaN at point 3.",
    );
  });
});
