/** The hooks of a run whose own process did not live to run them. Its end is recorded by the worker; what its hooks say is printed, and so reaches the run's log. */
import { newId } from '../../core/ids.ts'
import { environmentOf } from '../../core/job-variables.ts'
import { makeState } from '../../core/states.ts'
import { now } from '../engine/clock.ts'
import { runFinalHooks } from '../engine/flow-engine.ts'
import type { Session } from '../engine/flow-run-scope.ts'
import { beginRun } from '../engine/flow-start.ts'
import { recordNothing } from '../engine/recorder.ts'
import { wantedLogLevel } from '../logger.ts'
import { withoutReferences } from '../references/has-references.ts'
import { aboutOf, enterFolder } from './assigned-run.ts'
import type { HooksMessage } from './ipc.ts'
import { loadFlow } from './load-flow.ts'

/** Imports the flow anew and runs the hooks of the state that the run has ended with. Throws what keeps them from being run. */
export async function runLeftHooks({ assignment, state, settings }: HooksMessage): Promise<void> {
  const { deployment, flowRun } = assignment
  if (!deployment) return
  // What they refer to, only a run in its present attempt may read.
  const jobVariables = withoutReferences(deployment.jobVariables)
  enterFolder(deployment.path, environmentOf(jobVariables))
  const { definition } = await loadFlow(deployment.entrypoint, deployment.path)
  const stateName = state.type === 'FAILED' ? 'TimedOut' : undefined
  const final = makeState({ id: newId(), type: state.type, name: stateName, message: state.message, timestamp: now() })
  const session: Session = {
    recorder: { ...recordNothing, log: (_, { level, message }) => void process.stdout.write(`${level}: ${message}\n`) },
    print: null,
    logLevel: wantedLogLevel(),
    signal: new AbortController().signal,
    mayRelease: false,
    permission: null,
    onStart: null,
    controlPlane: { apiUrl: settings.apiUrl, credential: () => assignment.runToken },
  }
  const { parameters, name, tags, createdAt } = flowRun
  const about = aboutOf(assignment, deployment, jobVariables)
  const known = { session, about, parameters, id: assignment.flowRunId, name, tags, createdAt, runCount: flowRun.runCount + 1, state: final }
  await runFinalHooks(definition, beginRun(known), final)
}
