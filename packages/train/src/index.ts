// Encoders

export { type Activation, activate } from "./encoders/activation.ts";
export {
  createEncoder,
  type Encoder,
  type EncoderOptions,
  type LinearEncoderOptions,
  type MlpEncoderOptions,
} from "./encoders/encoder.ts";
export type { Initialization } from "./encoders/initialization.ts";
export { limitLogScale, logScaleOf, temperatureOf } from "./encoders/learnable-temperature.ts";

// Parameters

export {
  copyParameters,
  disposeParameters,
  flattenParameters,
  joinParameters,
  type ParameterGradients,
  type ParameterRecord,
  parameterGradients,
  partOfParameters,
} from "./parameters.ts";

// Optimisers and schedules

export { type Clipping, clipGradients, gradientNorm } from "./optimizers/clip-gradients.ts";
export {
  type AdamOptions,
  type AdamWOptions,
  type OptimizerOptions,
  type OptimizerState,
  type OptimizerStep,
  optimizerInit,
  optimizerStep,
  type SgdOptions,
} from "./optimizers/optimizer.ts";
export { learningRateFactor, type Schedule } from "./optimizers/schedule.ts";

// The loop and its checkpoints

export {
  type StepContext,
  type TrainOptions,
  type TrainRecord,
  type TrainResult,
  type TrainStatus,
  train,
} from "./loop/train.ts";
export {
  disposeTrainState,
  restoreTrainState,
  type SavedNumber,
  type SavedTensor,
  type SavedTrainState,
  saveTrainState,
  type TrainState,
  trainInit,
} from "./loop/train-state.ts";

// Monitors

export { type GradientVariance, type GradientVarianceOptions, gradientVariance } from "./monitors/gradient-variance.ts";
export { type RepresentationRecord, representationRecord } from "./monitors/representation-record.ts";
export {
  constrainSpectralNorm,
  lipschitzBound,
  type SpectralConstraint,
  type SpectralNormOptions,
  spectralNorm,
} from "./monitors/spectral-norm.ts";
