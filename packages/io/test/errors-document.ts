// The catalogue of bad inputs as a document.

import { badInputs, messageOf } from "./bad-inputs.ts";

export const errorsPath = new URL("../../../docs/errors.md", import.meta.url);

const introduction = `# Bad input, and what is said about it

Made from the table that the tests of \`packages/io\` walk; do not edit by hand. Every case is an \`InputError\`: the library throws it,
the command line prints \`error:\` and the message, and exits with code 2. Nothing of a bad file is used, repaired or left out silently.

A message says which function refuses, which file or argument, what it must be, what it is, and what to do.
`;

/** The whole document. */
export function errorsDocument(): string {
  const formats = [...new Set(badInputs.map(({ format }) => format))];
  const sections = formats.map((format) => {
    const rows = badInputs
      .filter((input) => input.format === format)
      .map((input) => {
        const [code, ...words] = messageOf(input).split(" ");
        return `| ${input.what} | \`${code}\` | ${escaped(words.join(" "))} |`;
      });
    return `\n## ${format}\n\n| what is wrong | code | message |\n|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `${introduction}\n${badInputs.length} cases.\n${sections.join("")}`;
}

/** Text that a table of Markdown shows as it is. */
function escaped(message: string): string {
  return message.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}
