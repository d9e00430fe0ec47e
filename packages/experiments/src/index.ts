export type { Experiment, ExperimentResult, Json, OptionSpec, Scale, Unit } from "./experiment.ts";
