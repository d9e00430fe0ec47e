import type { ConsistencyAtSize, ConsistencySummary } from "@nce-geometry/experiments";
import { convergenceFigure } from "@nce-geometry/plot";
import { formatNumber, formatShare } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { estimatesOf, meanText, twoErrors } from "./words.ts";

/** E1: does the gradient of a batch point where that of the population does? */
export const gradientConsistencyStory: Storyteller = (result, document) => {
  const summary = result.summary as unknown as ConsistencySummary;
  const critics = [...new Set(summary.sizes.map(({ critic }) => critic))];
  return {
    question:
      "InfoNCE with N negatives estimates an energy of the population. From which N on does its gradient point where the population's does, and how fast does it get there?",
    published:
      "The cosine between the gradient at N and one at a large N rises towards 1, for the cosine critic on the sphere and for the rbf critic in a box.",
    findings: critics.flatMap((critic) => findingsOf(critic, summary)),
    reasons: [
      "Two things decide what such a curve shows. The paper's gradients at N use a prefix of the pool of the reference, so that both share negatives; an independent reference shows the distance to the population. And the positive stands in the denominator: at low temperature it is most of the estimated partition function, which shrinks the gradient of an anchor without turning it. Left out of the denominator, the estimate converges like the root of N.",
    ],
    figures: critics.map((critic) => ({
      name: `convergence-${critic}`,
      svg: convergenceFigure(
        {
          series: seriesOf(summary.sizes.filter((size) => size.critic === critic)),
          slopeThrough: ours,
          intervalLabel: twoErrors,
        },
        { document, title: `Gradient with N negatives against the population's, ${critic} critic` },
      ),
      caption:
        "Cosine and relative error of the gradient, share of the positive in the denominator, and how far the loss is from the energy. A straight line of slope −½ is what independent samples give.",
    })),
    tables: critics.map((critic) => tableOf(critic, summary.sizes)),
  } satisfies Story;
};

const ours = "independent reference, decoupled";

function seriesOf(sizes: readonly ConsistencyAtSize[]) {
  const at = sizes.map(({ size }) => size);
  return [
    {
      label: "paper: prefix of the reference, positive inside",
      sizes: at,
      cosine: estimatesOf(sizes.map(({ nestedCosine }) => nestedCosine)),
      relativeError: estimatesOf(sizes.map(({ nestedRelativeError }) => nestedRelativeError)),
      residual: estimatesOf(sizes.map(({ residual }) => residual)),
      positiveMass: estimatesOf(sizes.map(({ positiveMass }) => positiveMass)),
    },
    {
      label: ours,
      sizes: at,
      cosine: estimatesOf(sizes.map(({ cosine }) => cosine)),
      relativeError: estimatesOf(sizes.map(({ relativeError }) => relativeError)),
      residual: estimatesOf(sizes.map(({ decoupledResidual }) => decoupledResidual)),
    },
  ];
}

function findingsOf(critic: string, { sizes, slopes }: ConsistencySummary): string[] {
  const last = sizes.filter((size) => size.critic === critic).at(-1)!;
  const slope = slopes.find((one) => one.critic === critic);
  const rate =
    slope?.mean == null || slope.interval === null
      ? []
      : [
          `${critic} critic: the decoupled error against an independent reference falls like N to the power ${formatNumber(slope.mean)} [${formatNumber(slope.interval.low)}, ${formatNumber(slope.interval.high)}]${slope.containsMinusHalf ? ", which contains −½" : "; −½ is not inside"}.`,
        ];
  return [
    `${critic} critic: at N = ${last.size} the paper's protocol gives a cosine of ${meanText(last.nestedCosine)} and a relative error of ${meanText(last.nestedRelativeError)}; decoupled and independent, ${meanText(last.cosine)} and ${meanText(last.relativeError)}. The positive holds ${formatShare(last.positiveMass.mean)} of the softmax.`,
    ...rate,
  ];
}

function tableOf(critic: string, sizes: readonly ConsistencyAtSize[]): Story["tables"][number] {
  return {
    title: `${critic} critic: mean ± standard error over seeds`,
    columns: [
      "N",
      "cosine, paper",
      "relative error, paper",
      "cosine, ours",
      "relative error, ours",
      "positive mass",
      "value residual",
    ],
    rows: sizes
      .filter((size) => size.critic === critic)
      .map((size) => [
        String(size.size),
        meanText(size.nestedCosine),
        meanText(size.nestedRelativeError),
        meanText(size.cosine),
        meanText(size.relativeError),
        meanText(size.positiveMass),
        meanText(size.decoupledResidual),
      ]),
  };
}
