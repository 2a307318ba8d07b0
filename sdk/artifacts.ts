/** Things a run leaves for people to look at. They belong to the run (and task) that makes them; the same key again is a newer version of the same thing. */
import { newId } from '../core/ids.ts'
import type { JsonValue } from '../core/json-value.ts'
import { kibibytes, LIMITS } from '../core/limits.ts'
import type { ArtifactFact } from '../core/protocol/reports.ts'
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

/** One function per kind. Rejects with UsageError outside of a run, and for data that is not of its kind. */
export const artifacts = {
  /** Text in Markdown. */
  markdown: (artifact: Common & { markdown: string }): Promise<string> => record('markdown', artifact, text(artifact.markdown, 'markdown')),
  /** Rows as objects; columns are the keys in order of appearance. */
  table: (artifact: Common & { rows: readonly object[] }): Promise<string> => record('table', artifact, rows(artifact.rows)),
  link: (artifact: Common & { url: string | URL; text?: string }): Promise<string> =>
    record('link', artifact, { url: url(artifact.url), text: artifact.text === undefined ? null : text(artifact.text, 'link') }),
  /** By its address; the picture itself stays where it is. */
  image: (artifact: Common & { url: string | URL }): Promise<string> => record('image', artifact, { url: url(artifact.url) }),
  /** From 0 to 100. With a `key` it is one artifact that changes during the attempt, recorded once a second at most: tell it as often as you like. */
  progress: (artifact: Common & { progress: number }): Promise<string> => record('progress', artifact, percent(artifact.progress)),
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

function rows(value: unknown): JsonValue {
  if (!Array.isArray(value) || value.some((row) => typeof row !== 'object' || row === null || Array.isArray(row))) {
    throw new UsageError('artifacts.table needs rows: a list of objects')
  }
  // As a whole: the list is a level of its own.
  return showAsJson(value)
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
