// Circles of latitude about an axis, each divided equally: the second factor of product quadratures on S².

export interface Ring {
  /** Weight of the whole ring per radian of longitude. */
  readonly weight: number;
}

/** Writes the points of all rings, [rings·azimuthalNodes, 3], longitude fastest. */
export function fillRings<R extends Ring>(
  data: Float64Array,
  rings: readonly R[],
  azimuthalNodes: number,
  pointOf: (ring: R, cosine: number, sine: number) => ArrayLike<number>,
): void {
  let offset = 0;
  for (const ring of rings) {
    for (let j = 0; j < azimuthalNodes; j++) {
      const longitude = (2 * Math.PI * j) / azimuthalNodes;
      data.set(pointOf(ring, Math.cos(longitude), Math.sin(longitude)), offset);
      offset += 3;
    }
  }
}

export function ringWeights(rings: readonly Ring[], azimuthalNodes: number): Float64Array {
  const step = (2 * Math.PI) / azimuthalNodes;
  return Float64Array.from(
    { length: rings.length * azimuthalNodes },
    (_, i) => rings[Math.floor(i / azimuthalNodes)]!.weight * step,
  );
}
