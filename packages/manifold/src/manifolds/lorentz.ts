import {
  add,
  type CustomGrad,
  concat,
  customGrad,
  div,
  exp,
  expm1,
  fromData,
  greater,
  less,
  lessEqual,
  matMul,
  maximum,
  mul,
  neg,
  randomNormal,
  slice,
  sqrt,
  square,
  sub,
  type Tensor,
  transpose,
  where,
  zeros,
} from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { requireInteger } from "../quadrature/option-checks.ts";
import { lorentzRows } from "../rows/lorentz-rows.ts";
import { arcsinhRatio, asinh } from "./arc-functions.ts";
import { onRows } from "./arguments.ts";
import { divOrZero, rootOrZero, squaredNorms } from "./columns.ts";
import { innerProduct, type SpaceForm, spaceFormMaps } from "./space-form.ts";
import { assemble, upload } from "./tensor-support.ts";

/**
 * Hyperbolic space of curvature −1 as the upper sheet of a hyperboloid in R^d, time first: ⟨x, x⟩ = −1 and x₀ > 0 with
 * ⟨u, v⟩ = −u₀v₀ + Σ_{k≥1} u_k v_k.
 *
 * Math:     dist = 2 asinh √a, a = ¼⟨x − y, x − y⟩ = −½(1 + ⟨x, y⟩);  exp_x v = cosh‖v‖·x + sinhc‖v‖·v;
 *           log_x y = asinh √a/√(a(1 + a))·(y − x − 2a x);  transport v + ⟨y, v⟩/(1 − ⟨x, y⟩)·(x + y);
 *           retraction √(1 + ⟨v, v⟩)·x + v;  gradient P(J∇f), J = diag(−1, 1, …, 1);  Hess f·v = P(J∇²f·v) + ⟨x, J∇f⟩v.
 * Domain:   d ≥ 2. projectPoint keeps all coordinates but x₀, which becomes √(1 + Σ x_k²).
 * Limits:   dist(x, x) = 0; distances are never negative or NaN, also where rounding makes a < 0.
 * Numerics: a is taken from differences where (x₀ − y₀)² ≤ x₀y₀ and from ⟨x, y⟩ elsewhere. Coordinates grow as e^R with the
 *           distance R from the origin, and their rounding alone displaces points by ε·e^R: R ≲ 15 in float64, 6 in float32.
 * Throws:   InputError E_OPTION.
 */
export function lorentz(dimension: number): Manifold {
  requireInteger("lorentz", "dimension", dimension, 2);
  const [name, d] = [`lorentz(${dimension})`, dimension];
  const rows = lorentzRows(d, name);
  const maps = spaceFormMaps({ name, dimension: d, ...lorentzForm });
  const inner = innerProduct(lorentzForm);
  return assemble(
    {
      name,
      kind: "lorentz",
      ambientDimension: d,
      dimension: d - 1,
      injectivityRadius: Number.POSITIVE_INFINITY,
      volume: undefined,
      logVolume: undefined,
    },
    {
      ...maps,
      projectPoint: (x) => {
        return onRows(`${name}.projectPoint`, d, { x }, (a) => {
          const space = slice(a!, [0, 1], [a!.shape[0]!, d - 1]);
          return concat([sqrt(add(squaredNorms(space), 1)), space], { axis: 1 });
        });
      },
      retract: (x, v) => {
        return onRows(`${name}.retract`, d, { x, v }, (a, b) => add(mul(sqrt(add(inner(b!, b!), 1)), a!), b!));
      },
      sampleTangent: (random, x) => {
        return onRows(`${name}.sampleTangent`, d, { x }, (a) => {
          const [n, { backend }] = [a!.shape[0]!, a!];
          const space = randomNormal(random, backend, [n, d - 1]);
          const atOrigin = concat([zeros(backend, [n, 1]), space], { axis: 1 });
          return maps.parallelTransport(upload(backend, rows.origin()), a!, atOrigin);
        });
      },
    },
    rows,
  );
}

const lorentzForm: Omit<SpaceForm, "name" | "dimension"> = {
  sigma: -1,
  lower,
  norm: (v) => rootOrZero(maximum(innerProduct(lorentzForm)(v, v), 0)),
  distance: (x, y) => customGrad(lengthRule, [quarterChord(x, y)]),
  squaredDistance: (x, y) => customGrad(squaredLengthRule, [quarterChord(x, y)]),
  log: (x, y) => {
    const a = quarterChord(x, y);
    return mul(arcsinhRatio(a), sub(sub(y, x), mul(mul(a, 2), x)));
  },
  requireUnique: (_where, _x, _y, result) => result,
  product: { distances: productDistances, weights: productWeights },
};

/** J x: the sign of time changed. */
function lower(x: Tensor): Tensor {
  const d = x.shape[1]!;
  const signs = (x.backend.floatType === "float64" ? new Float64Array(d) : new Float32Array(d)).fill(1);
  signs[0] = -1;
  return mul(x, fromData(x.backend, signs, [1, d]));
}

function time(x: Tensor): Tensor {
  return slice(x, [0, 0], [x.shape[0]!, 1]);
}

/** a = ¼⟨x − y, x − y⟩ = −½(1 + ⟨x, y⟩), by the one of the two that cancels less. */
function quarterChord(x: Tensor, y: Tensor): Tensor {
  const inner = innerProduct(lorentzForm);
  const difference = sub(x, y);
  const near = lessEqual(square(time(difference)), mul(time(x), time(y)));
  return where(near, mul(inner(difference, difference), 0.25), mul(add(inner(x, y), 1), -0.5));
}

function length(a: Tensor): Tensor {
  return mul(asinh(sqrt(maximum(a, 0))), 2);
}

function lengthRule(a: Tensor): CustomGrad {
  return {
    value: length(a),
    pullback: (g, distance) => [divOrZero(mul(mul(g, 2), arcsinhRatio(a)), distance)],
  };
}

function squaredLengthRule(a: Tensor): CustomGrad {
  return { value: square(length(a)), pullback: (g) => [mul(mul(g, 4), arcsinhRatio(a))] };
}

/** Where a is this small a part of x₀y₀, the product has lost more than four bits to it. */
const DOUBTFUL = 1 / 32;

function productDistances(x: Tensor, y: Tensor): { value: Tensor; doubtful: Tensor } {
  const a = mul(add(matMul(lower(x), y, { transposeB: true }), 1), -0.5);
  return { value: length(a), doubtful: less(a, mul(mul(time(x), transpose(time(y))), DOUBTFUL)) };
}

/** ∇_x D = J(cosh D·x − y)/sinh D, with what overflows divided out. */
function productWeights(g: Tensor, distance: Tensor): { self: Tensor; other: Tensor } {
  const regular = greater(distance, 0);
  const safe = where(regular, distance, 1);
  const share = div(where(regular, g, 0), neg(expm1(mul(safe, -2))));
  return { self: mul(share, add(exp(mul(safe, -2)), 1)), other: mul(mul(share, 2), exp(neg(safe))) };
}
