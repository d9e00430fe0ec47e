// Who may import whom: strictly downwards. A package stands on one floor; it may import packages of lower floors only.

export const floors: readonly (readonly string[])[] = [
  ["tensor"],
  ["backend-tfjs", "pairwise", "manifold", "io"],
  ["losses", "energy", "synthetic"],
  ["diagnostics", "train"],
  ["experiments", "plot"],
  ["cli", "web"],
];

/** For tests only, from any floor. */
export const testOnly: readonly string[] = ["testkit"];

export function floorOf(name: string): number {
  return floors.findIndex((names) => names.includes(name));
}

/** Sources that may touch files, processes, the console or the DOM; all others are pure. */
export const impureSources: readonly RegExp[] = [
  /^packages\/io\/src\/node(\.ts|\/)/,
  /^packages\/[^/]+\/src\/worker/,
  /^apps\//,
  /^bench\//,
  /^tools\//,
];
