/**
 * Words as a line for a POSIX shell, which reads these words from it: those with anything but plain characters in quotes.
 *
 * Limits: `a b` → `'a b'`;  `it's` → `'it'\\''s'`.
 */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** A word as a POSIX shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@%+=,-][\w./:@%+=,#-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
