/** A flow started in a session of the engine, as the runner and the script starter do it, with nobody around it: no record, no terminal, no control plane. */
import { newId } from '../../../core/ids.ts'
import { beginRun, type FlowOutcome } from '../../../sdk/engine/flow-start.ts'
import type { Session } from '../../../sdk/engine/flow-run-scope.ts'
import { recordNothing } from '../../../sdk/engine/recorder.ts'
import { flowHandle } from '../../../sdk/engine/flow-handle.ts'

/** `around` is what the session has besides; `recorder` may name only what it is to record. */
interface Start {
  around?: Partial<Omit<Session, 'recorder'>> & { recorder?: Partial<Session['recorder']> }
  parameters?: unknown
  id?: string
}

export async function startFlow(
  flow: unknown,
  { around: { recorder, ...around } = {}, parameters = {}, id = newId() }: Start = {},
): Promise<FlowOutcome> {
  const session: Session = {
    recorder: { ...recordNothing, ...recorder },
    print: null,
    logLevel: 'info',
    signal: new AbortController().signal,
    mayRelease: false,
    permission: null,
    onStart: null,
    controlPlane: null,
    ...around,
  }
  const handle = flowHandle(flow)
  if (!handle) throw new Error('This is no flow.')
  return handle.start(
    beginRun({
      session,
      about: { url: null, deployment: null, deploymentVersion: null, scheduledTime: null, jobVariables: {}, parentFlowRunId: null },
      parameters,
      id,
    }),
  )
}
