// reproduce and open-questions: experiments into folders, each with its record, its tables, its figures and its page.

import { join } from "node:path";
import {
  configFrom,
  describeOptions,
  type Experiment,
  type ExperimentResult,
  experimentOf,
  experiments,
  resultBytes,
  type Scale,
  unitTable,
} from "@nce-geometry/experiments";
import { InputError } from "@nce-geometry/tensor";
import { type Command, Option } from "commander";
import { parseHTML } from "linkedom";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { assertWritableFolder, makeFolder, writeFiles } from "../output.ts";
import { shellLine } from "../shell-words.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { version } from "../version.ts";
import { csvOf } from "./csv.ts";
import { openGivenData } from "./given-data.ts";
import { givenExperiments } from "./given-experiments.ts";
import { indexPage } from "./index-page.ts";
import { runInFolder } from "./run-in-folder.ts";
import { addRunOptions, type RunOptions } from "./run-options.ts";
import { storytellers } from "./stories/storytellers.ts";
import type { Story } from "./story.ts";
import { storyPage } from "./story-page.ts";

interface ReproduceOptions extends RunOptions {
  readonly data?: readonly string[];
  readonly full?: boolean;
  readonly set?: readonly string[];
  readonly options?: boolean;
}

const published = experiments.filter(({ id }) => id.startsWith("E"));
const open = experiments.filter(({ id }) => id.startsWith("OQ"));

const list = (some: readonly { readonly id: string; readonly title: string }[]): string =>
  some.map(({ id, title }) => `  ${id.padEnd(4)} ${title}`).join("\n");

const common = `
Each experiment writes result.json, units.csv, figures and index.html into a folder of its name under --out. Finished units are kept
there, so that a run that was stopped goes on where it was; the result is the same, byte for byte. --quick (the default) asks the same
questions with fewer seeds and smaller settings and says so on its page; --full is the published setting.
--set NAME=VALUE changes an option of a single experiment; --options lists them with their domains.`;

const ofData = `
--data gives E4 and E5 embeddings in place of synthetic ones: a file of two matrices, or two files whose rows i are pairs, or with MAP the
item of each row of SECOND. E4 measures the embeddings. E5 trains linear heads on them as frozen features: for every batch one caption of
each of its items is drawn, and held-out items are judged with one caption each.`;

/** Adds both commands. */
export function addExperimentCommands(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const reproduce = program
    .command("reproduce")
    .description("run the experiments of the paper again, beside the corrected ones")
    .argument("<ids...>", `${published.map(({ id }) => id).join(", ")} or all`)
    .option("--data <model>", "NAME=FILE[,SECOND[,MAP]]: paired embeddings of a model, for E4 and E5; repeat", collect)
    .addHelpText("after", `\n${list(published)}\n${common}\n${ofData}`);
  commonOptions(reproduce, "nce-geometry-reproduction").action(async (ids: string[], options: ReproduceOptions) =>
    finish(await run("reproduce", chosen(ids, published), options, terminal)),
  );
  const questions = program
    .command("open-questions")
    .description("map what the paper leaves open")
    .argument("[ids...]", `${open.map(({ id }) => id).join(", ")} or all`, ["all"])
    .addHelpText("after", `\n${list(open)}\n${common}`);
  commonOptions(questions, "nce-geometry-open-questions").action(async (ids: string[], options: ReproduceOptions) =>
    finish(await run("open-questions", chosen(ids, open), options, terminal)),
  );
}

function commonOptions(command: Command, out: string): Command {
  command
    .addOption(new Option("--quick", "fewer seeds, smaller settings (the default)").conflicts("full"))
    .option("--full", "the published setting")
    .option("--set <option>", "NAME=VALUE: an option of the experiment; repeat", collect)
    .option("--options", "list the options of the experiment instead of running it");
  return addRunOptions(command, out);
}

function chosen(ids: readonly string[], among: readonly { readonly id: string }[]): readonly string[] {
  if (ids.includes("all")) return among.map(({ id }) => id);
  const unknown = ids.find((id) => !among.some((one) => one.id === id));
  if (unknown === undefined) return ids;
  const details = { expected: `among ${among.map(({ id }) => id).join(", ")}, all`, received: JSON.stringify(unknown) };
  throw new InputError({ code: "E_OPTION", where: "nce-geometry", argument: "ids", ...details });
}

async function run(
  command: string,
  ids: readonly string[],
  options: ReproduceOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const texts = Object.fromEntries((options.set ?? []).map(parseSetting));
  if (options.set && ids.length > 1) {
    const [expected, received] = ["given for a single experiment", `${ids.length} of them`];
    throw new InputError({ code: "E_OPTION", where: command, argument: "--set", expected, received });
  }
  const scale: Scale = options.full ? "full" : "quick";
  const given = options.data === undefined ? {} : await overFiles(ids, options.data, terminal);
  const asked = ids.map((id) => given[id] ?? experimentOf(id));
  if (options.options) {
    for (const experiment of asked) terminal.print(describe(experiment));
    return exitCode.ok;
  }
  // Everything is checked before the first unit.
  const plans = asked.map((experiment) => ({ experiment, config: configFrom(experiment, texts, { scale }) }));
  await assertWritableFolder(options.out);
  const told: { readonly id: string; readonly title: string; readonly story: Story }[] = [];
  for (const { experiment, config } of plans) {
    const { id, title } = experiment;
    const folder = join(options.out, id);
    const data = given[id] && options.data;
    const { result, units } = await runInFolder(experiment, config, folder, { ...options, data }, terminal);
    const words = [
      command,
      id,
      ...(options.full ? ["--full"] : []),
      ...(data ?? []).flatMap((word) => ["--data", word]),
      ...(options.set ?? []).flatMap((set) => ["--set", set]),
    ];
    const line = shellLine(["nce-geometry", ...words, "--out", options.out]);
    const story = await write(folder, result!, { experiment, command: line, scale, terminal });
    told.push({ id, title, story });
    terminal.print(`${id}  ${title}: ${units.computed} units computed, ${units.reused} taken over\n`);
    for (const finding of story.findings) terminal.print(`    · ${finding}\n`);
    terminal.print(`    ${folder}/index.html\n\n`);
  }
  await writeFiles(options.out, { "index.html": indexPage(command, told, version) }, terminal.signal);
  terminal.print(`all pages: ${options.out}/index.html\n`);
  return exitCode.ok;
}

/** Those of the experiments that take data, over the files of `--data`. */
async function overFiles(
  ids: readonly string[],
  data: readonly string[],
  { signal }: Terminal,
): Promise<Readonly<Record<string, Experiment>>> {
  const takers = ids.filter((id) => id in givenExperiments);
  if (takers.length === 0) {
    const details = { expected: `given with ${Object.keys(givenExperiments).join(" or ")}`, received: ids.join(", ") };
    const hint = "The other experiments make their own data: leave it out.";
    throw new InputError({ code: "E_OPTION", where: "reproduce", argument: "--data", ...details, hint });
  }
  const pairs = await openGivenData(data, signal);
  return Object.fromEntries(takers.map((id) => [id, givenExperiments[id]!(pairs)]));
}

async function write(
  folder: string,
  result: ExperimentResult,
  page: {
    readonly experiment: Experiment;
    readonly command: string;
    readonly scale: Scale;
    readonly terminal: Terminal;
  },
): Promise<Story> {
  const { document } = parseHTML("<!doctype html><html></html>");
  const { experiment, command, scale, terminal } = page;
  const story = storytellers[result.experiment]!(result, document);
  const reduced = scale === "quick" ? reductionOf(experiment, result) : undefined;
  await makeFolder(folder);
  await writeFiles(
    folder,
    {
      "result.json": new TextDecoder().decode(resultBytes(result)),
      "units.csv": csvOf(unitTable(result)),
      "index.html": storyPage({
        title: `${experiment.id}: ${experiment.title}`,
        story,
        config: result.config,
        command,
        reduced,
        version,
      }),
      ...Object.fromEntries(story.figures.map(({ name, svg }) => [`${name}.svg`, svg])),
    },
    terminal.signal,
  );
  return story;
}

/** How a quick run differs from the published setting, option by option. */
function reductionOf(experiment: Experiment, { config }: ExperimentResult): string {
  const given = config as Readonly<Record<string, unknown>>;
  const changes = describeOptions(experiment).flatMap(({ name, full }) => {
    const [here, there] = [optionText(given[name]), optionText(full)];
    return here === there ? [] : [`${name} ${here} instead of ${there}`];
  });
  return changes.length === 0
    ? "Nothing was left out."
    : `Settings smaller than those of --full: ${changes.join("; ")}. Intervals are wider, and rare branches may not show.`;
}

function describe(experiment: Experiment): string {
  const lines = describeOptions(experiment).map(
    ({ name, description, domain, quick, full }) =>
      `  ${name}: ${description}\n      ${domain}; quick ${JSON.stringify(quick)}, full ${JSON.stringify(full)}`,
  );
  return `${experiment.id}  ${experiment.title}\n${lines.join("\n")}\n`;
}

function parseSetting(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  const [expected, received] = ["NAME=VALUE", JSON.stringify(text)];
  throw new InputError({ code: "E_OPTION", where: "nce-geometry", argument: "--set", expected, received });
}

function collect(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}

function optionText(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : JSON.stringify(value);
}
