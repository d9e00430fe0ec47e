import type { TemperatureCalibrationSummary } from "@nce-geometry/experiments";
import { heatMapFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { meanText } from "./words.ts";

/** OQ5: how low may the temperature be with N negatives? */
export const temperatureCalibrationStory: Storyteller = (result, document) => {
  const { calibrated, cells, referenceSquaredError } = result.summary as unknown as TemperatureCalibrationSummary;
  const roughest = referenceSquaredError.reduce((a, b) => (b.error.mean > a.error.mean ? b : a));
  const { wanted } = result.config as unknown as { readonly wanted: number };
  const sizes = [...new Set(cells.map(({ size }) => size))];
  const temperatures = [...new Set(cells.map(({ temperature }) => temperature))];
  return {
    question:
      "A temperature that is too low leaves a gradient to a handful of negatives. How low may it be with N of them?",
    published: "Adaptive temperatures are left open.",
    findings: calibrated.map(({ size, temperature, interval, seeds }) => {
      const goal = `a cosine of ${wanted} with the population's`;
      const runs = seeds.between + seeds.always + seeds.never;
      if (temperature === null) return `N = ${size}: ${withoutCrossing(seeds, goal)}`;
      const within = interval === null ? "" : ` [${formatNumber(interval.low)}, ${formatNumber(interval.high)}]`;
      const others =
        seeds.between === runs
          ? ""
          : `, in the mean over the ${seeds.between} of ${runs} seeds that cross it between temperatures tried; ${seeds.never} reach it at none, ${seeds.always} at all`;
      return `N = ${size}: the gradient reaches ${goal} down to τ = ${formatNumber(temperature)}${within}${others}.`;
    }),
    reasons: [
      "The gradient is an average over about as many negatives as the softmax at τ spreads over; the table gives that number.",
      `The noise of the reference gradient is allowed for to first order in its squared relative error, which is ${meanText(roughest.error)} at τ = ${roughest.temperature}, where it is largest. Intervals of τ are Student's over the logarithms of the seeds, at 95 %.`,
    ],
    figures: [
      {
        name: "alignment",
        svg: heatMapFigure(
          {
            rows: { label: "negatives N", values: sizes },
            columns: { label: "temperature τ", values: temperatures },
            values: sizes.map((size) =>
              temperatures.map(
                (temperature) =>
                  cells.find((cell) => cell.size === size && cell.temperature === temperature)!.alignment.mean,
              ),
            ),
            valueLabel: "cosine with the gradient of the population",
          },
          { document, title: "Alignment of the gradient" },
        ),
        caption:
          "Mean over seeds of the cosine between the decoupled gradient with N negatives and that of the population.",
      },
    ],
    tables: [
      {
        title: "Means ± standard errors over seeds",
        columns: ["N", "τ", "alignment", "positive mass", "effective negatives"],
        rows: cells.map((cell) => [
          String(cell.size),
          String(cell.temperature),
          meanText(cell.alignment),
          meanText(cell.positiveMass),
          meanText(cell.effectiveNegatives),
        ]),
      },
    ],
  } satisfies Story;
};

/** Where no seed reaches the goal at some of the temperatures and misses it at others. */
function withoutCrossing({ always, never }: { readonly always: number; readonly never: number }, goal: string): string {
  if (always === 0) return `none of ${never} seeds reaches ${goal} at any of the temperatures tried.`;
  if (never === 0) return `all of ${always} seeds reach ${goal} at every temperature tried.`;
  return `${always} of ${always + never} seeds reach ${goal} at every temperature tried, ${never} at none.`;
}
