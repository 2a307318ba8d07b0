/** How much facts weigh, so that batches, memory and spools stay within their bounds. */
import type { Fact, LogLine } from './protocol/reports.ts'

/** Bytes of one log line, estimated. */
export const sizeOfLine = (line: LogLine): number => 96 + sizeOfText(line.message) + (line.fields ? JSON.stringify(line.fields).length : 0)

/** Bytes of a fact as JSON, estimated: exact sizes would cost a second serialisation of everything. */
export function sizeOf(fact: Fact): number {
  switch (fact.kind) {
    case 'logs':
      return 80 + fact.lines.reduce((sum, line) => sum + sizeOfLine(line), 0)
    case 'task-run':
      return 400 + sizeOfTags(fact.tags) + fact.upstream.length * 40 + fact.states.reduce((sum, state) => sum + sizeOfState(state), 0)
    case 'flow-run-state':
      return 60 + sizeOfState(fact.state)
    case 'child-flow-run':
      return 300 + sizeOfTags(fact.tags) + JSON.stringify(fact.parameters).length + fact.states.reduce((sum, state) => sum + sizeOfState(state), 0)
    case 'artifact':
      return 250 + JSON.stringify(fact.data).length
  }
}

const sizeOfTags = (tags: readonly string[]): number => tags.reduce((sum, tag) => sum + tag.length + 3, 0)

const sizeOfState = ({ message, details }: { message: string | null; details: { error?: { message: string; stack?: string } } }): number =>
  160 + (message ? sizeOfText(message) : 0) + (details.error ? sizeOfText(details.error.message) + sizeOfText(details.error.stack ?? '') : 0)

/** As JSON: a control character takes six characters there, and whole binary files get logged. What takes more than a byte each is left to the room above. */
const sizeOfText = (text: string): number => JSON.stringify(text).length
