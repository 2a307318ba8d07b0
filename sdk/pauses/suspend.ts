/**
 * `suspend`: the run waits for a person without a process. It ends here, and when somebody resumes it, any worker starts it again: what was finished is not
 * run again, and `suspend` gives the answer.
 *
 *     const { approved } = await suspend({ input: z.object({ approved: z.boolean() }), timeout: '7d' })
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { UsageError } from '../errors.ts'
import { type Answer, askingFlow, type PauseOptions, requestOf } from './pause.ts'

/**
 * The answer, as the schema makes it, once there is one; until then the run has no process. Needs a durable flow and a deployment. A deadline that passes
 * fails the run. Throws UsageError, or what the run is aborted with.
 */
// One signature and not one with and one without a schema: of several, editors tell what is wrong with the last.
export function suspend<Schema extends StandardSchemaV1 | undefined = undefined>(options?: PauseOptions<Schema>): Promise<Answer<Schema>>
export async function suspend(options: PauseOptions = {}): Promise<unknown> {
  const { flowRun, signal, resumption } = askingFlow('suspend')
  const { record, session, durable, pauses } = flowRun
  if (record.id !== record.rootFlowRunId)
    throw new UsageError('suspend() was called in a subflow, which lives in the process of the flow that called it', 'Call suspend() in that flow.')
  if (!durable)
    throw new UsageError(
      'suspend() needs a durable flow: when it goes on, what it had finished must not be run again',
      'Say flow({ durable: true }, …).',
    )
  if (!resumption || !session.mayRelease)
    throw new UsageError(
      'suspend() was called in a run that no worker would start again: it was not started from a deployment',
      'Deploy the flow, or use pause(), which waits in the process.',
    )
  return pauses.suspend(requestOf(options, 'suspend', flowRun), signal)
}
