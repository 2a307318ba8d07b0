/** A run that goes on elsewhere: how the control plane shows it, and how its end is waited for. */
import { isFinal, type StateType } from '../core/states.ts'
import { now, sleep } from './engine/clock.ts'
import { markFinalState } from './states.ts'

/** A run that was started elsewhere, as it was last seen. */
export interface StartedFlowRun {
  /** UUID of the run. */
  readonly flowRunId: string
  /** `brave-otter`, or what `name` or `runName` says. */
  readonly flowRunName: string
  /** Its page. */
  readonly url: string
  /** Final when it was waited for to its end. A flow that returns a final one is judged by it. */
  readonly state: { readonly type: StateType; readonly name: string; readonly message: string | null }
}

/** What is asked of a run. */
export const SEEN = 'uuid name url state { type name message }'

/** As the control plane shows it. */
export interface SeenFlowRun {
  uuid: string
  name: string
  url: string
  state: { type: StateType; name: string; message: string | null }
}

/**
 * Between two looks at a run, in milliseconds: a twentieth of the time waited so far, within these bounds. A subscription would have it report ten times a
 * second, as for people who watch it.
 */
const LOOK = { shortest: 150, share: 1 / 20, longest: 15_000 }

interface Looking {
  /** Milliseconds that it is waited for at most; infinity = to its end. */
  limit: number
  /** When the wait began, as `now` tells. */
  begun: number
  signal: AbortSignal
  /** Asks for at most so many milliseconds; null = nobody answered. */
  look: (patience: number) => Promise<SeenFlowRun | null>
  /** Told what is seen before each wait. */
  onLook?: (seen: SeenFlowRun) => void
}

/** Looks again and again, less and less often, until the run is over or the limit is reached: how it was seen last. */
export async function lookUntilOver(first: SeenFlowRun, { limit, begun, signal, look, onLook }: Looking): Promise<SeenFlowRun> {
  const left = () => limit - (now() - begun)
  let seen = first
  while (!isFinal(seen.state.type)) {
    onLook?.(seen)
    const rest = left()
    if (rest <= 0) return seen
    const pause = Math.min(LOOK.longest, Math.max(LOOK.shortest, (now() - begun) * LOOK.share))
    await sleep(Math.min(pause, rest), signal)
    seen = (await look(left())) ?? seen
  }
  return seen
}

/** As authors get it. */
export function startedFlowRun({ uuid, name, url, state: { type, name: stateName, message } }: SeenFlowRun): StartedFlowRun {
  const state = { type, name: stateName, message }
  return { flowRunId: uuid, flowRunName: name, url, state: isFinal(type) ? markFinalState(state) : state }
}
