// The kernels of the kernel contrastive loss, as functions of the squared distance D: on tensors and as pair values.

import type { PairValue } from "@nce-geometry/pairwise";
import { add, equal, exp, log1p, mul, pow, where as select, type Tensor } from "@nce-geometry/tensor";
import { checkOneOf, checkPositive, refuseOption } from "../option-checks.ts";

/**
 * A kernel of the distance r.
 * - `gaussian`: e^{−scale·r²}.
 * - `log`: −½ log(1 + scale·r²).
 * - `imq`, the inverse multiquadric: offset/√(offset² + r²).
 * - `riesz`: r^{−power} for power > 0, ∞ at r = 0; −r^{−power} for power < 0, of which −1 gives the energy distance.
 */
export type KCLKernel =
  | { readonly kind: "gaussian"; readonly scale: number }
  | {
      readonly kind: "log";
      readonly scale: number;
      /**
       * Whether the positives are weighed by the same kernel. The public code of the paper has −½ log(1 + scale·r²) between
       * negatives and −log(1 + scale·r²) between positives; that is `matched: false`.
       * @defaultValue true
       */
      readonly matched?: boolean;
    }
  | { readonly kind: "imq"; readonly offset: number }
  | { readonly kind: "riesz"; readonly power: number };

/** k = factor · v with v a pair value; `positiveFactor` in its place between positives. */
export interface KernelForm {
  readonly value: PairValue;
  readonly factor: number;
  readonly positiveFactor: number;
}

/** The kernel as an engine takes it, its parameters checked. */
export function kernelForm(where: string, argument: string, kernel: KCLKernel): KernelForm {
  checkOneOf(where, `${argument}.kind`, kernel?.kind, ["gaussian", "log", "imq", "riesz"]);
  switch (kernel.kind) {
    case "gaussian":
      checkPositive(where, `${argument}.scale`, kernel.scale);
      return same(1, { kind: "gaussian", bandwidth: 1 / Math.sqrt(2 * kernel.scale) });
    case "log": {
      checkPositive(where, `${argument}.scale`, kernel.scale);
      const value = { kind: "mapped", of: "squaredDistance", map: { kind: "log1p" }, scale: kernel.scale } as const;
      return { value, factor: -0.5, positiveFactor: (kernel.matched ?? true) ? -0.5 : -1 };
    }
    case "imq":
      checkPositive(where, `${argument}.offset`, kernel.offset);
      return same(1, power(-0.5, 1 / kernel.offset ** 2, 1));
    case "riesz": {
      const s = kernel.power;
      if (!Number.isFinite(s) || s === 0) refuseOption(where, `${argument}.power`, "a finite number ≠ 0", s);
      return same(Math.sign(s), power(-s / 2, 1, 0));
    }
  }
}

/** v of squared distances, entry by entry; a value without a slope at distance 0 has gradient 0 there, as an engine says. */
export function valueOfSquares(squares: Tensor, { value }: KernelForm): Tensor {
  if (value.kind === "gaussian") return exp(mul(squares, -1 / value.bandwidth ** 2 / 2));
  if (value.kind !== "mapped") throw new Error(`no kernel has the value ${value.kind}`);
  const { map, scale, offset = 0 } = value;
  if (map.kind === "log1p") return log1p(mul(squares, scale));
  if (map.kind !== "power") throw new Error(`no kernel has the map ${map.kind}`);
  const argument = scale === 1 && offset === 0 ? squares : add(mul(squares, scale), offset);
  return powerOf(argument, map.exponent);
}

/** u^exponent for u ≥ 0, with gradient 0 at u = 0, where that of a power below 1 is infinite. */
export function powerOf(u: Tensor, exponent: number): Tensor {
  if (exponent >= 1) return exponent === 1 ? u : pow(u, exponent);
  return select(equal(u, 0), 0 ** exponent, pow(u, exponent));
}

function same(factor: number, value: PairValue): KernelForm {
  return { value, factor, positiveFactor: factor };
}

function power(exponent: number, scale: number, offset: number): PairValue {
  return { kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent }, scale, offset };
}
