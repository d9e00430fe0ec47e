// The options of a control with their defaults, checked; an option that does not belong to its kind is refused.

import { InputError } from "@nce-geometry/tensor";
import type { AdapterRegularizer, ControlKind, ControlOptions, ResolvedControl } from "./control-options.ts";

type Check = (value: unknown) => boolean;
interface Rule {
  readonly standard: unknown;
  readonly expected: string;
  readonly check: Check;
}

const finite: Check = (value) => typeof value === "number" && Number.isFinite(value);
const integerFrom = (least: number): Check => {
  return (value) => Number.isSafeInteger(value) && (value as number) >= least;
};
const within = (low: number, high: number): Check => {
  return (value) => finite(value) && (value as number) >= low && (value as number) <= high;
};
const inside = (low: number, high: number): Check => {
  return (value) => finite(value) && (value as number) > low && (value as number) < high;
};

function number(standard: number, expected: string, check: Check): Rule {
  return { standard, expected, check };
}

function choice(standard: string, ...others: readonly string[]): Rule {
  const names = [standard, ...others];
  const expected = `one of ${names.map((name) => JSON.stringify(name)).join(", ")}`;
  return { standard, expected, check: (value) => names.includes(value as string) };
}

function flag(standard: boolean): Rule {
  return { standard, expected: "true or false", check: (value) => typeof value === "boolean" };
}

const renormalize = flag(true);
const seed = number(0, "a safe integer", (value) => Number.isSafeInteger(value));
const shrinkage: Rule = {
  standard: "ledoitWolf",
  expected: 'a number in [0, 1] or "ledoitWolf"',
  check: (value) => value === "ledoitWolf" || within(0, 1)(value),
};
const positiveShrinkage = number(0.1, "a number in (0, 1]", (value) => within(0, 1)(value) && value !== 0);
const lambda = (standard: number): Rule => number(standard, "a finite number", finite);
const positive: Check = (value) => finite(value) && (value as number) > 0;
const regularizer: Rule = {
  standard: { kind: "energyDistance", weight: 1 } satisfies AdapterRegularizer,
  expected:
    "a penalty: a known `kind`, a finite `weight` ≥ 0, and the `temperature` > 0 or the `directions` ≥ 1 it needs",
  check: isRegularizer,
};

const rules: { readonly [Kind in ControlKind]: Readonly<Record<string, Rule>> } = {
  identity: {},
  shift: { lambda: lambda(1), renormalize },
  centre: { renormalize },
  dn: { lambda: lambda(0.25), renormalize: flag(false) },
  standardize: { renormalize },
  whiten: { covariance: choice("shared", "perModality"), shrinkage, renormalize },
  gapDirection: { renormalize },
  iterativeProjection: {
    maxDirections: number(32, "an integer ≥ 1", integerFrom(1)),
    probeShrinkage: positiveShrinkage,
    folds: number(5, "an integer ≥ 2", integerFrom(2)),
    seed,
    renormalize,
  },
  procrustes: { towardsIdentity: number(0, "a finite number ≥ 0", within(0, Number.MAX_VALUE)), renormalize },
  gaussianMap: { target: choice("midpoint", "x", "y"), keepMean: flag(false), shrinkage, renormalize },
  adapter: {
    activation: choice("none", "tanh"),
    hidden: number(32, "an integer ≥ 1", integerFrom(1)),
    temperature: number(0.07, "a finite number > 0", positive),
    denominator: choice("cross", "own", "pooled"),
    ownWeight: number(0, "a number in [0, 1]", within(0, 1)),
    regularizer,
    batchSize: number(128, "an integer ≥ 2", integerFrom(2)),
    learningRate: number(1e-3, "a finite number > 0", positive),
    maxSteps: number(300, "an integer ≥ 1", integerFrom(1)),
    validationShare: number(0.2, "a number in (0, 1)", inside(0, 1)),
    evaluateEvery: number(10, "an integer ≥ 1", integerFrom(1)),
    patience: number(5, "an integer ≥ 1", integerFrom(1)),
    seed,
  },
};

/** The names of all controls. */
export const controlKinds: readonly ControlKind[] = Object.keys(rules) as ControlKind[];

/** The options with every default, or an InputError E_OPTION. */
export function resolveControl(where: string, argument: string, options: ControlOptions): ResolvedControl {
  const kind: unknown = (options as { readonly kind?: unknown } | null | undefined)?.kind;
  if (!controlKinds.includes(kind as ControlKind)) {
    const received = kind === undefined ? "none" : (JSON.stringify(kind) ?? typeof kind);
    const expected = `one of ${controlKinds.join(", ")}`;
    throw new InputError({ code: "E_OPTION", where, argument: `${argument}.kind`, expected, received });
  }
  const known = rules[kind as ControlKind];
  refuseOthers(where, argument, options, known);
  const values = Object.entries(known).map(([name, { standard, expected, check }]) => {
    const given = (options as unknown as Readonly<Record<string, unknown>>)[name];
    if (given === undefined) return [name, standard] as const;
    if (check(given)) return [name, given] as const;
    const received = typeof given === "number" ? String(given) : (JSON.stringify(given) ?? typeof given);
    throw new InputError({ code: "E_OPTION", where, argument: `${argument}.${name}`, expected, received });
  });
  return { kind, ...Object.fromEntries(values) } as ResolvedControl;
}

/** What a control is called in tables and sentences. */
export function describeControl(control: ResolvedControl): string {
  const kept = "renormalize" in control && !control.renormalize && control.kind !== "dn" ? ", lengths kept" : "";
  return `${nameOf(control)}${kept}`;
}

function nameOf(control: ResolvedControl): string {
  switch (control.kind) {
    case "identity":
      return "as it is";
    case "shift":
      return `shift λ = ${control.lambda}`;
    case "centre":
      return "centre";
    case "dn":
      return `DN λ = ${control.lambda}${control.renormalize ? ", renormalised" : ""}`;
    case "standardize":
      return "standardise";
    case "whiten":
      return `whiten, ${control.covariance === "shared" ? "shared" : "each its own"}${shrinkageOf(control)}`;
    case "gapDirection":
      return "remove the gap direction";
    case "iterativeProjection":
      return `remove up to ${control.maxDirections} directions`;
    case "procrustes":
      return `Procrustes${control.towardsIdentity > 0 ? `, ρ = ${control.towardsIdentity}` : ""}`;
    case "gaussianMap": {
      const target = control.target === "midpoint" ? "" : ` to ${control.target}`;
      return `Gaussian map${target}${control.keepMean ? ", mean kept" : ""}${shrinkageOf(control)}`;
    }
    case "adapter":
      return `adapter (${control.activation === "tanh" ? "tanh" : "linear"}, ${control.hidden}, ${control.denominator})`;
  }
}

function shrinkageOf({ shrinkage }: { readonly shrinkage: number | "ledoitWolf" }): string {
  return shrinkage === "ledoitWolf" ? "" : `, α = ${shrinkage}`;
}

function refuseOthers(
  where: string,
  argument: string,
  options: ControlOptions,
  known: Readonly<Record<string, Rule>>,
): void {
  const other = Object.keys(options).find((name) => name !== "kind" && !(name in known));
  if (other === undefined) return;
  const names = Object.keys(known);
  const expected = names.length > 0 ? `made of kind, ${names.join(", ")}` : "made of kind alone";
  throw new InputError({ code: "E_OPTION", where, argument, expected, received: `${other} for ${options.kind}` });
}

function isRegularizer(value: unknown): boolean {
  const given = value as Partial<Record<string, unknown>> | null;
  if (typeof given !== "object" || given === null) return false;
  if (given.kind === "none") return true;
  if (!within(0, Number.MAX_VALUE)(given.weight)) return false;
  if (given.kind === "symmetricKL") return positive(given.temperature);
  if (given.kind === "slicedWasserstein") return integerFrom(1)(given.directions);
  return ["squaredMMD", "energyDistance", "centroid"].includes(given.kind as string);
}
