#!/usr/bin/env node
import { Interrupted } from "./exit-code.ts";
import { progressBar } from "./terminal/progress-bar.ts";

const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort(new Interrupted()));
process.once("SIGTERM", () => interruption.abort(new Interrupted()));
// A reader that closes early (`| head`) is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 3));

// Everything else is loaded behind the handlers: it takes a moment, in which somebody may press Ctrl-C.
const { run } = await import("./cli.ts");

process.exitCode = await run(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  signal: interruption.signal,
  progressBar: () => progressBar(process.stderr),
});
