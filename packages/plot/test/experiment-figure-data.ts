// Data for the figures of experiments: like those of real runs, and the extremes that break pictures. No randomness: everything is a formula.

import type {
  AngleHistograms,
  BranchData,
  BranchPoint,
  ConvergenceData,
  CorruptionData,
  CurvesData,
  HeatMapData,
  JointAngleData,
} from "../src/index.ts";
import { names } from "./figure-data.ts";

const sizes = [4, 8, 16, 32, 64, 128, 256, 512, 1024];

function estimates(f: (size: number) => number, error: (size: number) => number) {
  const values = sizes.map(f);
  const lower = sizes.map((size, i) => values[i]! - error(size));
  return { values, interval: { lower, upper: sizes.map((size, i) => values[i]! + error(size)) } };
}

/** Gradients of two protocols, and the cosines of one that somebody published. */
export const convergence: ConvergenceData = {
  series: [
    {
      label: "cosine critic, as in the paper",
      sizes,
      cosine: estimates(
        (n) => 1 / Math.sqrt(1 + 30 / n),
        (n) => 0.08 / Math.sqrt(n),
      ),
      relativeError: estimates(
        (n) => 1 / (1 + n / 2000),
        () => 0.003,
      ),
      positiveMass: estimates(
        (n) => 1 / (1 + n / 900),
        (n) => 0.1 / n,
      ),
    },
    {
      label: "cosine critic, independent pools",
      sizes,
      cosine: estimates(
        (n) => 1 / Math.sqrt(1 + 12 / n),
        (n) => 0.05 / Math.sqrt(n),
      ),
      relativeError: estimates(
        (n) => 2.9 / Math.sqrt(n),
        (n) => 0.5 / Math.sqrt(n),
      ),
      residual: estimates(
        (n) => 20 / n,
        (n) => 2 / n,
      ),
    },
  ],
  reference: [
    {
      label: "published",
      sizes,
      cosine: estimates(
        (n) => 1 / Math.sqrt(1 + 31 / n),
        () => 0.02,
      ),
    },
  ],
  intervalLabel: "± 1 standard error over 20 seeds",
};

function branchPoint(misalignment: number, separated: number): BranchPoint {
  const base = 0.005 + misalignment ** 2;
  const gaps = Array.from({ length: 20 }, (_, i) =>
    i % 4 === 0 && i / 4 < separated ? 25 + 6 * (i / 4) : base * (0.6 + 0.045 * i),
  );
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / 20;
  const spread = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
  return {
    misalignment,
    gaps,
    separated: { value: separated / 20, low: separated / 25, high: (separated + 3) / 23 },
    compatible: { gap: { low: 0.8 * base, median: 1.05 * base, high: 1.3 * base } },
    paper: { mean, standardError: Math.sqrt(spread / 380) },
    dataGap: 0.004 + 1.5 * misalignment ** 2,
  };
}

const misalignments = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];

export const branches: BranchData = {
  settings: ["cross", "own", "pooled"].map((label, k) => ({
    label,
    points: misalignments.map((misalignment, i) => branchPoint(misalignment, (i + k) % 4)),
  })),
  threshold: 5,
  floor: 0.004,
};

/** One misalignment, no gap at all but one, no compatible seed, one seed without an error. */
export const oneBranch: BranchData = {
  settings: [
    {
      label: "all separated",
      points: [
        {
          misalignment: 0.3,
          gaps: [0, 40],
          separated: { value: 1, low: 0.2, high: 1 },
          compatible: { gap: null },
          paper: { mean: 20, standardError: null },
          dataGap: 0,
        },
      ],
    },
  ],
  threshold: 5,
};

/** Counts of a bell around `middle`, in shares of the turn. */
function bump(bins: number, middle: number, width: number): readonly number[] {
  return Array.from({ length: bins }, (_, i) => {
    const away = Math.abs((i + 0.5) / bins - middle);
    return Math.round(1000 * Math.exp(-((Math.min(away, 1 - away) / width) ** 2) / 2));
  });
}

function jointOf(bins: number, offset: number, width: number): readonly number[] {
  return Array.from({ length: bins }, (_, i) => {
    const weight = 1 + 0.8 * Math.cos((2 * Math.PI * i) / bins);
    return bump(bins, ((i + 0.5) / bins + offset) % 1, width).map((count) => Math.round(weight * count));
  }).flat();
}

const compatible: AngleHistograms = {
  x: bump(60, 0.5, 0.2),
  y: bump(60, 0.52, 0.22),
  shift: bump(60, 0.5, 0.05),
  joint: jointOf(30, 0, 0.05),
};
const separated: AngleHistograms = {
  x: bump(60, 0.25, 0.03),
  y: bump(60, 0.75, 0.06),
  shift: bump(60, 0, 0.08),
  joint: jointOf(30, 0.5, 0.12),
};

export const jointAngles: JointAngleData = {
  names,
  settings: [
    { label: "σ = 0.3 rad, a compatible seed", histograms: compatible, dataShift: bump(60, 0.5, 0.048) },
    { label: "σ = 0.3 rad, a separated seed", histograms: separated, dataShift: bump(60, 0.5, 0.048) },
  ],
};

const flat = (length: number): readonly number[] => Array.from({ length }, () => 1);
const spike = (length: number): readonly number[] => Array.from({ length }, (_, i) => (i === 0 ? 5 : 0));

/** Uniform angles, and all mass in one bin. */
export const extremeAngles: JointAngleData = {
  names,
  settings: [
    { label: "uniform", histograms: { x: flat(60), y: flat(60), shift: flat(60), joint: flat(900) } },
    { label: "collapsed", histograms: { x: spike(60), y: spike(60), shift: spike(60), joint: spike(900) } },
  ],
};

const batches = [8, 16, 32, 64, 128, 256];
const temperatures = [0.02, 0.05, 0.1, 0.2, 0.5, 1];

export const heatMap: HeatMapData = {
  rows: { label: "batch size N", values: batches },
  columns: { label: "temperature τ", values: temperatures },
  values: batches.map((n) => temperatures.map((t) => 40 * Math.exp(-t * 2 - n / 60) + 0.004)),
  valueLabel: "D_S (nats)",
  scale: "log",
  intervals: batches.map(() => temperatures.map(() => ({ lower: 0, upper: 1 }))),
  intervalLabel: "95 % interval over 20 seeds",
};

export const shareMap: HeatMapData = {
  rows: { label: "weight λ of D_S", values: [0, 0.25, 0.5, 0.7, 0.8, 1] },
  columns: { label: "size of the perturbation (nats)", values: ["0.001", "0.01", "0.1", "1"] },
  values: [0, 0.25, 0.5, 0.7, 0.8, 1].map((w, r) =>
    [0, 1, 2, 3].map((c) => (r === 5 && c === 3 ? null : w < 0.75 ? 1 : c / 10)),
  ),
  valueLabel: "share of descents that end separated",
  format: "percent",
  domain: [0, 1],
};

const steps = Array.from({ length: 61 }, (_, i) => 10 * i);
const floors = [1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2];

/** KL in time with ribbons, and a barrier with the curve that it tends to. */
export const curves: CurvesData = {
  panels: [
    {
      xLabel: "step",
      yLabel: "D_KL to the Gibbs law (nats)",
      yScale: "log",
      series: ["Langevin", "kernel flow"].map((label, k) => {
        const y = steps.map((step) => 2 * Math.exp(-step / (60 + 60 * k)) + 0.01 * (k + 1));
        return { label, x: steps, y, interval: { lower: y.map((v) => v - 0.012), upper: y.map((v) => 1.15 * v) } };
      }),
    },
    {
      xLabel: "density floor δ",
      yLabel: "barrier ΔU/τ (nats)",
      xScale: "log",
      series: [
        { label: "2 log(1/δ)", x: floors, y: floors.map((floor) => -2 * Math.log(floor)), kind: "reference" },
        { label: "measured barrier", x: floors, y: floors.map((floor) => 2 * Math.log((1 - 23 * floor) / floor)) },
      ],
    },
  ],
  intervalLabel: "± 1 standard error over 10 seeds",
};

const shares = [0, 0.1, 0.2, 0.4, 0.6, 0.8];
const falling = (at0: number, error: number) => {
  const values = shares.map((p) => at0 * (1 - p) ** 0.7);
  return { values, interval: { lower: values.map((v) => v - error), upper: values.map((v) => v + error) } };
};

export const corruption: CorruptionData = {
  shares,
  retrieval: [
    { label: "x → y", ...falling(0.93, 0.02) },
    { label: "y → x", ...falling(0.88, 0.02) },
  ],
  gap: [
    {
      label: "D_S",
      values: shares.map((p) => 0.05 + p),
      interval: { lower: shares.map((p) => 0.02 + p), upper: shares.map((p) => 0.11 + p) },
    },
  ],
  retrievalLabel: "recall at 1",
  gapLabel: "D_S (nats)",
  chance: 0.01,
  intervalLabel: "95 % interval over 10 seeds",
};
