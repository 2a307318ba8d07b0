/** Finished work of a durable run, asked for from a thread: the process that the thread belongs to remembers. */
import { DurableWork, type FinishedTaskRun } from '../durable/durable-work.ts'

/** The run's, when a call goes to a thread. */
export interface DescribedWork {
  rootFlowRunId: string
  generation: number
  hasHistory: boolean
  mayBeStored: boolean
  mayBeCommitted: boolean
}

/** What a thread asks; answered in the order of asking. */
export type Question = { kind: 'key'; parent: string; name: string; input: string } | { kind: 'known'; key: string }

export const describeWork = ({ rootFlowRunId, generation, hasHistory, mayBeStored, mayBeCommitted }: DurableWork): DescribedWork => ({
  rootFlowRunId,
  generation,
  hasHistory,
  mayBeStored,
  mayBeCommitted,
})

/** What the process answers. */
export const answerQuestion = (work: DurableWork, question: Question): unknown =>
  question.kind === 'key' ? work.keyOf(question.parent, question.name, question.input) : work.known(question.key)

export class ThreadWork extends DurableWork {
  readonly #hadHistory: boolean
  readonly #ask: (question: Question) => Promise<unknown>
  readonly #tell: (key: string, finished: FinishedTaskRun) => void

  constructor(described: DescribedWork, ask: (question: Question) => Promise<unknown>, tell: (key: string, finished: FinishedTaskRun) => void) {
    super(described.rootFlowRunId)
    this.generation = described.generation
    this.mayBeStored = described.mayBeStored
    this.mayBeCommitted = described.mayBeCommitted
    this.#hadHistory = described.hasHistory
    this.#ask = ask
    this.#tell = tell
  }

  override get hasHistory(): boolean {
    return this.#hadHistory
  }

  override keyOf(parent: string, name: string, input: string): Promise<string> {
    return this.#ask({ kind: 'key', parent, name, input }) as Promise<string>
  }

  override known(key: string): Promise<FinishedTaskRun | null> {
    return this.#ask({ kind: 'known', key }) as Promise<FinishedTaskRun | null>
  }

  override add(key: string, finished: FinishedTaskRun): void {
    this.#tell(key, finished)
  }
}
