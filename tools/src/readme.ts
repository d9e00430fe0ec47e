// The first example of a README: a TypeScript block, and the block of text right after it that shows what it prints.

export interface Example {
  readonly code: string;
  readonly output: string;
}

export function firstExample(markdown: string): Example | undefined {
  const match = /```ts\n([\s\S]*?)```\s*```text\n([\s\S]*?)```/.exec(markdown);
  return match ? { code: match[1]!, output: match[2]! } : undefined;
}
