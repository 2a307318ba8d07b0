/** A question of a run that waits for its answer: asked again while the control plane is away, or while the run's credential is being renewed. */
import { sleep, steadyNow } from '../engine/clock.ts'
import { askControlPlane, type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from './control-plane.ts'

/** Between two tries, in milliseconds. */
const TRY = { first: 150, factor: 1.5, longest: 3_000 }
/** How often a new credential is waited for before the old one's refusal is believed. */
const RENEWALS = 20

interface Asking {
  signal: AbortSignal
  patience?: number
  /** A try has failed, and its answer may be lost: what was asked for may have been done. */
  onFailure?: () => void
}

/** The data, or null when nobody answered for `patience` milliseconds. Throws ControlPlaneRefused, or what `signal` is aborted with. */
export async function askPatiently<Data>(
  controlPlane: ControlPlane,
  query: string,
  variables: Record<string, unknown>,
  { signal, patience = Number.POSITIVE_INFINITY, onFailure = () => {} }: Asking,
): Promise<Data | null> {
  const until = steadyNow() + patience
  let renewals = 0
  for (let pause: number = TRY.first; ; pause = Math.min(TRY.longest, pause * TRY.factor)) {
    if (signal.aborted) throw signal.reason
    try {
      return await askControlPlane<Data>(controlPlane, query, variables, signal)
    } catch (error) {
      const isOver = error instanceof ControlPlaneRefused && error.code === 'UNAUTHENTICATED' && controlPlane.renew && ++renewals <= RENEWALS
      if (isOver) controlPlane.renew?.()
      else if (!(error instanceof ControlPlaneAway)) throw error
      onFailure()
      const wait = Math.max(pause, error instanceof ControlPlaneAway ? (error.retryAfter ?? 0) : 0)
      if (steadyNow() + wait > until) return null
      await sleep(wait, signal)
    }
  }
}
