import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectAllClose } from "@nce-geometry/testkit";
import { type Browser, chromium } from "playwright-core";
import { build, defaultClientConditions, type InlineConfig, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BackendReport, PageReport } from "./browser/page.ts";
import { lossUlps } from "./info-nce.ts";

const executablePath = process.env.CHROME_BIN ?? "/usr/bin/chromium";
const missing = existsSync(executablePath) ? undefined : `no Chromium at ${executablePath}; set CHROME_BIN`;
const epsilon = 2 ** -23;

describe.skipIf(missing !== undefined)(`in Chromium${missing ? ` (SKIPPED: ${missing})` : ""}`, () => {
  let outDir: string;
  let server: PreviewServer;
  let browser: Browser;
  let url: string;
  let report: PageReport;
  const problems: string[] = [];

  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), "backend-tfjs-"));
    const config: InlineConfig = {
      root: join(import.meta.dirname, "browser"),
      configFile: false,
      logLevel: "error",
      resolve: { conditions: ["@nce-geometry/source", ...defaultClientConditions] },
      build: { outDir, emptyOutDir: true, target: "esnext" },
      preview: { host: "127.0.0.1", port: 0 },
    };
    await build(config);
    server = await preview(config);
    url = server.resolvedUrls!.local[0]!;
    const args = ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
    browser = await chromium.launch({ executablePath, args });
    const page = await browser.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
    page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
    await page.goto(url);
    const handle = await page.waitForFunction(() => (globalThis as { report?: PageReport | string }).report);
    const received = (await handle.jsonValue()) as PageReport | string;
    if (typeof received === "string") throw new Error(received);
    report = received;
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(outDir, { recursive: true, force: true });
  });

  test("the bundle finds its WebAssembly files by itself and stays silent", () => {
    expect(report.backends[0]!.name).toBe("tfjs-wasm");
    expect(problems).toEqual([]);
  });

  test("wasm: declared features, operations and gradients", () => {
    const wasm = report.backends[0]!;
    expect(wasm.features).toEqual({ simd: true, threads: false, syncRead: true });
    // An ulp of the function and one of its rounding; sums of up to 4 terms.
    expectAgreement(wasm, 4);
  });

  test("webgpu: declared features, operations and gradients", (context) => {
    const webgpu = report.backends[1];
    if (webgpu === undefined) return context.skip(`SKIPPED: ${report.webgpuError}`);
    expect(webgpu.features).toEqual({ simd: false, threads: false, syncRead: false });
    // exp of WebGPU is granted 3 + 2|x| ulps, here |x| ≤ 3, and log of it about as much in absolute terms.
    expectAgreement(webgpu, 16);
  });
});

function expectAgreement({ operations, gradients, leaked }: BackendReport, ulps: number): void {
  for (const [name, [actual, expected]] of Object.entries(operations)) {
    // log(exp(x)) has the absolute error of the exponential; all else is judged relative to itself.
    const scale = name === "log" ? 1 : 0;
    try {
      expectAllClose(actual, expected, { ulps, epsilon, scale });
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  }
  const [reference, ...others] = gradients;
  expect(others.length).toBe(3);
  for (const gradient of others)
    expectAllClose(gradient, reference!, { ulps: lossUlps * (ulps / 4), epsilon, scale: 1 });
  expect(leaked).toBe(0);
}
