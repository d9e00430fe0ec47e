import { existsSync, readFileSync } from "node:fs";
import { poolInfoNCE } from "@nce-geometry/losses";
import { type Critic, createRandom, fromData, type RowMatrix, referenceBackend } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { createEncoder, parameterGradients } from "@nce-geometry/train";
import { describe, expect, test } from "vitest";
import { type EncodedRows, encodeRows, firstRows, type OutputMap } from "./encoder-pass.ts";
import { poolEncoderGradient } from "./pool-gradient.ts";

const epsilon = 2 ** -52;
const random = createRandom(1);
const draw = (label: string, rows: number): RowMatrix => {
  return { rows, dim: 5, data: random.split(label).normal(5 * rows) };
};
const weights = random.split("weights").normal(7 * 5);
const map = { inputs: 5, outputs: 7, weights };
const [x, v, w] = [draw("anchors", 6), draw("positives", 6), draw("negatives", 11)];

describe.each([
  ["normalized", { kind: "cosine" }],
  ["tanh", { kind: "rbf", scale: 0.3 }],
  ["none", { kind: "rbf", scale: 0.02 }],
] as const satisfies readonly (readonly [OutputMap, Critic])[])("output %s, critic %j", (output, critic) => {
  test.each([true, false])(
    "closed form = differentiation through encoder and loss; positive counts: %s",
    async (includePositive) => {
      const backend = referenceBackend();
      const options = { temperature: 0.4, critic, includePositive };
      const encoder = createEncoder({
        kind: "linear",
        inputs: 5,
        outputs: 7,
        bias: false,
        output: output === "none" ? "linear" : output,
      });
      const { value, gradients } = parameterGradients(
        (parameters) => {
          const on = parameters.weight!.backend;
          const encode = ({ rows, dim, data }: RowMatrix) => encoder.apply(parameters, fromData(on, data, [rows, dim]));
          return poolInfoNCE(encode(x), encode(v), encode(w), options);
        },
        { weight: fromData(backend, weights, [7, 5]) },
      );
      const encoded = (rows: RowMatrix) => encodeRows(map, rows, output);
      const rows = { anchors: encoded(x), positives: encoded(v), negatives: encoded(w) };
      const ours = await poolEncoderGradient(rows, { ...options, output });
      // Some hundred terms of size 1/τ, each with some ten roundings.
      const tolerance = { ulps: 1000, epsilon, scale: 1 / options.temperature };
      expectClose(ours.loss, value.dataSync()[0]!, tolerance);
      expectAllClose(ours.gradient, gradients.weight!.dataSync(), tolerance);
    },
  );
});

test("unit rows on the sphere, numbers below 1 in the box, the first rows as they are", () => {
  const onSphere = encodeRows(map, x, "normalized");
  for (let i = 0; i < 6; i++) {
    expectClose(Math.hypot(...onSphere.outputs.data.subarray(7 * i, 7 * i + 7)), 1, { ulps: 4, epsilon });
  }
  const plain = encodeRows(map, x, "none").outputs.data;
  expectAllClose(encodeRows(map, x, "tanh").outputs.data, Array.from(plain, Math.tanh), { ulps: 1, epsilon });
  const head = firstRows(onSphere, 2);
  expect(head.outputs).toEqual({ rows: 2, dim: 7, data: onSphere.outputs.data.subarray(0, 14) });
  expect(head.inputs.data).toEqual(x.data.subarray(0, 10));
  expect(head.norms).toHaveLength(2);
});

interface Golden {
  readonly critic: "cosine" | "rbf";
  readonly tau: number;
  readonly rbfScale: number;
  readonly W: readonly (readonly number[])[];
  readonly x: readonly (readonly number[])[];
  readonly xPositive: readonly (readonly number[])[];
  readonly xNegatives: readonly (readonly number[])[];
  readonly Ns: readonly number[];
  readonly cosine: readonly number[];
  readonly relativeError: readonly number[];
  readonly gradReference: readonly number[];
}

const oracle = new URL("../../../../../shared/oracles/gradient_consistency.json", import.meta.url);
const missing = existsSync(oracle) ? "" : " — SKIPPED: the golden values are absent";

test.skipIf(missing !== "")(`gradients of the paper's code, and how those at N compare${missing}`, async () => {
  const cases: readonly Golden[] = JSON.parse(readFileSync(oracle, "utf8"));
  expect(cases.map(({ critic }) => critic)).toEqual(["cosine", "rbf"]);
  for (const golden of cases) {
    const output = golden.critic === "cosine" ? "normalized" : "tanh";
    const critic: Critic = golden.critic === "cosine" ? { kind: "cosine" } : { kind: "rbf", scale: golden.rbfScale };
    const encode = (rows: readonly (readonly number[])[]): EncodedRows => {
      const data = Float64Array.from(rows.flat());
      const matrix = {
        inputs: golden.W[0]!.length,
        outputs: golden.W.length,
        weights: Float64Array.from(golden.W.flat()),
      };
      return encodeRows(matrix, { rows: rows.length, dim: rows[0]!.length, data }, output);
    };
    const pool = encode(golden.xNegatives);
    const at = async (size: number) => {
      const rows = { anchors: encode(golden.x), positives: encode(golden.xPositive), negatives: firstRows(pool, size) };
      const options = { temperature: golden.tau, critic, output, includePositive: true } as const;
      return (await poolEncoderGradient(rows, options)).gradient;
    };
    const reference = await at(golden.xNegatives.length);
    const agreement = { ulps: 1, epsilon: 1e-10, scale: 1 };
    expectAllClose(reference, golden.gradReference, agreement);
    for (const [k, size] of golden.Ns.entries()) {
      const gradient = await at(size);
      const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      const cosine = dot(gradient, reference) / Math.sqrt(dot(gradient, gradient) * dot(reference, reference));
      const difference = gradient.map((value, i) => value - reference[i]!);
      const error = Math.sqrt(dot(difference, difference) / dot(reference, reference));
      expectAllClose([cosine, error], [golden.cosine[k]!, golden.relativeError[k]!], agreement);
    }
  }
});
