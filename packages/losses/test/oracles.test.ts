import { existsSync, readFileSync } from "node:fs";
import { type Critic, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, test } from "vitest";
import {
  infoNCE,
  infoNCEGradientOnRows,
  poolInfoNCE,
  poolInfoNCEGradientOnRows,
  poolInfoNCEOnRows,
  symmetricInfoNCE,
  symmetricInfoNCEGradientOnRows,
  symmetricInfoNCEOnRows,
} from "../src/index.ts";
import { asRows, asTensor, type Matrix, numberOf } from "./helpers.ts";

interface PoolCase {
  readonly critic: "cosine" | "rbf";
  readonly tau: number;
  readonly rbfScale: number;
  readonly z: Matrix;
  readonly positives: Matrix;
  readonly negatives: Matrix;
  readonly loss: number;
  readonly gradZ: Matrix;
  readonly gradPositives: Matrix;
  readonly gradNegatives: Matrix;
}

interface SymmetricCase {
  readonly tau: number;
  readonly z1: Matrix;
  readonly z2: Matrix;
  readonly loss: number;
  readonly loss12: number;
  readonly loss21: number;
  readonly gradZ1: Matrix;
  readonly gradZ2: Matrix;
}

const folder = new URL("../../../../shared/oracles/", import.meta.url);
const missing = existsSync(folder) ? "" : " — SKIPPED: the folder of golden values is absent";
const read = <T>(name: string): readonly T[] =>
  missing ? [] : (JSON.parse(readFileSync(new URL(name, folder), "utf8")) as readonly T[]);

/** The golden values are good to 1e-12 of the largest entry of each array. */
const agreement = { ulps: 1, epsilon: 1e-12 };
function expectGradient(actual: ArrayLike<number>, expected: Matrix): void {
  const flat = expected.flat();
  expectAllClose(actual, flat, { ...agreement, scale: Math.max(...flat.map(Math.abs)) });
}

describe.skipIf(missing !== "")(`golden pool InfoNCE${missing}`, () => {
  const cases = read<PoolCase>("infonce_unimodal.json");
  const criticOf = ({ critic, rbfScale }: PoolCase): Critic =>
    critic === "rbf" ? { kind: "rbf", scale: rbfScale } : { kind: "cosine" };

  test.each(cases)("tensors: $critic, τ = $tau", (golden) => {
    const options = { temperature: golden.tau, critic: criticOf(golden) };
    const f = (...xs: Tensor[]) => poolInfoNCE(xs[0]!, xs[1]!, xs[2]!, options);
    const inputs = [golden.z, golden.positives, golden.negatives].map((rows) => asTensor(rows));
    const { value, gradients } = valueAndGrad(f, inputs);
    expectClose(numberOf(value), golden.loss, agreement);
    expectGradient(gradients[0]!.dataSync(), golden.gradZ);
    expectGradient(gradients[1]!.dataSync(), golden.gradPositives);
    expectGradient(gradients[2]!.dataSync(), golden.gradNegatives);
  });

  test.each(cases)("rows: $critic, τ = $tau", async (golden) => {
    const options = { temperature: golden.tau, critic: criticOf(golden) };
    const [z, v, w] = [asRows(golden.z), asRows(golden.positives), asRows(golden.negatives)];
    expectClose((await poolInfoNCEOnRows(z, v, w, options)).loss, golden.loss, agreement);
    const { loss, gradients } = await poolInfoNCEGradientOnRows(z, v, w, options);
    expectClose(loss, golden.loss, agreement);
    expectGradient(gradients.anchors, golden.gradZ);
    expectGradient(gradients.positives, golden.gradPositives);
    expectGradient(gradients.negatives, golden.gradNegatives);
  });
});

describe.skipIf(missing !== "")(`golden symmetric InfoNCE${missing}`, () => {
  const cases = read<SymmetricCase>("infonce_symmetric.json");

  test.each(cases)("tensors: τ = $tau", ({ tau: temperature, z1, z2, ...golden }) => {
    const f = (...xs: Tensor[]) => symmetricInfoNCE(xs[0]!, xs[1]!, { temperature });
    const [x, y] = [asTensor(z1), asTensor(z2)];
    const { value, gradients } = valueAndGrad(f, [x, y]);
    expectClose(numberOf(value), golden.loss, agreement);
    expectGradient(gradients[0]!.dataSync(), golden.gradZ1);
    expectGradient(gradients[1]!.dataSync(), golden.gradZ2);
    expectClose(numberOf(infoNCE(x, y, { temperature })), golden.loss12, agreement);
    expectClose(numberOf(infoNCE(y, x, { temperature })), golden.loss21, agreement);
  });

  test.each(cases)("rows: τ = $tau", async ({ tau: temperature, z1, z2, ...golden }) => {
    const [x, y] = [asRows(z1), asRows(z2)];
    const summary = await symmetricInfoNCEOnRows(x, y, { temperature });
    expectClose(summary.loss, golden.loss, agreement);
    expectClose(summary.forward.loss, golden.loss12, agreement);
    expectClose(summary.backward.loss, golden.loss21, agreement);
    const { loss, forward, backward, gradients } = await symmetricInfoNCEGradientOnRows(x, y, { temperature });
    expectClose(loss, golden.loss, agreement);
    expectClose(forward, golden.loss12, agreement);
    expectClose(backward, golden.loss21, agreement);
    expectGradient(gradients.x, golden.gradZ1);
    expectGradient(gradients.y, golden.gradZ2);
    expectClose((await infoNCEGradientOnRows(x, y, { temperature })).loss, golden.loss12, agreement);
  });
});
