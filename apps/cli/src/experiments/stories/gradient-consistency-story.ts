import type {
  ConsistencyAtSize,
  ConsistencySummary,
  GradientConsistencyConfig,
  OverSeeds,
} from "@nce-geometry/experiments";
import { convergenceFigure } from "@nce-geometry/plot";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";
import { estimatesOf, meanText, twoErrors } from "./words.ts";

/** E1: does the gradient of a batch point where that of the population does? */
export const gradientConsistencyStory: Storyteller = (result, document) => {
  const { slopes, ...rest } = result.summary as unknown as ConsistencySummary;
  const sizes = rest.sizes.toSorted((a, b) => a.size - b.size);
  const { nestedNegatives } = result.config as unknown as GradientConsistencyConfig;
  const critics = [...new Set(rest.sizes.map(({ critic }) => critic))];
  return {
    question:
      "InfoNCE with N negatives estimates an energy of the population. From which N on does its gradient point where the population's does, and how fast does it get there?",
    published:
      "The cosine between the gradient at N and one at a large N rises towards 1, for the cosine critic on the sphere and for the rbf critic in a box.",
    findings: critics.flatMap((critic) => findingsOf(critic, { sizes, slopes })),
    reasons: [
      `${nestedNegatives === "otherMixture" ? "Three" : "Two"} things set the paper's curve apart from ours. Its gradients at N use a prefix of the pool of the reference, so that both share negatives; an independent reference shows the distance to the population, once its own noise is taken off. The positive stands in the denominator: at low temperature it is most of the estimated partition function, which shrinks the gradient of an anchor without turning it.${nestedNegatives === "otherMixture" ? " And its negatives are of a mixture whose means are not those of the anchors; ours are of the anchors' law, as J_τ has it. The option nestedNegatives takes this last difference away." : ""}`,
      "With the positive left out, the error falls like the root of N once the softmax spreads over many negatives.",
      "Share of the positive and value residual are those of independent pools of the anchors' law, not of the nested ones.",
    ],
    figures: critics.map((critic) => ({
      name: `convergence-${critic}`,
      svg: convergenceFigure(
        {
          series: seriesOf(sizes.filter((size) => size.critic === critic)),
          slopeThrough: ours,
          intervalLabel: twoErrors,
        },
        { document, title: `Gradient with N negatives against the population's, ${critic} critic` },
      ),
      caption:
        "Cosine and relative error of the gradient, ours without the reference's own error, share of the positive in the denominator, and how far the loss is from the energy. A straight line of slope −½ is what independent samples give.",
    })),
    tables: critics.flatMap((critic) => tablesOf(critic, sizes)),
  } satisfies Story;
};

const ours = "independent reference, decoupled";

function seriesOf(sizes: readonly ConsistencyAtSize[]) {
  const at = sizes.map(({ size }) => size);
  // The whole reference is its own prefix: an error of 0, which has no logarithm.
  const prefixes = sizes.filter(({ nestedRelativeError }) => nestedRelativeError.mean > 0);
  const paper = {
    label: "paper: prefix of the reference, positive inside",
    sizes: prefixes.map(({ size }) => size),
    cosine: estimatesOf(prefixes.map(({ nestedCosine }) => nestedCosine)),
    relativeError: estimatesOf(prefixes.map(({ nestedRelativeError }) => nestedRelativeError)),
  };
  return [
    ...(prefixes.length > 0 ? [paper] : []),
    {
      label: ours,
      sizes: at,
      cosine: estimatesOf(sizes.map(({ cosine }) => cosine)),
      relativeError: estimatesOf(sizes.map(errorOf)),
      residual: estimatesOf(sizes.map(({ decoupledResidual }) => decoupledResidual)),
    },
    {
      label: "independent pool, positive inside",
      sizes: at,
      residual: estimatesOf(sizes.map(({ residual }) => residual)),
      positiveMass: estimatesOf(sizes.map(({ positiveMass }) => positiveMass)),
    },
  ];
}

/** Free of the reference's own error, as long as noise has not used it up. */
function errorOf({ correctedError, relativeError }: ConsistencyAtSize): OverSeeds {
  return correctedError ?? relativeError;
}

function findingsOf(critic: string, { sizes, slopes }: Pick<ConsistencySummary, "sizes" | "slopes">): string[] {
  const last = sizes.filter((size) => size.critic === critic).at(-1)!;
  const slope = slopes.find((one) => one.critic === critic);
  const rate =
    slope?.mean == null || slope.interval === null
      ? []
      : [
          `${critic} critic: the decoupled error against an independent reference falls like N to the power ${formatNumber(slope.mean)} [${formatNumber(slope.interval.low)}, ${formatNumber(slope.interval.high)}]${slope.containsMinusHalf ? ", which contains −½" : "; −½ is not inside"}.`,
        ];
  return [
    `${critic} critic: at N = ${last.size} the paper's protocol gives a cosine of ${meanText(last.nestedCosine)} and a relative error of ${meanText(last.nestedRelativeError)}; decoupled and independent, ${meanText(last.cosine)} and, without the reference's own error, ${meanText(errorOf(last))}. The positive holds ${meanText(last.positiveMass)} of the softmax over a pool of the anchors' law.`,
    ...rate,
  ];
}

function tablesOf(critic: string, all: readonly ConsistencyAtSize[]): Story["tables"] {
  const sizes = all.filter((size) => size.critic === critic);
  return [
    {
      title: `Gradients, ${critic} critic: mean ± standard error over seeds`,
      columns: [
        "N",
        "cosine, paper",
        "relative error, paper",
        "cosine, ours",
        "relative error, ours",
        "less the reference's",
      ],
      rows: sizes.map((size) => [
        String(size.size),
        meanText(size.nestedCosine),
        meanText(size.nestedRelativeError),
        meanText(size.cosine),
        meanText(size.relativeError),
        size.correctedError === null ? "–" : meanText(size.correctedError),
      ]),
    },
    {
      title: `Values, ${critic} critic: mean ± standard error over seeds; residuals in nats`,
      columns: ["N", "share of the positive", "residual, positive inside", "residual, decoupled"],
      rows: sizes.map((size) => [
        String(size.size),
        meanText(size.positiveMass),
        meanText(size.residual),
        meanText(size.decoupledResidual),
      ]),
    },
  ];
}
