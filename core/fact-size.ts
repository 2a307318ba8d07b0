/** How much facts weigh, so that batches, memory and spools stay within their bounds. */
import { byteLength } from './byte-length.ts'
import type { JsonValue } from './json-value.ts'
import type { Fact, LogLine } from './protocol/reports.ts'

/** Bytes of one log line, estimated. */
export const sizeOfLine = (line: LogLine): number => 96 + sizeOfJson(line.message) + (line.fields ? sizeOfJson(line.fields) : 0)

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
      return 300 + sizeOfTags(fact.tags) + sizeOfJson(fact.parameters) + fact.states.reduce((sum, state) => sum + sizeOfState(state), 0)
    case 'artifact':
      return 250 + sizeOfJson(fact.data)
    case 'event':
      return (
        300 + fact.name.length + sizeOfJson({ ...fact.resource }) + sizeOfJson(fact.related.map((one) => ({ ...one }))) + sizeOfJson(fact.payload)
      )
  }
}

const sizeOfTags = (tags: readonly string[]): number => tags.reduce((sum, tag) => sum + tag.length + 3, 0)

const sizeOfState = ({ message, details }: { message: string | null; details: { error?: { message: string; stack?: string } } }): number =>
  160 + (message ? sizeOfJson(message) : 0) + (details.error ? sizeOfJson(details.error.message) + sizeOfJson(details.error.stack ?? '') : 0)

/** In bytes: a control character takes six there, and whole binary files get logged; a letter may take three. */
const sizeOfJson = (value: JsonValue): number => byteLength(JSON.stringify(value))
