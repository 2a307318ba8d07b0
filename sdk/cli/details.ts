import { width } from './table.ts'
import { print, style } from './terminal.ts'

/** One thing for people: its name, then a line for each fact that there is. Facts are shown as they come: the caller makes others' text safe. */
export function printDetails(heading: string, facts: [string, string | null | undefined | false][]): void {
  print(heading)
  const longest = Math.max(...facts.map(([title]) => width(title)))
  for (const [title, value] of facts) if (value) print(`${style('dim', title.padEnd(longest))}  ${value}`)
}
