import { describe, expect, test } from "vitest";
import { refusal, values } from "../../test/support.ts";
import { fromArray, zeros } from "../ops/create.ts";
import { add, exp } from "../ops/elementwise.ts";
import { reshape } from "../ops/layout.ts";
import { matMul } from "../ops/mat-mul.ts";
import { max, sum } from "../ops/reduce.ts";
import type { Tensor } from "../tensor.ts";
import { referenceBackend } from "./reference-backend.ts";

test("it declares what it is", () => {
  const backend = referenceBackend();
  expect([backend.name, backend.floatType, backend.epsilon, backend.inner]).toEqual([
    "reference",
    "float64",
    2 ** -52,
    undefined,
  ]);
  expect([backend.supports("float64"), backend.supports("syncRead"), backend.supports("op:topK")]).toEqual([
    true,
    true,
    true,
  ]);
  expect([backend.supports("simd"), backend.supports("threads")]).toEqual([false, false]);
});

describe("disposal", () => {
  const message =
    "must be alive, got a disposed one of shape [2]. Dispose of it later, or return it from the scope that made it.";

  test("use after disposal is refused by name of the operation", async () => {
    const x = fromArray(referenceBackend(), [1, 2]);
    x.dispose();
    x.dispose();
    expect(refusal(() => exp(x))).toBe(`E_DISPOSED exp: \`tensor\` ${message}`);
    expect(refusal(() => add(1, x))).toBe(`E_DISPOSED add: \`tensor\` ${message}`);
    expect(refusal(() => sum(x))).toBe(`E_DISPOSED sum: \`tensor\` ${message}`);
    expect(refusal(() => reshape(x, [2, 1]))).toBe(`E_DISPOSED reshape: \`tensor\` ${message}`);
    expect(refusal(() => x.dataSync())).toBe(`E_DISPOSED dataSync: \`tensor\` ${message}`);
    await expect(x.data()).rejects.toThrow(`data: \`tensor\` ${message}`);
  });

  test("tensors that share storage live apart", () => {
    const x = fromArray(referenceBackend(), [1, 2]);
    const y = reshape(x, [2, 1]);
    x.dispose();
    expect(values(y)).toEqual([1, 2]);
  });

  test("using disposes at the end of a block", () => {
    const backend = referenceBackend();
    {
      using x = fromArray(backend, [1]);
      expect([values(x), backend.liveTensors()]).toEqual([[1], 1]);
    }
    expect(backend.liveTensors()).toBe(0);
  });
});

describe("scope", () => {
  test("frees all but the result, wherever in arrays and records it stands", () => {
    const backend = referenceBackend();
    const before = fromArray(backend, [1, 2]);
    const result = backend.scope(() => {
      const lost = exp(before);
      return { total: sum(lost), parts: [add(lost, 1), { deep: add(lost, 2) }] as const, label: "kept", none: null };
    });
    expect(backend.liveTensors()).toBe(4);
    expect(values(result.parts[1].deep)).toEqual([Math.exp(1) + 2, Math.exp(2) + 2]);
  });

  test("nests: what an inner scope returns belongs to the outer one", () => {
    const backend = referenceBackend();
    const x = fromArray(backend, [1, 2]);
    const kept = backend.scope(() => {
      const inner = backend.scope(() => exp(add(x, 1)));
      return add(inner, 1);
    });
    expect(backend.liveTensors()).toBe(2);
    kept.dispose();
    x.dispose();
    expect(backend.liveTensors()).toBe(0);
  });

  test("frees everything when the function throws", () => {
    const backend = referenceBackend();
    const failing = (): Tensor => {
      zeros(backend, [3]);
      throw new Error("stop");
    };
    expect(() => backend.scope(failing)).toThrow("stop");
    expect(backend.liveTensors()).toBe(0);
    backend.scope(() => zeros(backend, [1]));
    expect(backend.liveTensors()).toBe(1);
  });

  test("does not free what existed before, even if it is not in the result", () => {
    const backend = referenceBackend();
    const x = fromArray(backend, [1]);
    backend.scope(() => undefined);
    expect(values(x)).toEqual([1]);
  });

  test("promises are refused", () => {
    const backend = referenceBackend();
    expect(refusal(() => backend.scope(async () => zeros(backend, [1])))).toBe(
      "E_OPTION scope: `fn` must be synchronous, got a function that returns a promise. " +
        "Read data before or after the scope.",
    );
    expect(backend.liveTensors()).toBe(0);
  });
});

test("kernels refuse the tensors of another backend", () => {
  const [one, other] = [referenceBackend(), referenceBackend()];
  expect(refusal(() => one.unary("exp", fromArray(other, [1])))).toBe(
    "E_BACKEND exp: `tensor` must be a tensor of this backend, got one of backend reference.",
  );
});

test("a reshaped, transposed or broadcast view computes like a dense tensor", () => {
  const backend = referenceBackend();
  const x = backend.transpose(
    fromArray(backend, [
      [1, 2, 3],
      [4, 5, 6],
    ]),
    [1, 0],
  );
  expect(values(matMul(x, x, { transposeA: true }))).toEqual([14, 32, 32, 77]);
  expect(values(max(backend.broadcastTo(reshape(x, [1, 6]), [2, 6]), { axis: 0 }))).toEqual([1, 4, 2, 5, 3, 6]);
});
