/**
 * The operations of the workspace that go on, whoever began them and in whichever window: read when the page opens, then whenever the stream says that one
 * has moved. Those that were begun here are told about when they are over.
 */
import { SvelteSet } from 'svelte/reactivity'
import type { OperationRowFragment } from '#lib/graphql/generated/graphql.ts'
import { refusalOf } from '#lib/graphql/refusal.ts'
import { asRequestError, request } from '#lib/graphql/request.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'
import { watchChanges } from '#lib/live/watch-changes.ts'
import { toast } from '#lib/ui/toasts.svelte.ts'
import { operationsDocument, stopOperationDocument } from './documents.ts'
import { sayDone, sayRefused } from './operation-text.ts'

/** Of one page. */
export class OperationWatch {
  /** Those that go on, newest first. */
  running = $state.raw<OperationRowFragment[]>([])
  /** Asked to stop here, with no answer yet: it comes when the step under way has ended. */
  readonly #asked = new SvelteSet<string>()
  readonly #own = new Set<string>()

  /** Reads and listens; the answer stops it. */
  follow(): () => void {
    return watchChanges(['OPERATIONS'], () => void this.#read())
  }

  /** One that was begun on this page. */
  add(operation: OperationRowFragment): void {
    this.#own.add(operation.id)
    this.#take([operation, ...this.running.filter(({ id }) => id !== operation.id)])
  }

  /** Whether somebody has asked it to stop, here or elsewhere. */
  isStopping({ id, isStopping }: OperationRowFragment): boolean {
    return isStopping || this.#asked.has(id)
  }

  /** What is done stays done, and those that are under way are. */
  async stop(operation: OperationRowFragment): Promise<void> {
    this.#asked.add(operation.id)
    try {
      const { stopOperation: answer } = await request(stopOperationDocument, { input: { id: operation.id } })
      if (answer.__typename === 'StopOperationSuccess') return this.#take([answer.operation, ...this.running.filter(({ id }) => id !== operation.id)])
      const refusal = refusalOf(answer)
      if (refusal) toast('error', refusal.message, { hint: refusal.hint })
    } catch (error) {
      toast('error', asRequestError(error).message)
    } finally {
      this.#asked.delete(operation.id)
    }
  }

  // What cannot be read now is read when the stream speaks again.
  readonly #read = oneAtATime(async () => {
    const answer = await request(operationsDocument).catch(() => null)
    if (answer) this.#take(answer.operations.nodes)
  })

  #take(operations: readonly OperationRowFragment[]): void {
    for (const operation of operations) {
      if (operation.state === 'RUNNING' || !this.#own.delete(operation.id)) continue
      const refused = sayRefused(operation)
      if (operation.changedCount > 0 || refused === null) toast('done', sayDone(operation))
      if (refused) toast('error', refused)
    }
    this.running = operations.filter(({ state }) => state === 'RUNNING')
  }
}
