// Proves what a user gets: every package is packed, checked, installed alone in an empty project outside the repository,
// and its README examples are type-checked, run, and compared with the output printed there. Then a bundler takes one
// function from one package, and nothing else may come along.

import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Example, examplesOf } from "./readme.ts";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}
interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly tarball: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const workshop = mkdtempSync(join(tmpdir(), "nce-geometry-packages-"));

/** One function each, and the packages that may be part of its bundle. */
const bundles: readonly { readonly from: string; readonly take: string; readonly may: readonly string[] }[] = [
  { from: "tensor", take: "createRandom", may: ["tensor"] },
  { from: "tensor", take: "logSumExp", may: ["tensor"] },
  // The volume of a sphere takes a log Γ, whose library is CommonJS and comes whole.
  { from: "manifold", take: "sphere", may: ["manifold", "tensor", "@stdlib"] },
  { from: "losses", take: "infoNCE", may: ["losses", "tensor"] },
  { from: "energy", take: "freeEnergyMultimodal", may: ["energy", "manifold", "tensor"] },
  { from: "train", take: "createEncoder", may: ["train", "tensor"] },
  { from: "pairwise", take: "referenceEngine", may: ["pairwise", "tensor"] },
  { from: "io", take: "openNpy", may: ["io", "tensor"] },
  { from: "diagnostics", take: "modalityGap", may: ["diagnostics", "energy", "pairwise", "tensor"] },
];

function run(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed in ${cwd}\n${stdout ?? ""}${stderr ?? ""}`);
  }
}

function packAll(): Package[] {
  return globSync("{packages,apps}/*/package.json", { cwd: root })
    .sort()
    .flatMap((path) => {
      const manifest = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
      if (manifest.private) return [];
      const folder = join(root, path, "..");
      const tarball = join(workshop, `${manifest.name.split("/")[1]}.tgz`);
      run(folder, "pnpm", "pack", "--out", tarball);
      return [{ folder, manifest, tarball }];
    });
}

function checkPacked({ folder, manifest, tarball }: Package): void {
  run(folder, "publint", "run", "--strict", tarball);
  if (!manifest.bin) run(root, "attw", tarball, "--profile", "esm-only");
}

/**
 * An empty project that depends on this package alone; its siblings come from their own tarballs, its peers, and what
 * its example imports besides, in the versions that its own tests use. The layout is the flat one that npm makes, in which an example may import the siblings that came along.
 */
function installAlone(target: Package, all: readonly Package[]): string {
  const project = join(workshop, target.manifest.name.split("/")[1]!);
  const { manifest: own, folder } = target;
  const wanted = Object.entries(own.devDependencies ?? {}).filter(
    ([name]) =>
      own.peerDependencies?.[name] || readExamples(folder).some(({ code }) => code.includes(`from "${name}"`)),
  );
  mkdirSync(project);
  const manifest = {
    private: true,
    type: "module",
    dependencies: {
      [own.name]: `file:${target.tarball}`,
      ...Object.fromEntries(wanted),
    },
  };
  const overrides = all.map(({ manifest: { name }, tarball }) => `  "${name}": "file:${tarball}"`);
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(project, "pnpm-workspace.yaml"),
    `autoInstallPeers: false\nnodeLinker: hoisted\noverrides:\n${overrides.join("\n")}\n`,
  );
  run(project, "pnpm", "install", "--prefer-offline", "--ignore-scripts", "--no-frozen-lockfile");
  return project;
}

function readExamples(folder: string): Example[] {
  return examplesOf(readFileSync(join(folder, "README.md"), "utf8"));
}

function runExamples({ folder, manifest }: Package, project: string): void {
  if (manifest.bin) {
    for (const name of Object.keys(manifest.bin)) run(project, join("node_modules", ".bin", name), "--help");
    return;
  }
  const examples = readExamples(folder);
  if (examples.length === 0)
    throw new Error(`${manifest.name}: README.md has no \`\`\`ts block followed by a \`\`\`text block`);
  const compilerOptions = {
    target: "ES2023",
    lib: ["ES2023", "DOM", "ESNext.Disposable"],
    module: "NodeNext",
    strict: true,
    noEmit: true,
    skipLibCheck: true, // the declarations of @tensorflow/tfjs-core do not compile without it
    allowImportingTsExtensions: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
  };
  const files = examples.map((_, index) => `example-${index + 1}.ts`);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  for (const [index, { code }] of examples.entries()) writeFileSync(join(project, files[index]!), code);
  run(project, "tsc", "-p", ".");
  for (const [index, { output }] of examples.entries()) {
    const printed = run(project, "node", "--disable-warning=ExperimentalWarning", files[index]!).trim();
    if (printed !== output.trim()) {
      throw new Error(`${manifest.name}: the README promises\n${output}\nbut its example prints\n${printed}`);
    }
  }
}

async function bundleSize(project: string, from: string, take: string, may: readonly string[]): Promise<string> {
  const { metafile } = await build({
    stdin: { contents: `export { ${take} } from "@nce-geometry/${from}";`, resolveDir: project },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const [output] = Object.values(metafile.outputs);
  const inside = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const packages = new Set(
    inside.map(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? ""),
  );
  packages.delete("");
  const shortName = (name: string) => (name.startsWith("@nce-geometry/") ? name.split("/")[1]! : name.split("/")[0]!);
  const strangers = [...packages].filter((name) => !may.includes(shortName(name)));
  if (strangers.length > 0) throw new Error(`a bundle of ${take} from ${from} pulls in ${strangers.join(", ")}`);
  return `  ${`${from}: ${take}`.padEnd(30)} ${String(output!.bytes).padStart(7)} bytes minified`;
}

try {
  const packages = packAll();
  for (const target of packages) {
    checkPacked(target);
    runExamples(target, installAlone(target, packages));
    const answer = target.manifest.bin ? "its command answers" : "its README examples print what they say";
    console.log(`packages: ${target.manifest.name} packs, installs alone, and ${answer}`);
  }
  console.log("packages: one function bundled alone");
  for (const { from, take, may } of bundles) console.log(await bundleSize(join(workshop, from), from, take, may));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(workshop, { recursive: true, force: true });
}
