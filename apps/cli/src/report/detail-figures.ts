// Figures of what a full report measures beside the analysis: threshold on the cosine, softmax, negatives.

import type { ConsistencyProbe, MatchCalibration, MatchSeparation, PairDetails } from "@nce-geometry/diagnostics";
import type { ReportFigure } from "./figure.ts";
import { formatNumber, formatShare } from "./format.ts";
import { lineChart } from "./line-chart.ts";

export function detailFigures({ separation, calibration, consistency }: PairDetails): ReportFigure[] {
  return [
    ...(separation ? [separationFigure(separation)] : []),
    ...(calibration ? [calibrationFigure(calibration)] : []),
    ...(consistency ? [consistencyFigure(consistency)] : []),
  ];
}

function separationFigure({ curve, areaUnderCurve, equalErrorRate }: MatchSeparation): ReportFigure {
  const points = curve.falsePositives.map((taken, at) => [taken, curve.truePositives[at]!] as const);
  return {
    svg: lineChart({
      title: "Matches found against other pairs taken, by a cut-off on the cosine",
      lines: [
        { label: "this space", points, look: "first" },
        {
          label: "a coin",
          points: [
            [0, 0],
            [1, 1],
          ],
          look: "reference",
        },
      ],
      xLabel: "share of other pairs taken for matches",
      yLabel: "share of matches found",
      yDomain: [0, 1],
    }),
    caption: `If one cut-off on the cosine had to tell matches from other pairs (ROC curve): area ${formatNumber(areaUnderCurve.value)}, ½ is a coin and 1 is perfect. At the cut-off ${formatNumber(equalErrorRate.threshold)} both errors are ${formatShare(equalErrorRate.value)}.`,
  };
}

function calibrationFigure({ table, temperature, calibrationError }: MatchCalibration): ReportFigure {
  const bins = table.filter(({ confidence, accuracy }) => confidence !== null && accuracy !== null);
  const points = bins.map(({ confidence, accuracy }) => [confidence!, accuracy!.value] as const);
  const bands = bins.map(({ accuracy }) => {
    const { value, interval } = accuracy!;
    return [interval?.low ?? value, interval?.high ?? value] as const;
  });
  return {
    svg: lineChart({
      title: "Share of right answers against the probability that the softmax gives them",
      lines: [
        { label: "this space", points, band: bands, look: "first" },
        {
          label: "means what it says",
          points: [
            [0, 0],
            [1, 1],
          ],
          look: "reference",
        },
      ],
      xLabel: "probability given to the first answer",
      yLabel: "share that is right",
      yDomain: [0, 1],
    }),
    caption: `Whether a softmax of the cosines at τ = ${formatNumber(temperature)}, the temperature that fits the matches best, means what it says: below the dotted line it claims too much. On average it is off by ${formatShare(calibrationError.value)}; an honest softmax would show ${formatShare(calibrationError.calibrated.mean)} with as many queries.`,
  };
}

function consistencyFigure({ standard, decoupled, temperature }: ConsistencyProbe): ReportFigure {
  const line = (points: typeof standard.points, label: string, look: "first" | "second") => {
    const known = points.filter(({ cosine }) => cosine !== null);
    return known.length === 0
      ? []
      : [
          {
            label,
            look,
            points: known.map(({ negatives, cosine }) => [negatives, cosine!.value] as const),
            band: known.map(({ cosine }) => {
              const { value, interval } = cosine!;
              return [interval?.low ?? value, interval?.high ?? value] as const;
            }),
          },
        ];
  };
  const lines = [
    ...line(standard.points, "InfoNCE", "first"),
    ...line(decoupled.points, "positive left out of the denominator", "second"),
  ];
  if (lines.length === 0)
    lines.push(
      ...line(
        standard.points.map((point) => ({ ...point, cosine: point.rawCosine })),
        "InfoNCE",
        "first",
      ),
    );
  return {
    svg: lineChart({
      title: "Alignment of the gradient with that of unlimited negatives",
      lines,
      xLabel: "negatives (log scale)",
      yLabel: "cosine of the gradients",
      logX: true,
      yDomain: [Math.min(0, ...lines.flatMap(({ points }) => points.map(([, y]) => y))), 1],
    }),
    caption: `How near the gradient with N negatives comes to that with unlimited ones, at τ = ${temperature}: 1 is the same direction. Bands: intervals over draws of negatives.`,
  };
}
