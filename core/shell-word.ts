/** A word as it has to be typed in a shell: in quotes where that would make something else of it. For command lines that pages and messages suggest. */
export const shellWord = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
