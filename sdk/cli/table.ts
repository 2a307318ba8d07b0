/** Tables for people: aligned by what is seen, cut only at the edge of a terminal. */
import { columnsOfTerminal, print, style } from './terminal.ts'

/** One column: its title, and what it shows of a row. */
export interface Column<T> {
  title: string
  value(row: T): string
  /** Numbers stand right. */
  right?: boolean
  /** May be cut when the terminal is narrow. */
  shrinks?: boolean
}

/** Prints a heading and a line per row. Nothing but `empty` on stderr's behalf: the caller says what an empty list means. */
export function printTable<T>(columns: Column<T>[], rows: readonly T[]): void {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.value(row))))
  const widths = columns.map((column, index) => Math.max(width(column.title), ...cells.map((line) => width(line[index] as string))))
  fit(columns, widths)
  const show = (line: string[], decorate: (text: string) => string) =>
    print(
      line
        .map((cell, index) => decorate(pad(cell, widths[index] as number, columns[index]?.right === true, index === line.length - 1)))
        .join('  ')
        .trimEnd(),
    )
  show(
    columns.map((column) => column.title),
    (text) => style('dim', text),
  )
  for (const line of cells) show(line, (text) => text)
}

/** Takes what is too much for the terminal from the columns that may shrink, the widest first. */
function fit<T>(columns: Column<T>[], widths: number[]): void {
  const available = columnsOfTerminal()
  if (available === null) return
  const total = () => widths.reduce((sum, one) => sum + one, 0) + 2 * (widths.length - 1)
  while (total() > available) {
    let widest = -1
    for (const [index, column] of columns.entries()) {
      if (column.shrinks && (widths[index] as number) > 12 && (widest < 0 || (widths[index] as number) > (widths[widest] as number))) widest = index
    }
    if (widest < 0) return
    widths[widest] = (widths[widest] as number) - 1
  }
}

const ANSI = /\u001b\[[0-9;]*m/g
/** Letters, punctuation, arrows and the shapes of states: one column each, nothing that combines. */
const PLAIN = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u22ff\u25a0-\u25ff\u2715\u2716]*$/
let segmenter: Intl.Segmenter | undefined

/** What is seen as one character, each. Most text needs no segmenter, and making one takes 10 ms. */
function charactersOf(text: string): string[] {
  if (PLAIN.test(text)) return text.split('')
  segmenter ??= new Intl.Segmenter()
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Columns that a terminal needs: wide characters take two, combining ones none of their own. */
export function width(text: string): number {
  let columns = 0
  for (const segment of charactersOf(text.replace(ANSI, ''))) columns += isWide(segment.codePointAt(0) as number) ? 2 : 1
  return columns
}

const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2e80 && code <= 0xa4cf) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe6f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  (code >= 0xffe0 && code <= 0xffe6) ||
  (code >= 0x1f300 && code <= 0x1faff)

function pad(text: string, columns: number, right: boolean, last: boolean): string {
  const missing = columns - width(text)
  if (missing < 0) return cut(text, columns)
  if (right) return ' '.repeat(missing) + text
  return last ? text : text + ' '.repeat(missing)
}

function cut(text: string, columns: number): string {
  let kept = ''
  let used = 0
  for (const segment of charactersOf(text.replace(ANSI, ''))) {
    const next = width(segment)
    if (used + next > columns - 1) break
    kept += segment
    used += next
  }
  return `${kept}…${' '.repeat(Math.max(0, columns - used - 1))}`
}

/** Control characters of somebody else's text never reach the terminal. */
const oneLine = (text: string): string => text.replace(/[\u0000-\u001a\u001c-\u001f\u007f-\u009f]+/g, ' ').replace(/\u001b(?!\[[0-9;]*m)/g, ' ')
