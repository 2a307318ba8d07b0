/** Things a run leaves for people to look at. They belong to the run (and task) that makes them; the same key again is a newer version of the same thing. */
import { newId } from '../core/ids.ts'
import type { JsonValue } from '../core/json-value.ts'
import { kibibytes, LIMITS } from '../core/limits.ts'
import type { ArtifactFact } from '../core/protocol/reports.ts'
import { checkKeys } from './check-options.ts'
import { now } from './engine/clock.ts'
import { showAsJson } from './engine/show-as-json.ts'
import { UsageError } from './errors.ts'
import { recordProgress } from './progress.ts'
import { runScopes } from './run-context.ts'

interface Common {
  /** Lower-case letters, digits and dashes; names it across runs. */
  key?: string
  description?: string
}

/** What a table shows; columns stand in the order in which their names come first. */
export type TableRows =
  /** Each row an object; what a row does not have is empty. */
  | { rows: readonly object[]; columns?: undefined }
  /** Each row the values of all columns, in their order. */
  | { columns: readonly string[]; rows: readonly (readonly unknown[])[] }
  /** Each column the values of all rows. */
  | { columns: Readonly<Record<string, readonly unknown[]>>; rows?: undefined }

/** One function per kind. Rejects with UsageError outside of a run, for an option that is unknown, and for data that is not of its kind. */
export const artifacts = {
  /** Text in Markdown. */
  markdown: async (artifact: Common & { markdown: string }): Promise<string> =>
    record('markdown', checked('markdown', artifact, ['markdown']), text(artifact.markdown, 'markdown')),
  /** Recorded as rows, each an object: `{ rows: [{ city: 'Oslo' }] }`, `{ columns: ['city'], rows: [['Oslo']] }`, `{ columns: { city: ['Oslo'] } }`. */
  table: async (artifact: Common & TableRows): Promise<string> => record('table', checked('table', artifact, ['rows', 'columns']), table(artifact)),
  /** `url` begins with http, https or mailto; `text` is shown in its place. */
  link: async (artifact: Common & { url: string | URL; text?: string }): Promise<string> =>
    record('link', checked('link', artifact, ['url', 'text']), {
      url: url(artifact.url),
      text: artifact.text === undefined ? null : text(artifact.text, 'link'),
    }),
  /** By its address; the picture itself stays where it is. */
  image: async (artifact: Common & { url: string | URL }): Promise<string> =>
    record('image', checked('image', artifact, ['url']), { url: url(artifact.url) }),
  /** From 0 to 100. With a `key` it is one artifact that changes during the attempt, recorded once a second at most: tell it as often as you like. */
  progress: async (artifact: Common & { progress: number }): Promise<string> =>
    record('progress', checked('progress', artifact, ['progress']), percent(artifact.progress)),
}

function checked<Artifact extends Common>(type: ArtifactFact['type'], artifact: Artifact, own: readonly string[]): Artifact {
  checkKeys(artifact, [...own, 'key', 'description'], `artifacts.${type}`)
  return artifact
}

/** Gives the artifact's id. Resolves at once: it travels with the run's next report. */
async function record(type: ArtifactFact['type'], { key, description }: Common, data: JsonValue): Promise<string> {
  const scope = runScopes.getStore()
  if (!scope) throw new UsageError(`artifacts.${type} was called outside of a flow or task`)
  if (key !== undefined && !/^[a-z0-9-]{1,255}$/.test(key)) {
    throw new UsageError(`the key of an artifact must be lower-case letters, digits and dashes, and is ${JSON.stringify(key)}`)
  }
  if (description !== undefined && typeof description !== 'string')
    throw new UsageError(`the description of artifact ${key ?? type} must be a text, and is ${typeof description}`)
  const bytes = Buffer.byteLength(JSON.stringify(data))
  if (bytes > LIMITS.artifact) {
    throw new UsageError(
      `artifact ${key ?? type} has ${kibibytes(bytes)} of data; at most ${kibibytes(LIMITS.artifact)} are kept`,
      'Store it elsewhere and leave a link.',
    )
  }
  const artifactId = newId()
  if (!scope.flowRun) return artifactId
  const fact: ArtifactFact = {
    kind: 'artifact',
    artifactId,
    flowRunId: scope.flowRun.record.id,
    taskRunId: scope.taskRun?.id ?? null,
    key: key ?? null,
    type,
    description: description ?? null,
    data,
    time: now(),
  }
  if (type === 'progress' && key !== undefined) return recordProgress(scope.flowRun, key, fact)
  scope.flowRun.session.recorder.artifact(fact)
  return artifactId
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new UsageError(`artifacts.${what} needs a text, and got ${typeof value}`)
  return value
}

const TABLE_HINT = 'There are { rows: [{ city: "Oslo" }] }, { columns: ["city"], rows: [["Oslo"]] } and { columns: { city: ["Oslo"] } }.'

/** As a whole: the list is a level of its own. */
function table({ rows, columns }: { rows?: unknown; columns?: unknown }): JsonValue {
  const refuse = (message: string) => new UsageError(`artifacts.table needs ${message}`, TABLE_HINT)
  if (columns === undefined) {
    if (!Array.isArray(rows)) throw refuse('rows: a list of objects')
    if (rows.some(Array.isArray)) throw refuse('rows: a list of objects; rows that are lists need their columns')
    if (rows.some((row) => typeof row !== 'object' || row === null)) throw refuse('rows: a list of objects')
    return showAsJson(rows)
  }
  if (Array.isArray(columns)) {
    if (columns.some((name) => typeof name !== 'string') || new Set(columns).size < columns.length) throw refuse('columns with distinct names')
    if (!Array.isArray(rows) || !rows.every(Array.isArray)) throw refuse('a list of values for each row below its columns')
    const odd = rows.findIndex((row: unknown[]) => row.length !== columns.length)
    if (odd >= 0) throw refuse(`a value for each column: row ${odd + 1} has ${(rows[odd] as unknown[]).length} of ${columns.length} values`)
    return showAsJson(rows.map((row: unknown[]) => Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null]))))
  }
  if (rows !== undefined) throw refuse('either rows or columns with their values')
  const all = typeof columns === 'object' && columns !== null ? Object.entries(columns) : []
  if (all.length === 0 || !all.every(([, values]) => Array.isArray(values))) throw refuse('a list of values for each column')
  const lengths = new Set(all.map(([, values]) => values.length))
  if (lengths.size > 1) throw refuse(`columns of one length, and theirs are ${all.map(([name, values]) => `${name} ${values.length}`).join(', ')}`)
  return showAsJson(all[0]?.[1].map((_: unknown, place: number) => Object.fromEntries(all.map(([name, values]) => [name, values[place] ?? null]))))
}

function url(value: unknown): string {
  const parsed = URL.parse(String(value))
  if (!parsed || !['http:', 'https:', 'mailto:'].includes(parsed.protocol))
    throw new UsageError(`an artifact's url must begin with http, https or mailto, and is ${JSON.stringify(String(value))}`)
  return parsed.href
}

function percent(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 100))
    throw new UsageError(`artifacts.progress needs a number from 0 to 100, and got ${String(value)}`)
  return value
}
