// Every switch against the definition, on tensors and on rows, with gradients.

import {
  type Backend,
  type Critic,
  createRandom,
  type Rows,
  scalar,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, expectClose, gradientCheck } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import type { ContrastOptions, Population, PositiveGroups } from "../src/index.ts";
import * as losses from "../src/index.ts";
import { type DefinitionOptions, lossesByDefinition, swapped, type WeightedMatrix } from "./definition.ts";
import { asRows, asTensor, backend, EPSILON, growth, type Matrix, nearby, numberOf, unitRows } from "./helpers.ts";

const [n, d, temperature] = [6, 4, 0.3];
const pairs = { x: unitRows(1, n, d), y: nearby(2, unitRows(1, n, d), 0.6) };
const [reference, bankX, bankY] = [unitRows(3, 5, d), unitRows(4, 3, d), unitRows(5, 4, d)];
const weights = [0.5, 2, 1, 3, 0.25];
/** Three images with one, two and three captions, an image twice among the rows, and captions out of order. */
const grouped = {
  x: unitRows(6, 4, d),
  y: unitRows(7, 6, d),
  groups: { x: [10, 20, 30, 20], y: [20, 10, 30, 20, 30, 30] },
};
/** Group 1 is twice in x and once in y, group 2 the converse: no ordering puts all matched rows first in every layer. */
const crossed = { x: unitRows(8, 3, d), y: unitRows(9, 3, d), groups: { x: [1, 2, 1], y: [2, 1, 2] } };

type Case = { readonly label: string; readonly x: Matrix; readonly y: Matrix } & Omit<DefinitionOptions, "temperature">;

const cases: readonly Case[] = [
  { label: "cross", ...pairs },
  { label: "own", ...pairs, denominator: "own" },
  { label: "pooled", ...pairs, denominator: "pooled" },
  { label: "reference", ...pairs, denominator: "reference", reference: { rows: reference } },
  { label: "weighted reference", ...pairs, denominator: "reference", reference: { rows: reference, weights } },
  { label: "mixture λ = 0.3", ...pairs, ownWeight: 0.3 },
  { label: "mixture λ = 1", ...pairs, ownWeight: 1 },
  { label: "decoupled cross", ...pairs, includePositive: false },
  { label: "decoupled own", ...pairs, denominator: "own", includePositive: false },
  { label: "decoupled pooled", ...pairs, denominator: "pooled", includePositive: false },
  { label: "smoothed cross", ...pairs, labelSmoothing: 0.1 },
  { label: "smoothed own", ...pairs, denominator: "own", labelSmoothing: 0.2 },
  { label: "smoothed decoupled pooled", ...pairs, denominator: "pooled", labelSmoothing: 0.2, includePositive: false },
  { label: "banks in cross", ...pairs, bank: { x: { rows: bankX }, y: { rows: bankY } } },
  {
    label: "weighted banks in pooled",
    ...pairs,
    denominator: "pooled",
    bank: { x: { rows: bankX, weights: [1, 5, 0.1] }, y: { rows: bankY, weights: [2, 2, 7, 0.5] } },
    labelSmoothing: 0.1,
  },
  { label: "banks in a mixture", ...pairs, ownWeight: 0.5, bank: { x: { rows: bankX }, y: { rows: bankY } } },
  { label: "groups", ...grouped },
  { label: "groups, mean of logs", ...grouped, combine: "meanOfLogs" },
  { label: "groups, pooled, decoupled", ...grouped, denominator: "pooled", includePositive: false },
  {
    label: "groups, own, mean of logs, smoothed",
    ...grouped,
    denominator: "own",
    combine: "meanOfLogs",
    labelSmoothing: 0.3,
  },
  {
    label: "groups, mixture, bank, smoothed",
    ...grouped,
    ownWeight: 0.4,
    bank: { y: { rows: bankY }, x: { rows: bankX } },
    labelSmoothing: 0.15,
  },
  { label: "crossed groups", ...crossed, combine: "meanOfLogs", denominator: "pooled" },
];

const critics: readonly Critic[] = [{ kind: "cosine" }, { kind: "rbf", scale: 0.5 }];
const settings = critics.flatMap((critic) => cases.map((one) => ({ ...one, critic })));

/** The options of the package for those of the definition, over either kind of rows. */
function optionsOf<R>(
  { label: _, x: __, y: ___, ...options }: Case,
  convert: (rows: Matrix) => R,
): ContrastOptions<R> & { readonly positives?: PositiveGroups } {
  const { reference, bank, groups, combine, ...rest } = options;
  const population = ({ rows, weights }: WeightedMatrix): Population<R> =>
    weights ? { rows: convert(rows), logWeights: weights.map(Math.log) } : convert(rows);
  return {
    ...rest,
    ...(reference && { reference: population(reference) }),
    ...(bank && { bank: { ...(bank.x && { x: population(bank.x) }), ...(bank.y && { y: population(bank.y) }) } }),
    ...(groups && { positives: { groups, ...(combine && { combine }) } }),
  };
}

const meanOf = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

/** The definition cancels logits of size 1/τ, up to 2/τ with rbf at this scale, and sums up to fifteen terms. */
const tolerance = { ulps: growth({ n: 15, d, temperature }), epsilon: EPSILON, scale: 2 / temperature };

describe.each(settings)("$label, $critic.kind", (one) => {
  const { x, y, critic } = one;
  const optionsOn = (on: Backend) => ({ temperature, critic, ...optionsOf(one, (rows) => asTensor(rows, on)) });
  const options = optionsOn(backend);
  const onRows = { temperature, critic, ...optionsOf<Rows>(one, asRows) };
  const forward = lossesByDefinition(x, y, { temperature, ...one });
  const backward = lossesByDefinition(y, x, swapped({ temperature, ...one }));
  const { denominator, ownWeight = 0 } = one;
  const ownSide = denominator === "own" || denominator === "pooled" || ownWeight > 0;
  // A bank of the anchors' own side has no place in a denominator of the other side.
  const oneSided = <R>(of: ContrastOptions<R>): ContrastOptions<R> =>
    ownSide || of.bank?.y === undefined ? of : { ...of, bank: { y: of.bank.y } };

  test("losses are those of the definition", async () => {
    const perSample = losses.infoNCEPerSample(asTensor(x), asTensor(y), { ...options, ...oneSided(options) });
    expectAllClose(perSample.dataSync(), forward, tolerance);
    const rows = await losses.infoNCEPerSampleOnRows(asRows(x), asRows(y), { ...onRows, ...oneSided(onRows) });
    expectAllClose(rows.loss, forward, tolerance);
    const symmetric = losses.symmetricInfoNCE(asTensor(x), asTensor(y), { ...options, forwardWeight: 0.3 });
    const expected = 0.3 * meanOf(forward) + 0.7 * meanOf(backward);
    expectClose(numberOf(symmetric), expected, tolerance);
    const summary = await losses.symmetricInfoNCEOnRows(asRows(x), asRows(y), { ...onRows, forwardWeight: 0.3 });
    expectClose(summary.loss, expected, tolerance);
    expectClose(summary.forward.loss, meanOf(forward), tolerance);
    expectClose(summary.backward.loss, meanOf(backward), tolerance);
  });

  test("gradients are those of differences, and the same on rows", async () => {
    const f = (...xs: Tensor[]) =>
      losses.symmetricInfoNCE(xs[0]!, xs[1]!, {
        ...optionsOn(xs[0]!.backend),
        temperature: xs[2]!,
        forwardWeight: 0.3,
      });
    const inputs = [asTensor(x), asTensor(y), scalar(backend, temperature)];
    const check = await gradientCheck(f, inputs, { random: createRandom(one.label) });
    expect(check.relativeError).toBeLessThan(check.tolerance);
    const { value, gradients } = valueAndGrad(f, inputs);
    const actual = await losses.symmetricInfoNCEGradientOnRows(asRows(x), asRows(y), { ...onRows, forwardWeight: 0.3 });
    expectClose(actual.loss, numberOf(value), tolerance);
    // Weights up to 1/τ, and for the temperature 1/τ², are summed.
    const scaled = { ...tolerance, ulps: 2 * tolerance.ulps, scale: 2 / temperature };
    expectAllClose(actual.gradients.x, gradients[0]!.dataSync(), scaled);
    expectAllClose(actual.gradients.y, gradients[1]!.dataSync(), scaled);
    expectClose(actual.gradients.temperature, numberOf(gradients[2]!), { ...scaled, scale: 2 / temperature ** 2 });
  });

  test("measures are the same on tensors and on rows", async () => {
    const statistics = losses.symmetricInfoNCEStatistics(asTensor(x), asTensor(y), options);
    const summary = await losses.symmetricInfoNCEOnRows(asRows(x), asRows(y), onRows);
    for (const direction of ["forward", "backward"] as const) {
      for (const name of ["loss", "decoupledLoss", "positiveMass", "effectiveNegatives"] as const) {
        const scaled = { ...tolerance, ulps: 4 * tolerance.ulps };
        expectClose(summary[direction][name], numberOf(statistics[direction][name]), scaled);
      }
    }
  });
});
