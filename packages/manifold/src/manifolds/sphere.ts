import {
  abs,
  add,
  atan2,
  type CustomGrad,
  cos,
  customGrad,
  div,
  equal,
  greater,
  matMul,
  maximum,
  mul,
  normalizeRows,
  randomNormal,
  rowNorms,
  sin,
  sqrt,
  sub,
  type Tensor,
  where,
} from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { logSphereArea } from "../measure/sphere-volume.ts";
import { requireInteger } from "../quadrature/option-checks.ts";
import { sphereRows } from "../rows/sphere-rows.ts";
import { arctanRatio } from "./arc-functions.ts";
import { onRows } from "./arguments.ts";
import { column, copy, divOrZero, squaredNorms } from "./columns.ts";
import { awayFromCutLocus, CUT_LOCUS_ULPS } from "./cut-locus.ts";
import { type SpaceForm, spaceFormMaps } from "./space-form.ts";
import { assemble } from "./tensor-support.ts";

/**
 * The unit sphere S^{d−1} in R^d with the metric of the surrounding space.
 *
 * Math:     dist = 2 atan2(‖x − y‖, ‖x + y‖);  exp_x v = cos‖v‖·x + sinc‖v‖·v;
 *           log_x y = 4U(r)/(‖x − y‖² + ‖x + y‖²)·((y − x) + r(x + y)), r = ‖x − y‖²/‖x + y‖², U(r) = atan(√r)/√r;
 *           transport v − ⟨y, v⟩/(1 + ⟨x, y⟩)·(x + y);  retraction (x + v)/‖x + v‖;  Hess f·v = P(∇²f·v) − ⟨x, ∇f⟩v.
 * Domain:   d ≥ 2. Cut locus of x: −x, within 4ε. The gradient of the distance there is defined as 0.
 * Limits:   dist(x, x) = 0;  dist(x, −x) = π;  zero rows cannot be projected: E_ZERO_ROW (NaN without `syncRead`).
 * Numerics: distances and logarithms keep full relative accuracy at both ends; no clamp, no arc cosine. All-pairs distances
 *           come from one product of matrices and are recomputed from differences where |cos| > 31/32.
 * Throws:   InputError E_OPTION.
 */
export function sphere(dimension: number): Manifold {
  requireInteger("sphere", "dimension", dimension, 2);
  return sphereNamed(dimension, { name: `sphere(${dimension})`, kind: "sphere" });
}

/** The same manifold under another name. */
export function sphereNamed(d: number, { name, kind }: Pick<Manifold, "name" | "kind">): Manifold {
  const logVolume = logSphereArea(d);
  const facts = { name, kind, ambientDimension: d, dimension: d - 1, injectivityRadius: Math.PI };
  const maps = spaceFormMaps({ name, dimension: d, ...sphereForm });
  const project = (x: Tensor): Tensor => {
    return normalizeRows(x, { zeroRows: x.backend.supports("syncRead") ? "error" : "nan" });
  };
  return assemble(
    { ...facts, logVolume, volume: Math.exp(logVolume) },
    {
      ...maps,
      projectPoint: (x) => onRows(`${name}.projectPoint`, d, { x }, (a) => project(a!)),
      retract: (x, v) => onRows(`${name}.retract`, d, { x, v }, (a, b) => project(add(a!, b!))),
      sampleTangent: (random, x) => {
        return onRows(`${name}.sampleTangent`, d, { x }, (a) => {
          return maps.projectTangent(a!, randomNormal(random, a!.backend, a!.shape));
        });
      },
    },
    sphereRows(d, name),
  );
}

const sphereForm: Omit<SpaceForm, "name" | "dimension"> = {
  sigma: 1,
  lower: copy,
  norm: (v) => column(rowNorms(v)),
  distance: (x, y) => customGrad(distanceRule, [x, y]),
  squaredDistance: (x, y) => customGrad(squaredDistanceRule, [x, y]),
  log,
  requireUnique: (where_, x, y, result) => awayFromCutLocus(where_, rowNorms(add(x, y)), result),
  product: { distances: productDistances, weights: productWeights },
};

/** log_x y; 0 where y = −x. */
function log(x: Tensor, y: Tensor): Tensor {
  const difference = sub(y, x);
  const total = add(x, y);
  const [near, far] = [squaredNorms(difference), squaredNorms(total)];
  const antipodal = equal(far, 0);
  const ratio = div(near, where(antipodal, 1, far));
  const scale = where(antipodal, 0, div(mul(arctanRatio(ratio), 4), add(near, far)));
  return mul(scale, add(difference, mul(ratio, total)));
}

function angle(x: Tensor, y: Tensor): Tensor {
  return column(mul(atan2(rowNorms(sub(x, y)), rowNorms(add(x, y))), 2));
}

function distanceRule(x: Tensor, y: Tensor): CustomGrad {
  return {
    value: angle(x, y),
    pullback: (g, distance) => {
      const share = divOrZero(mul(g, -1), distance);
      return [mul(share, log(x, y)), mul(share, log(y, x))];
    },
  };
}

function squaredDistanceRule(x: Tensor, y: Tensor): CustomGrad {
  const theta = angle(x, y);
  return {
    value: mul(theta, theta),
    pullback: (g) => [mul(mul(g, -2), log(x, y)), mul(mul(g, -2), log(y, x))],
  };
}

/** Where the cosine is this near to ±1, half an angle has lost more than four bits to it. */
const DOUBTFUL = 1 / 32;

function productDistances(x: Tensor, y: Tensor): { value: Tensor; doubtful: Tensor } {
  const cosine = matMul(x, y, { transposeB: true });
  const root = (t: Tensor): Tensor => sqrt(maximum(t, 0));
  return {
    value: mul(atan2(root(sub(1, cosine)), root(add(cosine, 1))), 2),
    doubtful: greater(abs(cosine), 1 - DOUBTFUL),
  };
}

/** ∇_x θ = −(y − cos θ·x)/sin θ. */
function productWeights(g: Tensor, theta: Tensor): { self: Tensor; other: Tensor } {
  const sine = sin(theta);
  const regular = greater(sine, CUT_LOCUS_ULPS * theta.backend.epsilon);
  const other = where(regular, div(g, where(regular, sine, 1)), 0);
  return { self: mul(other, cos(theta)), other };
}
