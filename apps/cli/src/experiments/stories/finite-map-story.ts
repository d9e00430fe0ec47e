import type { FiniteMapCell, FiniteMapSummary } from "@nce-geometry/experiments";
import { heatMapFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { meanText, quartilesText, shareText } from "./words.ts";

/** OQ1: where in batch size and temperature do two modalities separate? */
export const finiteMapStory: Storyteller = (result, document) => {
  const { cells, noisy, dataSymmetricKL } = result.summary as unknown as FiniteMapSummary;
  const batches = [...new Set(cells.map(({ batch }) => batch))];
  const temperatures = [...new Set(cells.map(({ temperature }) => temperature))];
  const grid = <T>(of: (cell: FiniteMapCell) => T): T[][] => inRows(cells.map(of), temperatures.length);
  const columns = { label: "temperature τ", values: temperatures };
  const axes = { rows: { label: "batch N", values: batches }, columns };
  const worst = cells.reduce((a, b) => (b.separated.value > a.separated.value ? b : a));
  const crossing = [...cells, ...noisy].reduce((a, b) => (b.lateCrossings.mean > a.lateCrossings.mean ? b : a));
  const same = cells.flatMap(({ separatedOfSame }) => separatedOfSame ?? []);
  const opposite = cells.flatMap(({ separatedOfOpposite }) => separatedOfOpposite ?? []);
  return {
    question:
      "The theory is for large batches. At finite batches and temperatures, how large is the divergence of the two modalities, how often does training end separated, and does the noise of the gradient carry it across?",
    published: "Barriers and transitions at finite N and τ are left open.",
    findings: [
      worst.separated.value === 0
        ? `Without added noise no run ended separated, at no batch and temperature: ${shareText(worst.separated)} at each.`
        : `Of the batches and temperatures tried, runs end separated most often at N = ${worst.batch}, τ = ${worst.temperature}: ${shareText(worst.separated)}.`,
      crossing.lateCrossings.mean === 0
        ? "In the second half of a training no run changed its state."
        : `In the second half of a training runs change their state most often at ${settingText(crossing)}: ${meanText(crossing.lateCrossings)} times.`,
      ...noiseFindings(noisy),
      ...(same.length > 0 && opposite.length > 0
        ? [
            `Seeds whose encoders begin with the same orientation of the circle: ${seedsOf(same)}, with ${shareOf(same)} runs separated at the end; the others: ${seedsOf(opposite)}, with ${shareOf(opposite)}. Runs of a seed begin alike and are not independent.`,
          ]
        : []),
      `The data's own marginals have D_S = ${formatNumber(dataSymmetricKL, 4)}.`,
    ],
    reasons: [
      "Two linear maps of a circle that turn it opposite ways can only be brought together through a degenerate one, so that the start may decide; the count above says how often it did here. Noise may carry a run across a barrier either way; where it drowns the gradient it can also keep a run from settling in any state. The times and crossings under noise tell the two apart.",
    ],
    figures: [
      {
        name: "separated",
        svg: heatMapFigure(
          {
            ...axes,
            values: grid(({ separated }) => separated.value),
            valueLabel: "share of seeds separated",
            format: "percent",
            domain: [0, 1],
            intervals: grid(({ separated: { low, high } }) => ({ lower: low, upper: high })),
            intervalLabel: "95 % interval",
          },
          { document, title: "Share of trainings that end separated" },
        ),
        caption: "Two linear encoders of the circle, symmetric InfoNCE.",
      },
      {
        name: "divergence",
        svg: heatMapFigure(
          { ...axes, values: grid(({ quartiles }) => quartiles.median), valueLabel: "median D_S (nats)" },
          { document, title: "Median divergence of the two modalities" },
        ),
        caption: "Median over seeds of D_S of the learnt angles.",
      },
      {
        name: "noise",
        svg: heatMapFigure(
          {
            rows: {
              label: "noise on the gradient, in its root mean squares",
              values: [...new Set(noisy.map(({ gradientNoise }) => gradientNoise))],
            },
            columns,
            values: inRows(
              noisy.map(({ timeSeparated }) => timeSeparated.mean),
              temperatures.length,
            ),
            valueLabel: "share of the second half spent separated",
            format: "percent",
            domain: [0, 1],
          },
          { document, title: `Time spent separated under noise, N = ${noisy[0]!.batch}` },
        ),
        caption: "Mean over seeds; crossings and standard errors are in the table.",
      },
    ],
    tables: [
      {
        title: "By batch and temperature",
        columns: [
          "N",
          "τ",
          "D_S: median (quartiles)",
          "separated",
          "crossings",
          "late crossings",
          "cosine of partners",
        ],
        rows: cells.map((cell) => [
          String(cell.batch),
          String(cell.temperature),
          quartilesText(cell.quartiles),
          shareText(cell.separated),
          meanText(cell.crossings),
          meanText(cell.lateCrossings),
          meanText(cell.pairCosine),
        ]),
      },
      {
        title: `Noise on the gradient, N = ${noisy[0]!.batch}: means ± standard errors over seeds`,
        columns: [
          "noise",
          "τ",
          "separated at the end",
          "late crossings",
          "time separated, second half",
          "cosine of partners",
        ],
        rows: noisy.map((cell) => [
          String(cell.gradientNoise),
          String(cell.temperature),
          shareText(cell.separated),
          meanText(cell.lateCrossings),
          meanText(cell.timeSeparated),
          meanText(cell.pairCosine),
        ]),
      },
    ],
  } satisfies Story;
};

function inRows<T>(values: readonly T[], width: number): T[][] {
  return Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
}

function settingText({ batch, temperature, gradientNoise }: FiniteMapCell): string {
  const noise = gradientNoise === 0 ? "" : `, noise ${gradientNoise}`;
  return `N = ${batch}, τ = ${temperature}${noise}`;
}

/** Where noise keeps runs separated longest, beside the same without it. */
function noiseFindings(noisy: readonly FiniteMapCell[]): string[] {
  const most = noisy.reduce((a, b) => (b.timeSeparated.mean > a.timeSeparated.mean ? b : a));
  if (most.gradientNoise === 0) return [];
  const without = noisy.find((cell) => cell.gradientNoise === 0 && cell.temperature === most.temperature)!;
  return [
    `Noise of ${most.gradientNoise} times the gradient's root mean square keeps runs separated for ${meanText(most.timeSeparated)} of the second half of training at ${settingText({ ...most, gradientNoise: 0 })}; without it, ${meanText(without.timeSeparated)}.`,
  ];
}

/** Seeds behind shares of the runs of one cell each. */
function seedsOf(shares: readonly { readonly runs: number }[]): number {
  return Math.max(...shares.map(({ runs }) => runs));
}

function shareOf(shares: readonly { readonly value: number; readonly runs: number }[]): string {
  const runs = shares.reduce((sum, share) => sum + share.runs, 0);
  const hits = shares.reduce((sum, share) => sum + share.value * share.runs, 0);
  return `${Math.round(hits)} of ${runs}`;
}
