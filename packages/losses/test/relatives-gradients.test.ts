import { add, createRandom, mul, scalar, stopGradient, sub, type Tensor } from "@nce-geometry/tensor";
import { gradientCheck } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import * as losses from "../src/index.ts";
import { asTensor, backend, nearby, unitRows } from "./helpers.ts";

const [n, d] = [6, 4];
const x = asTensor(unitRows(1, n, d));
const y = asTensor(nearby(2, unitRows(1, n, d), 0.5));
const random = (label: string) => createRandom(11).split(label);
const labels = [0, 0, 1, 1, 1, 0];
const rbf = { kind: "rbf", scale: 0.5 } as const;
const temperature = 0.2;

const forms: Record<string, (...xs: Tensor[]) => Tensor> = {
  ntXent: (a, b) => losses.ntXent(a!, b!, { temperature }),
  "ntXent, rbf": (a, b) => losses.ntXent(a!, b!, { temperature, critic: rbf }),
  dcl: (a, b) => losses.dcl(a!, b!, { temperature }),
  "dcl, rbf": (a, b) => losses.dcl(a!, b!, { temperature, critic: rbf }),
  dhel: (a, b) => losses.dhel(a!, b!, { temperature }),
  "dhel, rbf": (a, b) => losses.dhel(a!, b!, { temperature, critic: rbf }),
  sigLIP: (a, b) => losses.sigLIP(a!, b!, { logitScale: 10, logitBias: -5 }),
  "sigLIP, rbf": (a, b) => losses.sigLIP(a!, b!, { logitScale: 10, logitBias: 2, critic: rbf }),
  "kcl, Gaussian": (a, b) => losses.kcl(a!, b!, { kernel: { kind: "gaussian", scale: 1 }, energyWeight: 2 }),
  "kcl, log": (a, b) => losses.kcl(a!, b!, { kernel: { kind: "log", scale: 2, matched: false }, energyWeight: 2 }),
  "kcl, imq": (a, b) => losses.kcl(a!, b!, { kernel: { kind: "imq", offset: 0.7 }, energyWeight: 2 }),
  "kcl, Riesz 1": (a, b) => losses.kcl(a!, b!, { kernel: { kind: "riesz", power: 1 }, energyWeight: 2 }),
  "kcl, Riesz −1": (a, b) => losses.kcl(a!, b!, { kernel: { kind: "riesz", power: -1 }, energyWeight: 2 }),
  supCon: (a) => losses.supCon(a!, { labels, temperature }),
  "supCon, rbf": (a) => losses.supCon(a!, { labels, temperature, critic: rbf }),
  "alignment, α = 2": (a, b) => losses.alignmentLoss(a!, b!),
  "alignment, α = ½": (a, b) => losses.alignmentLoss(a!, b!, { power: 0.5 }),
  uniformity: (a) => losses.uniformityLoss(a!),
};

describe("directional differences", () => {
  test.each(Object.entries(forms))("%s", async (name, form) => {
    const inputs = /^(supCon|uniformity)/.test(name) ? [x] : [x, y];
    const check = await gradientCheck(form, inputs, { random: random(name) });
    expect(check.relativeError).toBeLessThan(check.tolerance);
    // Half the gradient of the last operation is refused.
    const dropped = (...xs: Tensor[]) => {
      const loss = form(...xs);
      const wrong = mul(loss, 0.5);
      return add(stopGradient(loss), sub(wrong, stopGradient(wrong)));
    };
    const mutant = await gradientCheck(dropped, inputs, { random: random(name) });
    expect(mutant.relativeError).toBeGreaterThan(0.4);
  });

  const { ntXent, dcl, dhel } = losses;
  test.each(Object.entries({ ntXent, dcl, dhel }))("%s with a learnable temperature", async (name, loss) => {
    const f = (...xs: Tensor[]) => loss(xs[0]!, xs[1]!, { temperature: xs[2]! });
    const check = await gradientCheck(f, [x, y, scalar(backend, temperature)], { random: random(name) });
    expect(check.relativeError).toBeLessThan(check.tolerance);
  });

  test("supCon with a learnable temperature", async () => {
    const f = (...xs: Tensor[]) => losses.supCon(xs[0]!, { labels, temperature: xs[1]! });
    const check = await gradientCheck(f, [x, scalar(backend, temperature)], { random: random("supCon") });
    expect(check.relativeError).toBeLessThan(check.tolerance);
  });

  test("sigLIP with learnable t and b", async () => {
    const f = (...xs: Tensor[]) => losses.sigLIP(xs[0]!, xs[1]!, { logitScale: xs[2]!, logitBias: xs[3]! });
    const check = await gradientCheck(f, [x, y, scalar(backend, 5), scalar(backend, -2)], { random: random("sigLIP") });
    expect(check.relativeError).toBeLessThan(check.tolerance);
  });
});

test("a detached positive, a τ and a factor 2 dropped are refused", async () => {
  const mutants: Record<string, (...xs: Tensor[]) => Tensor> = {
    // DCL whose positives do not pull.
    positive: (a, b) => {
      const loss = losses.dcl(a!, b!, { temperature });
      const pull = mul(losses.alignmentLoss(a!, b!), 1 / (2 * temperature));
      return sub(loss, sub(pull, stopGradient(pull)));
    },
    // KCL whose energies count a row once instead of twice.
    energy: (a, b) => {
      const full = losses.kcl(a!, b!, { kernel: { kind: "gaussian", scale: 1 }, energyWeight: 2 });
      const half = losses.kcl(a!, b!, { kernel: { kind: "gaussian", scale: 1 }, energyWeight: 1 });
      return add(stopGradient(full), sub(half, stopGradient(half)));
    },
    // Uniformity without t in the slope.
    scale: (a) => {
      const loss = losses.uniformityLoss(a!, { scale: 3 });
      const wrong = mul(loss, 1 / 3);
      return add(stopGradient(loss), sub(wrong, stopGradient(wrong)));
    },
  };
  for (const [name, mutant] of Object.entries(mutants)) {
    const check = await gradientCheck(mutant, name === "scale" ? [x] : [x, y], { random: random(name) });
    expect(check.relativeError).toBeGreaterThan(0.05);
    expect(check.relativeError).toBeGreaterThan(10 * check.tolerance);
  }
});
