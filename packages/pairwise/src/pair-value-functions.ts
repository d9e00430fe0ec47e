// Every pair value is a function of the inner product or of the squared distance: here are these functions and their slopes.

import { softplusOf } from "@nce-geometry/tensor";
import type { MappedPairValue, PairValue } from "./engine.ts";

/** What a pair value is a function of. */
export function baseOf(value: PairValue): "inner" | "squaredDistance" {
  if (value.kind === "mapped") return value.of;
  return value.kind === "inner" ? "inner" : "squaredDistance";
}

/** The value as a function of its base. */
export function valueOfBase(value: PairValue): (base: number) => number {
  switch (value.kind) {
    case "inner":
    case "squaredDistance":
      return (base) => base;
    case "distance":
      return Math.sqrt;
    case "gaussian": {
      // Divided twice, so that a bandwidth whose square underflows still gives a kernel.
      const { bandwidth } = value;
      return (base) => Math.exp(-base / bandwidth / bandwidth / 2);
    }
    case "mapped":
      return mappedValue(value);
  }
}

/** Derivative of the value by its base; 0 at distance 0 where there is none. */
export function slopeOfBase(value: PairValue): (base: number) => number {
  switch (value.kind) {
    case "inner":
    case "squaredDistance":
      return () => 1;
    case "distance":
      return (base) => (base === 0 ? 0 : 0.5 / Math.sqrt(base));
    case "gaussian": {
      const { bandwidth } = value;
      return (base) => -Math.exp(-base / bandwidth / bandwidth / 2) / bandwidth / bandwidth / 2;
    }
    case "mapped":
      return mappedSlope(value);
  }
}

/** A name that differs wherever the numbers may. */
export function pairValueKey(value: PairValue): string {
  if (value.kind === "gaussian") return `gaussian ${value.bandwidth}`;
  if (value.kind !== "mapped") return value.kind;
  const { map, of, scale, offset = 0 } = value;
  return `${map.kind === "power" ? `power ${map.exponent}` : map.kind} of ${scale} ${of} + ${offset}`;
}

function mappedValue({ map, scale, offset = 0 }: MappedPairValue): (base: number) => number {
  switch (map.kind) {
    case "softplus":
      return (base) => softplusOf(scale * base + offset);
    case "sigmoid":
      return (base) => sigmoidOf(scale * base + offset);
    case "log1p":
      return (base) => Math.log1p(scale * base + offset);
    case "power":
      return (base) => (scale * base + offset) ** map.exponent;
  }
}

function mappedSlope({ map, scale, offset = 0 }: MappedPairValue): (base: number) => number {
  switch (map.kind) {
    case "softplus":
      return (base) => scale * sigmoidOf(scale * base + offset);
    case "sigmoid":
      return (base) => {
        const u = scale * base + offset;
        return scale * sigmoidOf(u) * sigmoidOf(-u);
      };
    case "log1p":
      return (base) => scale / (1 + scale * base + offset);
    case "power": {
      const { exponent } = map;
      return (base) => {
        const u = scale * base + offset;
        return u === 0 && exponent < 1 ? 0 : scale * exponent * u ** (exponent - 1);
      };
    }
  }
}

function sigmoidOf(u: number): number {
  // e^{−u} would overflow where e^u is still a number.
  if (u < 0) return Math.exp(u) / (1 + Math.exp(u));
  return 1 / (1 + Math.exp(-u));
}
