/**
 * Words as a line for a shell, which gives these words again: those with anything but plain characters in quotes.
 *
 * Limits: `a b` → `'a b'`;  `it's` → `'it'\\''s'`;  `--set τ=1,2` of two words → the same without quotes.
 */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

const plain = /^[\p{L}\p{N}_./:=,@%+-]+$/u;
