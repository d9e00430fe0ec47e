// Data for the figures of energies: like those of real runs, and the extremes that break pictures. No randomness: everything is a formula.

import type { BestResponseFigureData, SpherePoint, TwoWellData } from "../src/index.ts";
import { names } from "./figure-data.ts";

const kappa = 12;
const wells: readonly SpherePoint[] = [
  [0, 0, 1],
  [0.852133002, 0.150376412, -0.501254707],
];

function potentialAt(point: readonly number[]): number {
  const along = wells.map((well) => kappa * well.reduce((sum, value, i) => sum + value * point[i]!, 0));
  const most = Math.max(...along);
  return -(most + Math.log(along.reduce((sum, value) => sum + Math.exp(value - most), 0) / 2)) / kappa;
}

function onSphere(z: number, azimuth: number): SpherePoint {
  const radius = Math.sqrt(1 - z * z);
  return [radius * Math.cos(azimuth), radius * Math.sin(azimuth), z];
}

/** A spiral from the north pole downwards that is the longer the hotter it is. */
function spiral(n: number, temperature: number): readonly SpherePoint[] {
  const reach = Math.min(2, 2 * temperature + 0.1);
  return Array.from({ length: n }, (_, i) => onSphere(1 - (reach * (i + 0.5)) / n, 2.4 * i));
}

const temperatures = [0.1, 0.2, 0.5, 1, 2.5, 5, 10];
const masses = [0.706385, 0.467528, 0.262063, 0.189346, 0.148012, 0.134976, 0.128633];

export const twoWell: TwoWellData = {
  potential: Array.from({ length: 24 }, (_, i) =>
    Array.from({ length: 48 }, (_, j) =>
      potentialAt(onSphere(Math.cos((Math.PI * (i + 0.5)) / 24), (2 * Math.PI * j) / 48)),
    ),
  ),
  wells,
  capRadius: 0.5,
  snapshots: temperatures.map((temperature) => ({ temperature, particles: spiral(120, temperature) })),
  particlesLabel: "120 particles",
  exact: { temperatures, masses },
  simulated: [
    {
      label: "Langevin",
      temperatures,
      masses: masses.map((mass) => mass + 0.01),
      standardErrors: masses.map(() => 0.01),
    },
    { label: "kernel flow, h = 0.35", temperatures, masses: [1, 0.83, 0.36, 0.22, 0.15, 0.135, 0.12] },
  ],
};

/** A potential without wells, no particles, one temperature. */
export const flatSphere: TwoWellData = {
  ...twoWell,
  potential: [
    [1, 1],
    [1, 1],
  ],
  wells: [[1, 0, 0]],
  snapshots: [{ temperature: 1, particles: [] }],
  exact: { temperatures: [1], masses: [1] },
  simulated: ["one", "two"].map((label) => ({ label, temperatures: [1], masses: [1] })),
};

const floor = 0.002;

/** Masses on the way from uniform to all free mass on one cell. */
function onTheWay(step: number, cell: number): readonly number[] {
  const rest = floor + (1 / 12 - floor) * 0.75 ** step;
  return Array.from({ length: 12 }, (_, i) => (i === cell ? 1 - 11 * rest : rest));
}

export const bestResponses: BestResponseFigureData = {
  names,
  trajectory: Array.from({ length: 25 }, (_, step) => ({
    step,
    objective: -6 * (1 - 0.75 ** step),
    symmetricKL: 6 * (1 - 0.75 ** step),
    masses: [onTheWay(step, 0), onTheWay(step, 6)],
  })),
  status: "settled",
  atFloor: true,
};

/** One cell, no step taken. */
export const noResponse: BestResponseFigureData = {
  names,
  trajectory: [{ step: 7, objective: 0.25, symmetricKL: 0, masses: [[1], [1]] }],
  status: "aborted",
};
