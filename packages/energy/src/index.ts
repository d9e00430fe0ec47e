// A number with its uncertainty

export type { Estimate, Interval, Unit } from "./estimate.ts";
