/** Where the value of a task that runs elsewhere is stored, so that whoever started it can read it. */
import type { TaskDefinition } from '../engine/task-definition.ts'
import { readResult } from '../results/read-result.ts'
import { type Results, type ResultSettings, resolveResults } from '../results/result-settings.ts'
import { resultKey } from '../results/store-result.ts'
import { UsageError } from '../errors.ts'

/** As the task says; stored when it says nothing. */
export const resultsOf = ({ results }: TaskDefinition): Results => results ?? true

/** The value of a run of the task. Throws UsageError when it is not stored, and what `readResult` throws. */
export async function readTaskResult(task: TaskDefinition, flowRunId: string): Promise<unknown> {
  const settings: ResultSettings | null = resolveResults(resultsOf(task), null)
  if (!settings)
    throw new UsageError(`task "${task.name}" says results: false, so the value of its run is not kept`, 'Say results: true, or a store, to read it.')
  const { store, serializer } = settings
  return readResult(settings, { type: serializer.name, reference: store.locate(resultKey({ flowRunId, taskRunId: null })) })
}
