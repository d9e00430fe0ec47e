// The gradient of one case on one backend: against difference quotients, and element by element against the reference.

import {
  type Backend,
  createRandom,
  mul,
  referenceBackend,
  sizeOf,
  sum,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectClose } from "../expect-close.ts";
import { expectGradient } from "../gradient-check.ts";
import { type Accuracy, allowedUlps, callIfSupported, expectLive, listOf, smallestNormal } from "./check-operation.ts";
import { type HostArray, uniformArray, upload } from "./host-array.ts";
import type { OperationCase } from "./operation-case.ts";

/** Throws unless the gradient of a weighted sum of the first result is right and leaves nothing in memory. */
export async function checkGradient(backend: Backend, subject: OperationCase, accuracy: Accuracy = {}): Promise<void> {
  const live = backend.liveTensors();
  const shape = supportedShape(backend, subject);
  if (shape === undefined) return;
  const variables = subject.inputs.filter(isFloatArray);
  const loss = weightedSum(subject, uniformArray(`weights of ${subject.operation}`, shape, 0.5, 1.5));
  const inputs = variables.map((input) => upload(backend, input));
  // Forward, back, and one term for every element of the result that an input may reach.
  const ulps = 8 * (allowedUlps(subject, accuracy) + 8) + sizeOf(shape);
  await compareGradients(backend, loss, variables, inputs, ulps);
  if (sizeOf(shape) > 0 && variables.some((input) => input.values.length > 0)) {
    const random = createRandom("direction").split(`${subject.operation} ${subject.title}`);
    await expectGradient(loss, inputs, { random, ulps });
  }
  for (const input of inputs) input.dispose();
  expectLive(backend, live, "after its gradient");
}

/** Shape of the first result, or `undefined` where the backend rightly refuses the call. */
function supportedShape(backend: Backend, subject: OperationCase): readonly number[] | undefined {
  return backend.scope(() => {
    const inputs = subject.inputs.map((input) => upload(backend, input));
    return callIfSupported(backend, subject, inputs)?.[0]?.shape;
  });
}

/** Unequal weights, so that a gradient cannot hide in a sum that is constant. */
function weightedSum(subject: OperationCase, weights: HostArray): (...variables: Tensor[]) => Tensor {
  return (...variables) => {
    const { backend } = variables[0]!;
    let next = 0;
    const inputs = subject.inputs.map((input) => (isFloatArray(input) ? variables[next++]! : upload(backend, input)));
    return sum(mul(listOf(subject.run(...inputs))[0]!, upload(backend, weights)));
  };
}

async function compareGradients(
  backend: Backend,
  loss: (...variables: Tensor[]) => Tensor,
  variables: readonly HostArray[],
  inputs: readonly Tensor[],
  ulps: number,
): Promise<void> {
  const reference = referenceBackend();
  const expected = valueAndGrad(
    loss,
    variables.map((input) => upload(reference, input)),
  ).gradients;
  const live = backend.liveTensors();
  const { value, gradients } = valueAndGrad(loss, inputs);
  expectLive(backend, live + 1 + gradients.length, "beyond a value and its gradients");
  for (const [index, gradient] of gradients.entries()) {
    const [got, wanted] = [await gradient.data(), expected[index]!.dataSync()];
    const scale = Math.max(smallestNormal(backend), ...Array.from(wanted, Math.abs));
    for (let i = 0; i < Math.max(got.length, wanted.length); i++) {
      try {
        expectClose(got[i]!, wanted[i]!, { ulps, epsilon: backend.epsilon, scale });
      } catch (error) {
        throw new Error(`gradient ${index}, element ${i}: ${(error as Error).message}`);
      }
    }
  }
  for (const tensor of [value, ...gradients]) tensor.dispose();
}

function isFloatArray({ dtype }: HostArray): boolean {
  return dtype === "float";
}
