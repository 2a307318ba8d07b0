/** Arguments of a task as parameters of the run that runs it: as JSON that keeps dates and the like, or as a reference to where they are stored. */
import type { JsonValue } from '../../core/json-value.ts'
import { kibibytes, LIMITS } from '../../core/limits.ts'
import type { TaskDefinition } from '../engine/task-definition.ts'
import { messageOf, UsageError } from '../errors.ts'
import { ResultNotStorable } from '../results/errors.ts'
import { readResult } from '../results/read-result.ts'
import { type ResultSettings, resolveResults } from '../results/result-settings.ts'
import { jsonSerializer } from '../results/serializers/json.ts'
import type { ResultReference } from '../results/result-store.ts'
import { storeResult } from '../results/store-result.ts'
import { resultsOf } from './task-results.ts'

/** What the run of a task has as its parameters. */
export interface TaskParameters {
  /** One after the other. */
  arguments?: JsonValue[]
  /** Where the list of them is stored instead. */
  stored?: ResultReference
  /** Which attempt of the task this run is; left out when it makes all of them itself. */
  attempt?: number
}

/** Arguments that the control plane keeps. Throws UsageError for what cannot be written as JSON, and for more than it takes. */
export async function encodeArguments(task: TaskDefinition, args: readonly unknown[]): Promise<TaskParameters> {
  const encoded: JsonValue[] = []
  for (const [at, argument] of args.entries()) {
    try {
      encoded.push(JSON.parse((await jsonSerializer.serialize(argument)) as string) as JsonValue)
    } catch (error) {
      throw notWritable(task, at, error)
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify({ arguments: encoded }))
  if (bytes > LIMITS.parameters)
    throw new UsageError(
      `the arguments of task "${task.name}" are ${kibibytes(bytes)} as JSON, and at most ${kibibytes(LIMITS.parameters)} can be kept with a run`,
      'Store the data elsewhere and pass where it is.',
    )
  return { arguments: encoded }
}

/** Arguments that are stored where the task's results are, for `taskRunId`. */
export async function storeArguments(
  task: TaskDefinition,
  args: readonly unknown[],
  owner: { flowRunId: string; taskRunId: string },
): Promise<TaskParameters> {
  const { store } = storeOf(task)
  try {
    const { reference } = await storeResult({ store, serializer: jsonSerializer }, args, { ...owner, taskRunId: `${owner.taskRunId}.arguments` })
    return { stored: reference }
  } catch (error) {
    const at = error instanceof ResultNotStorable ? /^result\[(\d+)\]/.exec(error.path)?.[1] : undefined
    throw at === undefined ? error : notWritable(task, Number(at), error)
  }
}

/** The arguments, and which attempt they are for (null = all). */
export async function decodeArguments(
  task: TaskDefinition,
  parameters: TaskParameters,
): Promise<{ args: readonly unknown[]; attempt: number | null }> {
  const attempt = parameters.attempt ?? null
  if (parameters.stored) {
    const settings = { store: storeOf(task).store, serializer: jsonSerializer }
    return { args: (await readResult(settings, parameters.stored)) as unknown[], attempt }
  }
  const encoded = parameters.arguments
  if (!Array.isArray(encoded)) throw new UsageError(`a run of task "${task.name}" has its arguments as a list: { "arguments": […] }`)
  const text = JSON.stringify(encoded)
  const content = { text: async () => text } as Parameters<typeof jsonSerializer.deserialize>[0]
  return { args: (await jsonSerializer.deserialize(content)) as unknown[], attempt }
}

function storeOf(task: TaskDefinition): ResultSettings {
  const settings = resolveResults(resultsOf(task), null)
  if (!settings) throw new UsageError(`task "${task.name}" says results: false, and elsewhere it needs a store for its arguments and its value`)
  return settings
}

function notWritable(task: TaskDefinition, at: number, error: unknown): UsageError {
  const name = task.declared.names[at]
  const why =
    error instanceof ResultNotStorable
      ? `${error.path.replace(/^result(\[\d+\])?/, '') === '' ? 'it' : `its ${error.path.replace(/^result(\[\d+\])?\.?/, '')}`} is ${error.message.replace(/^.* is /, '')}`
      : messageOf(error)
  return new UsageError(
    `argument ${at + 1}${name ? ` (${name})` : ''} of task "${task.name}" cannot be sent to another process: ${why}`,
    'Give it plain data: what JSON can say, dates, maps, sets, big integers and bytes.',
  )
}
