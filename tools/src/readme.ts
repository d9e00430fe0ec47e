// The examples of a README: each a TypeScript block, and the block of text right after it that shows what it prints.

export interface Example {
  readonly code: string;
  readonly output: string;
}

export function examplesOf(markdown: string): Example[] {
  return Array.from(markdown.matchAll(/```ts\n([\s\S]*?)```\s*```text\n([\s\S]*?)```/g), ([, code, output]) => ({
    code: code!,
    output: output!,
  }));
}
