// A fitted control: what is done to the rows of either modality, step by step, as JSON.

import { InputError } from "@nce-geometry/tensor";
import type { ResolvedControl } from "./control-options.ts";
import { decodeNumbers, encodeNumbers, type NumberArray } from "./number-array.ts";
import { resolveControl } from "./resolve-control.ts";

export type ControlTransformSchema = "nce-geometry/control-transform@1";

export const controlTransformSchema: ControlTransformSchema = "nce-geometry/control-transform@1";

/**
 * One thing done to a row z [d], with arrays of type A.
 * - `subtract`: z − vector;  `divide`: z/vector, per coordinate;  `multiply`: z·matrix [d, d];
 * - `remove`: z − Σ_k ⟨z, u_k⟩u_k over the orthonormal rows u_k of directions [r, d];
 * - `residual`: z + a(z·down + downBias)·up + bias, a the identity or tanh;
 * - `normalize`: z/‖z‖.
 */
export type ControlStep<A = NumberArray> =
  | { readonly op: "subtract"; readonly vector: A }
  | { readonly op: "divide"; readonly vector: A }
  | { readonly op: "multiply"; readonly matrix: A }
  | { readonly op: "remove"; readonly directions: A }
  | {
      readonly op: "residual";
      readonly activation: "none" | "tanh";
      readonly down: A;
      readonly downBias: A;
      readonly up: A;
      readonly bias: A;
    }
  | { readonly op: "normalize" };

/** Where a transform comes from. */
export interface ControlProvenance {
  /** Items and captions it was fitted on; the same number without a map. */
  readonly items: number;
  readonly captions: number;
  /** Hash of the items of the split that it was fitted on, see {@link splitItems}. */
  readonly split?: string;
  /** Checksums of the files, as given. */
  readonly inputs?: { readonly x?: string; readonly y?: string };
  /** Name and version of the program, as given. */
  readonly library?: string;
}

/** How the fitting went. */
export type ControlFit =
  | {
      /** `closedForm`: nothing to go wrong. `chance`: no probe tells the modalities apart any more. `maxDirections`: one still does. */
      readonly status: "closedForm" | "chance" | "maxDirections";
      /** Shrinkage used, where a covariance was shrunk; of x and y where each has its own. */
      readonly shrinkage?: readonly number[];
      /** Cross-validated AUC before each removal, and after the last. */
      readonly probeAuc?: readonly number[];
    }
  | {
      /** `converged`: the validation loss stopped improving. `maxSteps`: it had not yet. The best parameters are kept in any case. */
      readonly status: "converged" | "maxSteps" | "diverged" | "aborted";
      readonly steps: number;
      readonly bestStep: number;
      readonly validationLoss: { readonly initial: number; readonly best: number };
      readonly backend: string;
    };

/** A fitted control with arrays of type A; plain JSON with the default. */
export interface ControlTransform<A = NumberArray> {
  readonly schema: ControlTransformSchema;
  readonly options: ResolvedControl;
  readonly dim: number;
  readonly x: readonly ControlStep<A>[];
  readonly y: readonly ControlStep<A>[];
  readonly fit: ControlFit;
  readonly provenance: ControlProvenance;
}

/** A transform with the shapes of its arrays in the place of their numbers. */
export type ControlHeader = ControlTransform<{ readonly shape: readonly [number, number] }>;

/** A matrix with the name of its place in a transform, such as `x.0.vector`. */
export interface NamedMatrix {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly data: Float64Array;
}

/** Shapes of the arrays of a step for rows of dimension d; a dimension that is free is −1. */
const arraysOf: { readonly [Op in ControlStep["op"]]: (d: number) => Readonly<Record<string, readonly number[]>> } = {
  subtract: (d) => ({ vector: [1, d] }),
  divide: (d) => ({ vector: [1, d] }),
  multiply: (d) => ({ matrix: [d, d] }),
  remove: (d) => ({ directions: [-1, d] }),
  residual: (d) => ({ down: [d, -1], downBias: [1, -1], up: [-1, d], bias: [1, d] }),
  normalize: () => ({}),
};

/**
 * A transform from JSON, checked: schema, options, and every array.
 *
 * Limits:   parseControlTransform(JSON.parse(JSON.stringify(transform))) is the transform, bit for bit.
 * Throws:   InputError E_FORMAT, E_OPTION.
 */
export function parseControlTransform(value: unknown): ControlTransform {
  decodeTransform("parseControlTransform", value);
  return value as ControlTransform;
}

/** The arrays of a transform under their names, so that they can be written as one `.npz` file. */
export function controlMatrices(transform: ControlTransform): NamedMatrix[] {
  const decoded = decodeTransform("controlMatrices", transform);
  const matrices: NamedMatrix[] = [];
  for (const side of ["x", "y"] as const) {
    decoded[side].forEach((step, index) => {
      for (const [key, data] of Object.entries(step)) {
        if (!(data instanceof Float64Array)) continue;
        const { shape } = (transform[side][index] as unknown as Readonly<Record<string, NumberArray>>)[key]!;
        matrices.push({ name: `${side}.${index}.${key}`, shape, data });
      }
    });
  }
  return matrices;
}

/** The transform without its numbers: what has to be kept beside the matrices of {@link controlMatrices}. */
export function controlHeader(transform: ControlTransform): ControlHeader {
  const bare = (steps: readonly ControlStep[]) => {
    return steps.map((step) => mapArrays(step, (array) => ({ shape: (array as NumberArray).shape })));
  };
  return { ...transform, x: bare(transform.x), y: bare(transform.y) };
}

/**
 * The transform of a header and its matrices.
 *
 * Limits:   controlFromMatrices(controlHeader(t), controlMatrices(t)) is t, bit for bit.
 * Throws:   InputError E_FORMAT where a matrix is missing or of another shape; as {@link parseControlTransform}.
 */
export function controlFromMatrices(header: ControlHeader, matrices: readonly NamedMatrix[]): ControlTransform {
  const where = "controlFromMatrices";
  const byName = new Map(matrices.map((matrix) => [matrix.name, matrix]));
  const filled = (side: "x" | "y") => {
    return header[side].map((step, index) =>
      mapArrays(step, (_, key) => {
        const name = `${side}.${index}.${key}`;
        const found = byName.get(name);
        if (found) return encodeNumbers(found.data, ...found.shape);
        const received = `${matrices.length} others`;
        throw new InputError({ code: "E_FORMAT", where, argument: "matrices", expected: `with ${name}`, received });
      }),
    );
  };
  const transform = { ...header, x: filled("x"), y: filled("y") };
  decodeTransform(where, transform);
  return transform;
}

/** The transform with its numbers as arrays; E_FORMAT or E_OPTION where it is none. */
export function decodeTransform(where: string, value: unknown): ControlTransform<Float64Array> {
  const record = asRecord(where, "transform", value);
  if (record.schema !== controlTransformSchema) {
    refuse(where, "transform.schema", controlTransformSchema, JSON.stringify(record.schema) ?? "none");
  }
  const dim = record.dim as number;
  if (!Number.isSafeInteger(dim) || dim < 1)
    refuse(where, "transform.dim", "an integer ≥ 1", JSON.stringify(dim) ?? "none");
  const options = resolveControl(where, "transform.options", record.options as ResolvedControl);
  const side = (name: "x" | "y") => {
    const steps = record[name];
    if (!Array.isArray(steps)) return refuse(where, `transform.${name}`, "a list of steps", typeof steps);
    return steps.map((step, index) => decodeStep(where, `transform.${name}[${index}]`, step, dim));
  };
  return { ...(value as ControlTransform), options, x: side("x"), y: side("y") };
}

/** The steps as JSON. */
export function encodeSteps(steps: readonly ControlStep<Float64Array>[], dim: number): ControlStep[] {
  return steps.map((step) => {
    const shapes = arraysOf[step.op](dim);
    return mapArrays(step, (data, key) => {
      const [rows, columns] = shapes[key]!;
      const size = (data as Float64Array).length;
      const resolvedRows = rows === -1 ? size / columns! : rows!;
      return encodeNumbers(data as Float64Array, resolvedRows, columns === -1 ? size / resolvedRows : columns!);
    });
  });
}

function decodeStep(where: string, argument: string, value: unknown, dim: number): ControlStep<Float64Array> {
  const step = asRecord(where, argument, value);
  const op = step.op as ControlStep["op"];
  if (!Object.hasOwn(arraysOf, op)) {
    refuse(where, `${argument}.op`, `one of ${Object.keys(arraysOf).join(", ")}`, JSON.stringify(op) ?? "none");
  }
  if (op === "residual" && step.activation !== "none" && step.activation !== "tanh") {
    refuse(where, `${argument}.activation`, '"none" or "tanh"', JSON.stringify(step.activation) ?? "none");
  }
  const free = freeDimension(where, argument, step, op);
  const arrays = Object.entries(arraysOf[op](dim)).map(([key, [rows, columns]]) => {
    const shape = [rows === -1 ? free : rows!, columns === -1 ? free : columns!] as const;
    return [key, decodeNumbers(where, `${argument}.${key}`, step[key], shape)] as const;
  });
  return { ...step, ...Object.fromEntries(arrays) } as unknown as ControlStep<Float64Array>;
}

/** The number of directions, or the width of the bottleneck. */
function freeDimension(
  where: string,
  argument: string,
  step: Readonly<Record<string, unknown>>,
  op: ControlStep["op"],
): number {
  const key = { remove: "directions", residual: "up" }[op as string];
  if (key === undefined) return 0;
  const shape = (step[key] as Partial<NumberArray> | undefined)?.shape;
  const count = Array.isArray(shape) ? (shape[0] as number) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= 1) return count;
  return refuse(where, `${argument}.${key}.shape`, "[rows ≥ 1, columns]", JSON.stringify(shape) ?? "none");
}

function mapArrays<A, B>(step: ControlStep<A>, map: (array: A, key: string) => B): ControlStep<B> {
  const entries = Object.entries(step).map(([key, value]) => {
    return [key, key === "op" || key === "activation" ? value : map(value as A, key)] as const;
  });
  return Object.fromEntries(entries) as unknown as ControlStep<B>;
}

function asRecord(where: string, argument: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return refuse(where, argument, "a record", value === null ? "null" : Array.isArray(value) ? "a list" : typeof value);
}

function refuse(where: string, argument: string, expected: string, received: string): never {
  throw new InputError({ code: "E_FORMAT", where, argument, expected, received });
}
