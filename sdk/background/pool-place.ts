/** Attempts of tasks as child runs on a work pool. Whatever ends the flow's attempt cancels those that still run. */
import { askControlPlane } from '../client/control-plane.ts'
import type { FlowRunScope } from '../engine/flow-run-scope.ts'
import type { PlacedAttempt, TaskPlace, TaskSeat } from '../engine/task-place.ts'
import type { TaskDefinition } from '../engine/task-definition.ts'
import { UsageError } from '../errors.ts'
import { DeploymentNotRun, startChild } from '../run-deployment.ts'
import type { StartedFlowRun } from '../started-flow-run.ts'
import { Cancelled } from '../states.ts'
import { waitForRun, valueOfRun } from './background-run.ts'
import { storeArguments } from './task-arguments.ts'

const CANCEL = `mutation CancelChild($id: ID!) { cancelFlowRun(input: { id: $id, reason: "the task that it ran for was stopped" }) { __typename } }`
/** Milliseconds that a flow which ends takes to cancel what it started. */
const TO_CANCEL = 1_000

export class PoolPlace implements TaskPlace {
  /** The child's own process ends an attempt that takes too long: waiting for the pool does not count. */
  readonly keepsTime = true
  readonly #flowRun: FlowRunScope
  readonly #pool: string

  constructor(flowRun: FlowRunScope, pool: string) {
    this.#flowRun = flowRun
    this.#pool = pool
  }

  async seat(task: TaskDefinition): Promise<TaskSeat> {
    if (!this.#flowRun.session.controlPlane)
      throw new UsageError(
        `task "${task.name}" cannot run on pool "${this.#pool}": no control plane is configured`,
        'Start one with "weir server start", or set WEIR_API_URL.',
      )
    return { run: (attempt) => this.#run(attempt), leave() {} }
  }

  close(): void {}

  async #run({ task, args, context, record, durableName }: PlacedAttempt): Promise<unknown> {
    const { record: flowRun, session } = this.#flowRun
    const controlPlane = session.controlPlane as NonNullable<typeof session.controlPlane>
    const { attempt } = context
    const stored = await storeArguments(task, args, { flowRunId: flowRun.id, taskRunId: `${record.id}-${attempt}` })
    let started: StartedFlowRun
    try {
      const options = { parameters: { ...stored, attempt }, idempotencyKey: `task ${record.id} ${attempt}`, durableName }
      const start = () => startChild(`${task.name}/${this.#pool}`, options, { flowRun: this.#flowRun, record, signal: context.signal, controlPlane })
      started = await this.#startKnown(task, start)
    } catch (error) {
      if (context.signal.aborted && record.childFlowRunId !== undefined) await this.#cancel(record.childFlowRunId)
      throw error
    }
    const { flowRunId, flowRunName } = started
    const state = await waitForRun(controlPlane, flowRunId, 0, context.signal)
    if (state.type === 'CANCELLED') return Cancelled({ message: `its run ${flowRunName} was cancelled${state.message ? `: ${state.message}` : ''}` })
    return valueOfRun(task, flowRunId, flowRunName, state)
  }

  /** The record does it for a flow that is cancelled; one that took too long, or failed, does it here. */
  async #cancel(id: string): Promise<void> {
    const { controlPlane } = this.#flowRun.session
    if (controlPlane) await askControlPlane(controlPlane, CANCEL, { id }, AbortSignal.timeout(TO_CANCEL)).catch(() => {})
  }

  async #startKnown(task: TaskDefinition, start: () => Promise<StartedFlowRun>): Promise<StartedFlowRun> {
    try {
      return await start()
    } catch (error) {
      if (!(error instanceof DeploymentNotRun) || error.code !== 'NOT_FOUND') throw error
      if (this.#flowRun.about.deployment !== null)
        throw new UsageError(
          `task "${task.name}" is not known to pool "${this.#pool}"`,
          'Deploy the flow again: that makes the tasks of its module known to the pool of its poolRunner.',
        )
      // Loaded only then: schedules and all that a deployment needs come with it.
      await (await import('./save-task.ts')).saveForPool(task, this.#pool)
      return start()
    }
  }
}
