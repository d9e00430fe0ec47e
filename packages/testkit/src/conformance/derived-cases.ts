import {
  abs,
  add,
  type Critic,
  customGrad,
  diagonal,
  exp,
  mul,
  normalizeRows,
  rowDot,
  rowNorms,
  scoreMatrix,
  scorePerSample,
  square,
  squaredDistanceMatrix,
  stopGradient,
  sum,
  type Tensor,
  transpose,
} from "@nce-geometry/tensor";
import { floatArray, uniformArray } from "./host-array.ts";
import type { OperationCase } from "./operation-case.ts";

const EXACT = 0;
const CRITICS: readonly Critic[] = [{ kind: "cosine" }, { kind: "rbf", scale: 1.5 }];

/** Operations on rows, and the two that change how a gradient flows. */
export function derivedCases(): OperationCase[] {
  return [...rowCases(), ...normalizeCases(), ...distanceCases(), ...scoreCases(), ...gradientFlowCases()];
}

function rowCases(): OperationCase[] {
  const shapes = [
    [1, 1],
    [3, 5],
    [17, 33],
    [0, 4],
    [2, 0],
  ];
  const perShape = shapes.flatMap((shape) => {
    const x = uniformArray("rows x", shape);
    const y = uniformArray("rows y", shape);
    const title = `[${shape.join(", ")}]`;
    const d = shape[1]!;
    return [
      { operation: "rowNorms", title, inputs: [x], run: rowNorms, ulps: d + 2, smooth: d > 0 },
      {
        operation: "rowDot",
        title,
        inputs: [x, y],
        run: rowDot,
        ulps: d + 1,
        magnitude: (a: Tensor, b: Tensor) => rowDot(abs(a), abs(b)),
        smooth: true,
      },
    ];
  });
  const squares = [
    [1, 1],
    [4, 4],
    [0, 0],
  ];
  return [
    ...perShape,
    ...squares.map((shape) => ({
      operation: "diagonal",
      title: `[${shape.join(", ")}]`,
      inputs: [uniformArray("diagonal", shape)],
      run: diagonal,
      ulps: EXACT,
      smooth: true,
    })),
    {
      operation: "diagonal",
      title: "NaN off it stays off",
      inputs: [floatArray([2, 2], [1, NaN, Infinity, 2])],
      run: diagonal,
      ulps: EXACT,
    },
    {
      operation: "rowNorms",
      title: "a zero row, a row of NaN, a row of ∞",
      inputs: [floatArray([3, 2], [0, 0, NaN, 1, -Infinity, 1])],
      run: rowNorms,
      ulps: 2,
    },
  ];
}

function normalizeCases(): OperationCase[] {
  const zeroRow = floatArray([3, 2], [3, 4, 0, 0, -1, 0]);
  const regular = [
    [1, 1],
    [3, 5],
    [17, 33],
    [0, 4],
  ].map((shape) => ({
    operation: "normalizeRows",
    title: `[${shape.join(", ")}]`,
    inputs: [uniformArray("normalizeRows", shape)],
    run: (x: Tensor) => normalizeRows(x),
    ulps: shape[1]! + 4,
    // Rows of one entry are constant under the map.
    smooth: shape[1]! > 1,
  }));
  return [
    ...regular,
    ...(["nan", "keep"] as const).map((zeroRows) => ({
      operation: "normalizeRows",
      title: `a zero row: ${zeroRows}`,
      inputs: [zeroRow],
      run: (x: Tensor) => normalizeRows(x, { zeroRows }),
      ulps: 6,
    })),
  ];
}

function distanceCases(): OperationCase[] {
  const shapes: [number, number, number][] = [
    [1, 1, 1],
    [3, 4, 5],
    [9, 17, 33],
    [0, 3, 2],
    [3, 2, 0],
  ];
  const methods = ["difference", "expansion"] as const;
  const plans = shapes.flatMap((shape) => methods.map((method) => ({ shape, method })));
  return plans.map(({ shape: [n, m, d], method }) => ({
    operation: "squaredDistanceMatrix",
    title: `[${n}, ${d}] and [${m}, ${d}], ${method}`,
    inputs: [uniformArray("distance x", [n, d]), uniformArray("distance y", [m, d])],
    run: (x: Tensor, y: Tensor) => squaredDistanceMatrix(x, y, { method }),
    ulps: 2 * d + 6,
    // Subtracting before squaring keeps relative accuracy; expanding the square does not.
    ...(method === "expansion" && { magnitude: sumOfSquaresMatrix }),
    smooth: true,
  }));
}

function scoreCases(): OperationCase[] {
  return CRITICS.flatMap((critic) => {
    const title = JSON.stringify(critic);
    const cancels = critic.kind === "cosine";
    const x = uniformArray("score x", [5, 7]);
    const common = { ulps: 2 * 7 + 8, smooth: true };
    return [
      {
        ...common,
        operation: "scoreMatrix",
        title,
        inputs: [x, uniformArray("score y", [3, 7])],
        run: (a: Tensor, b: Tensor) => scoreMatrix(a, b, critic),
        ...(cancels && { magnitude: sumOfSquaresMatrix }),
      },
      {
        ...common,
        operation: "scorePerSample",
        title,
        inputs: [x, uniformArray("score z", [5, 7])],
        run: (a: Tensor, b: Tensor) => scorePerSample(a, b, critic),
        ...(cancels && { magnitude: (a: Tensor, b: Tensor) => rowDot(abs(a), abs(b)) }),
      },
    ];
  });
}

function gradientFlowCases(): OperationCase[] {
  const x = uniformArray("flow", [3, 4]);
  const derivativeOfExp = (input: Tensor): Tensor =>
    customGrad(
      (inner) => {
        const value = exp(inner);
        return { value, pullback: (cotangent) => [mul(cotangent, value)] };
      },
      [input],
    );
  return [
    {
      operation: "customGrad",
      title: "exp with its derivative",
      inputs: [x],
      run: derivativeOfExp,
      ulps: 4,
      smooth: true,
    },
    { operation: "stopGradient", title: "leaves the value", inputs: [x], run: stopGradient, ulps: EXACT },
  ];
}

/** ‖xᵢ‖² + ‖yⱼ‖²: what cancels in a squared distance, and what bounds an inner product. */
function sumOfSquaresMatrix(x: Tensor, y: Tensor): Tensor {
  const row = sum(square(y), { axis: 1, keepDims: true });
  return add(sum(square(x), { axis: 1, keepDims: true }), transpose(row));
}
