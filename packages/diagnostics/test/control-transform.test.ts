// A fitted control as a file: what comes back from JSON or matrices, and what is refused.

import { asRowSource } from "@nce-geometry/pairwise";
import type { RowMatrix } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import {
  applyControl,
  type ControlTransform,
  controlFromMatrices,
  controlHeader,
  controlMatrices,
  fitControl,
  loadControl,
  parseControlTransform,
} from "../src/index.ts";
import { equalRows, permuteRows, randomRows } from "./unit-rows.ts";

const [x, y] = [randomRows(1, 20, 4, [1]), randomRows(2, 20, 4, [0, 1])];
const whitened = await fitControl(x, y, {
  kind: "whiten",
  provenance: { split: "fnv1a64:0", inputs: { x: "a", y: "b" }, library: "nce-geometry 1.0.0" },
});

async function read(transform: ControlTransform, rows: RowMatrix) {
  return applyControl(transform, rows, "x").read(0, rows.rows);
}

describe("a transform that was stored", () => {
  test("comes back from JSON bit for bit, with its origin", async () => {
    const back = parseControlTransform(JSON.parse(JSON.stringify(whitened)));
    expect(back).toEqual(whitened);
    expect(await read(back, x)).toEqual(await read(whitened, x));
    expect(back.provenance).toEqual({
      items: 20,
      captions: 20,
      split: "fnv1a64:0",
      inputs: { x: "a", y: "b" },
      library: "nce-geometry 1.0.0",
    });
    expect(back.schema).toBe("nce-geometry/control-transform@1");
  });

  test("comes back from its matrices, which carry their places as names", () => {
    const matrices = controlMatrices(whitened);
    expect(matrices.map(({ name, shape }) => [name, shape])).toEqual([
      ["x.0.vector", [1, 4]],
      ["x.1.matrix", [4, 4]],
      ["y.0.vector", [1, 4]],
      ["y.1.matrix", [4, 4]],
    ]);
    const header = controlHeader(whitened);
    expect(JSON.stringify(header)).not.toContain("float64");
    expect(controlFromMatrices(header, matrices)).toEqual(whitened);
    expect(() => controlFromMatrices(header, matrices.slice(1))).toThrow(
      "controlFromMatrices: `matrices` must be with x.0.vector, got 3 others.",
    );
  });

  test.each([0, -0, 5e-324, -1.7976931348623157e308, 1 / 3])("keeps the number %d", async (value) => {
    const base = await fitControl(x, y, { kind: "centre", renormalize: false });
    const matrices = controlMatrices(base).map((matrix) => ({ ...matrix, data: matrix.data.map(() => value) }));
    const [first] = controlMatrices(controlFromMatrices(controlHeader(base), matrices));
    expect(Object.is(first!.data[0], value)).toBe(true);
  });
});

describe("refusals of what is no transform", () => {
  const step = whitened.x[0] as { readonly vector: { readonly shape: readonly number[]; readonly float64: string } };
  const withVector = (vector: unknown) => ({ ...whitened, x: [{ op: "subtract", vector }] });
  const nan = btoa(String.fromCharCode(0, 0, 0, 0, 0, 0, 0xf8, 0x7f).repeat(4));

  test.each([
    [null, "`transform` must be a record, got null."],
    [[], "`transform` must be a record, got a list."],
    [{}, "`transform.schema` must be nce-geometry/control-transform@1, got none."],
    [
      { ...whitened, schema: "nce-geometry/control-transform@2" },
      '`transform.schema` must be nce-geometry/control-transform@1, got "nce-geometry/control-transform@2".',
    ],
    [{ ...whitened, dim: 0 }, "`transform.dim` must be an integer ≥ 1, got 0."],
    [{ ...whitened, x: 1 }, "`transform.x` must be a list of steps, got number."],
    [
      { ...whitened, y: [{ op: "eval" }] },
      '`transform.y[0].op` must be one of subtract, divide, multiply, remove, residual, normalize, got "eval".',
    ],
    [
      { ...whitened, y: [{ op: "toString" }] },
      '`transform.y[0].op` must be one of subtract, divide, multiply, remove, residual, normalize, got "toString".',
    ],
    [{ ...whitened, dim: 5 }, "`transform.x[0].vector.shape` must be [1, 5], got [1,4]."],
    [withVector(undefined), "`transform.x[0].vector.shape` must be [1, 4], got none."],
    [withVector({ shape: [1, 4] }), "`transform.x[0].vector.float64` must be a string, got undefined."],
    [
      withVector({ shape: [1, 4], float64: "not base64!" }),
      "`transform.x[0].vector.float64` must be base64, got other characters.",
    ],
    [
      withVector({ shape: [1, 4], float64: "A" }),
      "`transform.x[0].vector.float64` must be base64, got other characters.",
    ],
    [
      withVector({ shape: [1, 4], float64: step.vector.float64.slice(0, 40) }),
      "`transform.x[0].vector.float64` must be base64 of 32 bytes, got 30 bytes.",
    ],
    [
      withVector({ shape: [1, 4], float64: nan }),
      "`transform.x[0].vector.float64` must be finite numbers, got NaN at index 0.",
    ],
    [
      { ...whitened, x: [{ op: "remove" }] },
      "`transform.x[0].directions.shape` must be [rows ≥ 1, columns], got none.",
    ],
    [
      { ...whitened, x: [{ op: "residual", activation: "relu" }] },
      '`transform.x[0].activation` must be "none" or "tanh", got "relu".',
    ],
  ])("%#", (value, message) => {
    expect(() => parseControlTransform(value)).toThrow(
      expect.objectContaining({ code: "E_FORMAT", message: `parseControlTransform: ${message}` }),
    );
  });

  test("options are checked as when fitting", () => {
    expect(() => parseControlTransform({ ...whitened, options: { kind: "shift", lambda: "1" } })).toThrow(
      'parseControlTransform: `transform.options.lambda` must be a finite number, got "1".',
    );
  });

  test("every cut of the numbers and every foreign character among them is refused", () => {
    const text = step.vector.float64.replace(/=+$/, "");
    for (let at = 0; at < text.length; at++) {
      for (const damaged of [text.slice(0, at), `${text.slice(0, at)}\u0000${text.slice(at + 1)}`]) {
        expect(() => parseControlTransform(withVector({ shape: [1, 4], float64: damaged }))).toThrow(
          "transform.x[0].vector",
        );
      }
    }
  });
});

describe("applying", () => {
  test("blocks of any size give the same bits, from a matrix or a source", async () => {
    const whole = await read(whitened, x);
    const source = applyControl(whitened, asRowSource(x), "x");
    expect(source).toMatchObject({ rows: 20, dim: 4, dtype: "float64" });
    const out = new Float64Array(12);
    expect(await source.read(7, 3, out)).toEqual(whole.slice(28, 40));
    expect(out).toEqual(whole.slice(28, 40));
    const loaded = loadControl(whitened);
    for (let i = 0; i < 20; i++) {
      expect(await loaded.apply(permuteRows(x, [i]), "x").read(0, 1)).toEqual(whole.slice(4 * i, 4 * i + 4));
    }
  });

  test("the rows given stay as they are", async () => {
    const before = Float64Array.from(x.data);
    await read(whitened, x);
    expect(x.data).toEqual(before);
  });

  test("float32 rows are taken as what they are", async () => {
    const single = { ...x, data: Float32Array.from(x.data) };
    const double = { ...x, data: Float64Array.from(single.data) };
    expect(await read(whitened, single)).toEqual(await read(whitened, double));
  });

  test("an unknown side, rows of another model", () => {
    expect(() => applyControl(whitened, x, "z" as never)).toThrow('applyControl: `side` must be "x" or "y", got "z".');
    expect(() => applyControl(whitened, randomRows(1, 2, 3), "x")).toThrow(
      expect.objectContaining({
        code: "E_SHAPE",
        message:
          "applyControl: `rows` must be of dimension 4, as the transform is, got [2, 3]. A control applies to embeddings of the model that it was fitted on.",
      }),
    );
  });

  test.each([
    [Number.NaN, "E_NOT_FINITE", "`rows` must be finite, got NaN or ∞ in row 2."],
    [0, "E_ZERO_ROW", "`rows` must be of unit rows, got zeros in row 2. A zero row has no direction; remove it."],
    [
      2,
      "E_OPTION",
      "`rows` must be of unit rows, got norm 4.00000 in row 2. Normalise the rows first, as those were that the control was fitted on.",
    ],
  ])("a row of %d is named", async (value, code, message) => {
    const data = Float64Array.from(x.data);
    data.fill(value, 8, 12);
    const reading = applyControl(whitened, { ...x, data }, "x").read(0, 5);
    await expect(reading).rejects.toMatchObject({ code, message: `applyControl: ${message}` });
  });

  test("a row of which nothing is left is named", async () => {
    const transform = await fitControl(equalRows([0.6, 0.8, 0, 0], 20), y, { kind: "centre" });
    await expect(read(transform, equalRows([0.6, 0.8, 0, 0], 2))).rejects.toMatchObject({
      code: "E_ZERO_ROW",
      message:
        "applyControl: `rows` must be rows of which the control leaves a direction, got nothing of row 0. The row equals what the control takes away, such as the mean; remove it.",
    });
  });
});
