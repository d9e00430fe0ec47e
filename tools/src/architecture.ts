// The rules of ARCHITECTURE.md, checked on the syntax tree of one source file at a time.

import { isBuiltin } from "node:module";
import { dirname, normalize } from "node:path/posix";
import { parseSync } from "oxc-parser";
import { floorOf, impureSources, testOnly } from "./layers.ts";

const scope = "@nce-geometry/";

/** What is wrong with the file at `path` (relative to the root), one sentence each; empty when nothing is. */
export function violations(path: string, source: string): string[] {
  const { program, module, errors } = parseSync(path, source);
  if (errors.length > 0) return [`${path}: ${errors[0]!.message}`];
  const specifiers = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      source.slice(start, end).replace(/^["'`]|["'`]$/g, ""),
    ),
  ];
  const room = roomOf(path);
  const isTest = /\.test\.ts$|\/test\//.test(path);
  return [
    ...specifiers.flatMap((specifier) => importViolation(path, room, isTest, specifier) ?? []),
    ...(isTest
      ? []
      : forbiddenCalls(program).map(
          (call) => `${path}: ${call} makes results irreproducible; take a seed or a time as an argument`,
        )),
  ];
}

function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function importViolation(path: string, room: string, isTest: boolean, specifier: string): string | undefined {
  if (specifier.startsWith(".")) {
    const target = normalize(`${dirname(path)}/${specifier}`);
    return isTest || target.startsWith(path.split("/", 2).join("/"))
      ? undefined
      : `${path}: ${specifier} leaves the package; import it by its name`;
  }
  if (isTest) return undefined;
  if (specifier.startsWith(scope)) return siblingViolation(path, room, specifier.slice(scope.length).split("/")[0]!);
  if (isBuiltin(specifier) && !impureSources.some((pattern) => pattern.test(path))) {
    return `${path}: ${specifier} is not available in browsers; only io's Node entry, workers and apps may use it`;
  }
  if (specifier.startsWith("@tensorflow/") && room !== "backend-tfjs")
    return `${path}: only backend-tfjs imports ${specifier}`;
  return undefined;
}

function siblingViolation(path: string, room: string, sibling: string): string | undefined {
  if (testOnly.includes(room) || !path.match(/^(packages|apps)\//)) return undefined;
  if (testOnly.includes(sibling)) return `${path}: ${sibling} is for tests only`;
  const [here, there] = [floorOf(room), floorOf(sibling)];
  if (here < 0 || there < 0)
    return `${path}: ${here < 0 ? room : sibling} has no floor; give it one in tools/src/layers.ts`;
  return there < here ? undefined : `${path}: ${room} (floor ${here}) must not import ${sibling} (floor ${there})`;
}

/** Calls of sources of chance and time, by their syntax: `Math.random`, `Date.now`, `new Date()`. */
function forbiddenCalls(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(forbiddenCalls);
  if (typeof node !== "object" || node === null) return [];
  const {
    type,
    object,
    property,
    callee,
    arguments: args,
  } = node as Record<string, { name?: string } & unknown[]> & { type?: string };
  const here: string[] = [];
  if (type === "MemberExpression") {
    const name = `${object?.name}.${property?.name}`;
    if (name === "Math.random" || name === "Date.now") here.push(name);
  }
  if (type === "NewExpression" && callee?.name === "Date" && args?.length === 0) here.push("new Date()");
  return [...here, ...Object.values(node).flatMap(forbiddenCalls)];
}
