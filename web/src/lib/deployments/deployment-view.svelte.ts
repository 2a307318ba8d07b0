/** One deployment as its page shows it: itself and its newest runs, both live. */
import type { DeploymentQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { oneAtATime } from '#lib/live/one-at-a-time.ts'
import { watchChanges } from '#lib/live/watch-changes.ts'
import { RunList } from '#lib/flow-runs/run-list.svelte.ts'
import { deploymentDocument } from './documents.ts'

/** The deployment as its page shows it. */
export type DeploymentDetail = NonNullable<DeploymentQuery['deployment']>

/** Everything that one deployment page shows. */
export class DeploymentView {
  deployment = $state.raw<DeploymentDetail | null>(null)
  status = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  readonly runs = new RunList()
  readonly #id: string
  #closed = false

  constructor(id: string) {
    this.#id = id
  }

  /** Reads and listens; the answer stops it. */
  open(): () => void {
    void this.read()
    const stop = watchChanges(['DEPLOYMENTS'], () => void this.read())
    return () => {
      this.#closed = true
      this.runs.close()
      stop()
    }
  }

  readonly read = oneAtATime(async () => {
    try {
      const { deployment } = await request(deploymentDocument, { id: this.#id })
      if (this.#closed) return
      if (deployment && !this.deployment) this.runs.open({ deployment: { id: [deployment.id] } })
      this.deployment = deployment
      this.status = deployment ? 'ready' : 'missing'
      this.error = null
    } catch (error) {
      this.error = asRequestError(error)
      if (!this.deployment) this.status = this.error.code === 'BAD_USER_INPUT' ? 'missing' : 'failed'
    }
  })
}
