/**
 * How much the record takes of one thing. One table for all who check: the SDK where something is written, the API where it is sent, the reader of reports
 * where it arrives. docs/protocol.md and docs/graphql.md name the same numbers (test/core/limits.test.ts compares them).
 *
 * What a person can still change is refused where it is written, with an error that names the argument. What belongs to a run that goes on is cut and says
 * so: a run never loses its record because a part of it is too large.
 */

/** Characters are UTF-16 units; bytes are those of compact JSON in UTF-8. */
export const LIMITS = {
  /** Characters of names: flows, tasks, runs, states. */
  name: 255,
  /** Tags of one thing, and characters of each. */
  tags: 500,
  tag: 255,
  /** Bytes of a run's parameters. */
  parameters: 524_288,
  /** Bytes of an artifact's data; characters of its description. */
  artifact: 524_288,
  description: 4_096,
  /** Characters of the ids of resources that an event names; its labels of one resource, and characters of each value. */
  eventResource: 512,
  eventLabels: 500,
  eventLabel: 1_024,
  /** Resources that an event is related to; bytes of its resource, and of all those; bytes of its payload. */
  eventRelated: 100,
  eventResources: 65_536,
  eventPayload: 524_288,
  /** Bytes of what a paused run asks for (JSON Schema and defaults together), and of one answer or message to a run. */
  pauseForm: 65_536,
  runInput: 524_288,
  /** Characters of a log line's message; bytes of its fields. */
  logMessage: 65_536,
  logFields: 65_536,
  /** Characters of a state's message, and of its error's message and stack. */
  stateMessage: 4_096,
  errorMessage: 8_192,
  errorStack: 8_192,
  /** States of one task run, the newest; and about so many characters of all their texts together. */
  states: 500,
  statesText: 524_288,
  /** Task runs that one task run names as what it waited for. */
  upstream: 10_000,
  /** Levels of nesting in any JSON of a report. */
  jsonDepth: 64,
  /** Flow runs in one request; facts in one batch. */
  reports: 1_000,
  facts: 50_000,
} as const

const MARK = '… (cut)'

/** Text of at most `max` characters; what was longer ends with `… (cut)`. */
export const cutTo = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - MARK.length)}${MARK}`)

/** `512 KiB`, `1.5 KiB`: as errors say it. */
export const kibibytes = (bytes: number): string => `${Math.round(bytes / 102.4) / 10} KiB`
