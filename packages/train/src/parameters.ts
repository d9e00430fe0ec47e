// Parameters are a record of tensors: what an encoder is made of, an optimiser moves and a checkpoint keeps.

import { InputError, reshape, type Tensor, valueAndGrad } from "@nce-geometry/tensor";

/** Tensors of one backend by name, in a fixed order. */
export type ParameterRecord = Readonly<Record<string, Tensor>>;

/** A value and its gradients, by the names of the parameters. */
export interface ParameterGradients {
  readonly value: Tensor;
  readonly gradients: ParameterRecord;
}

/**
 * Value and gradients of a scalar function of parameters.
 *
 * Math:     gradients[name] = ∂f/∂parameters[name].
 * Shapes:   f: record → [];  gradients as the parameters.
 * Limits:   a parameter on which f does not depend → zeros.
 * Throws:   as `valueAndGrad` of the tensor package.
 */
export function parameterGradients(
  f: (parameters: ParameterRecord) => Tensor,
  parameters: ParameterRecord,
): ParameterGradients {
  const names = Object.keys(parameters);
  const recordOf = (tensors: readonly Tensor[]) => Object.fromEntries(names.map((name, k) => [name, tensors[k]!]));
  const { value, gradients } = valueAndGrad((...xs) => f(recordOf(xs)), Object.values(parameters));
  return { value, gradients: recordOf(gradients) };
}

/**
 * All numbers of a record, one tensor after the other.
 *
 * Shapes: record → Σ of the sizes.
 */
export async function flattenParameters(parameters: ParameterRecord): Promise<Float64Array> {
  const parts = await Promise.all(Object.values(parameters).map((tensor) => tensor.data()));
  const flat = new Float64Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    flat.set(part, at);
    at += part.length;
  }
  return flat;
}

/**
 * Parameters of several parts, such as two encoders and a temperature, as one record: `image.weight`, `text.weight`, …
 *
 * Limits: {@link partOfParameters} gives each part back.
 */
export function joinParameters(parts: Readonly<Record<string, ParameterRecord>>): ParameterRecord {
  const entries = Object.entries(parts).flatMap(([part, parameters]) =>
    Object.entries(parameters).map(([name, tensor]) => [`${part}.${name}`, tensor] as const),
  );
  return Object.fromEntries(entries);
}

/**
 * One part of a joined record, under its own names.
 *
 * Throws: InputError E_OPTION where there is none of that name.
 */
export function partOfParameters(parameters: ParameterRecord, part: string): ParameterRecord {
  const prefix = `${part}.`;
  const entries = Object.entries(parameters).filter(([name]) => name.startsWith(prefix));
  if (entries.length === 0) {
    const received = Object.keys(parameters).join(", ") || "none";
    const expected = `a record with parameters named "${prefix}…"`;
    throw new InputError({ code: "E_OPTION", where: "partOfParameters", argument: "parameters", expected, received });
  }
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** The tensors of `f(tensor, name)` under the same names. */
export function mapParameters(
  parameters: ParameterRecord,
  f: (tensor: Tensor, name: string) => Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [name, f(tensor, name)]));
}

/** New handles on the same numbers, so that disposing of one record leaves the other. */
export function copyParameters(parameters: ParameterRecord): ParameterRecord {
  return mapParameters(parameters, (tensor) => reshape(tensor, tensor.shape));
}

/** Frees the tensors of a record. */
export function disposeParameters(parameters: ParameterRecord): void {
  for (const tensor of Object.values(parameters)) tensor.dispose();
}

/** Refuses a record whose names or shapes are not those of another. */
export function requireAlike(where: string, argument: string, record: ParameterRecord, model: ParameterRecord): void {
  const fail = (expected: string, received: string): never => {
    throw new InputError({ code: "E_SHAPE", where, argument, expected, received });
  };
  const [names, wanted] = [Object.keys(record), Object.keys(model)];
  if (names.length !== wanted.length || wanted.some((name) => !names.includes(name))) {
    fail(`a record of ${wanted.join(", ")}`, names.join(", ") || "none");
  }
  for (const name of wanted) {
    const [shape, expected] = [record[name]!.shape.join(", "), model[name]!.shape.join(", ")];
    if (shape !== expected) fail(`of shape [${expected}] at "${name}"`, `[${shape}]`);
  }
}
