import { type Backend, InputError, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { ControlOptions, ResolvedControl } from "./control-options.ts";
import {
  type ControlFit,
  type ControlProvenance,
  type ControlStep,
  type ControlTransform,
  controlTransformSchema,
  encodeSteps,
} from "./control-transform.ts";
import { gaussianMapSteps, procrustesSteps, whitenSteps } from "./covariance-controls.ts";
import { iterativeProjection } from "./iterative-projection.ts";
import { type BothSteps, gapDirectionSteps, meanSteps, shiftSteps, standardizeSteps } from "./mean-controls.ts";
import { loadPairRows, type PairRows } from "./pair-rows.ts";
import { resolveControl } from "./resolve-control.ts";
import { trainAdapter } from "./train-adapter.ts";

export interface FitControlSettings extends RunControl {
  /** Row of x that each row of y belongs to, [m]. @defaultValue row i belongs to row i, and n = m */
  readonly map?: Int32Array;
  /** Where an adapter is trained; required for `kind: "adapter"`, not used by others. */
  readonly backend?: Backend;
  /** What the transform shall say about its origin. */
  readonly provenance?: Omit<ControlProvenance, "items" | "captions">;
}

/** A control by its kind and options, and how to fit it. */
export type FitControlOptions = ControlOptions & FitControlSettings;

/**
 * Fits a control of the gap to paired rows: what it takes to apply it to any rows of the two modalities later, as JSON.
 *
 * Math:     by `kind`, see {@link ControlOptions}; μ_X, C_X are moments of the rows of x and μ_Y, C_Y of those of y, and pairs
 *           are counted once per row of y. Rows are divided by their lengths afterwards, save by DN and with `renormalize: false`.
 * Shapes:   x [n, d], y [m, d] of unit rows → record of plain JSON.
 * Domain:   n ≥ 2. Fit on rows other than those that the control shall be judged on.
 * Limits:   identity → no steps;  shift with λ = 0, DN with λ = 0 → the identity;  y = xQ + const, Q orthogonal, n > d → Procrustes
 *           finds Q;  C_X = C_Y → the Gaussian map is the identity;  fitting whitened rows again without shrinkage → the identity.
 * Numerics: float64; rows are copied. Whitening O(nd² + d³), Gaussian map two and Procrustes one decomposition of size d: 1 to 2 s each
 *           at d = 512.
 * Throws:   InputError E_OPTION, E_SHAPE, E_NOT_FINITE, E_ZERO_ROW; E_DOMAIN where the rows do not determine the control;
 *           E_BACKEND for an adapter without a backend.
 * Source:   shift: Liang et al., Mind the Gap, NeurIPS 2022; DN: Zhou et al., Test-time distribution normalization, NeurIPS 2023;
 *           projection: Ravfogel et al., Null it out, ACL 2020; map of Gaussians: Bhatia, Jain, Lim, Expo. Math. 37 (2019).
 */
export async function fitControl(x: Rows, y: Rows, options: FitControlOptions): Promise<ControlTransform> {
  const where = "fitControl";
  const { map, backend, provenance, signal, onProgress, ...control } = options ?? {};
  const resolved = resolveControl(where, "options", control as ControlOptions);
  const pair = await loadPairRows(where, x, y, map, { signal });
  return fitPair(where, pair, resolved, {
    ...(backend && { backend }),
    ...(provenance && { provenance }),
    signal,
    onProgress,
  });
}

/** The fit to rows that have been checked. */
export async function fitPair(
  where: string,
  pair: PairRows,
  control: ResolvedControl,
  options: FitControlSettings,
): Promise<ControlTransform> {
  const { dim } = pair.x;
  const { steps, fit } = await fitSteps(where, pair, control, options);
  const finish: readonly ControlStep<Float64Array>[] =
    "renormalize" in control && control.renormalize ? [{ op: "normalize" }] : [];
  return {
    schema: controlTransformSchema,
    options: control,
    dim,
    x: encodeSteps([...steps.x, ...finish], dim),
    y: encodeSteps([...steps.y, ...finish], dim),
    fit,
    provenance: { items: pair.x.rows, captions: pair.y.rows, ...options.provenance },
  };
}

interface Fitted {
  readonly steps: BothSteps;
  readonly fit: ControlFit;
}

async function fitSteps(
  where: string,
  pair: PairRows,
  control: ResolvedControl,
  options: FitControlSettings,
): Promise<Fitted> {
  const closed = (steps: BothSteps, more: object = {}): Fitted => ({ steps, fit: { status: "closedForm", ...more } });
  switch (control.kind) {
    case "identity":
      return closed({ x: [], y: [] });
    case "shift":
      return closed(shiftSteps(pair, control));
    case "centre":
      return closed(meanSteps(pair, 1));
    case "dn":
      return closed(meanSteps(pair, control.lambda));
    case "standardize":
      return closed(standardizeSteps(where, pair));
    case "gapDirection":
      return closed(gapDirectionSteps(where, pair));
    case "procrustes":
      return closed(procrustesSteps(where, pair, control));
    case "whiten": {
      const { steps, shrinkage } = whitenSteps(where, pair, control);
      return closed(steps, { shrinkage });
    }
    case "gaussianMap": {
      const { steps, shrinkage } = gaussianMapSteps(where, pair, control);
      return closed(steps, { shrinkage });
    }
    case "iterativeProjection": {
      const { steps, status, probeAuc } = await iterativeProjection(pair, control, options);
      return { steps, fit: { status, probeAuc } };
    }
    case "adapter":
      return trainAdapter(pair, control, adapterBackend(where, pair, options), options);
  }
}

function adapterBackend(where: string, pair: PairRows, { backend }: FitControlSettings): Backend {
  if (backend === undefined) {
    const hint = "Pass referenceBackend() of @nce-geometry/tensor, or a faster one.";
    const expected = "a backend, for an adapter is trained";
    throw new InputError({ code: "E_BACKEND", where, argument: "backend", expected, received: "none", hint });
  }
  if (pair.x.rows < 4) {
    const expected = "of at least 4 items, two to train on and two to stop by";
    throw new InputError({
      code: "E_SHAPE",
      where,
      argument: "x",
      expected,
      received: `[${pair.x.rows}, ${pair.x.dim}]`,
    });
  }
  return backend;
}
