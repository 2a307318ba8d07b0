/** Flows that wait for runs of another deployment. */
import { Completed, flow, runDeployment, runtime, waitForFlowRun } from 'weirflow'

export const waitsForSlow = flow({ name: 'waits-for-slow' }, async () => {
  await runDeployment('slow/slow', { parameters: { steps: 1_000 } })
})

/** Its run has the only place of the pool and lends it to nobody: the run that it looks at begins after it. */
export const looksAtSlow = flow({ name: 'looks-at-slow' }, async () => {
  const { flowRunId } = await runDeployment('slow/slow', { parameters: { steps: 1, seconds: 0 }, wait: false })
  const { state } = await waitForFlowRun(flowRunId, { timeout: '1ms' })
  if (state.type !== 'SCHEDULED') throw new Error(`it is ${state.name}`)
})

/** Has a run of itself made, which says whose child it is. */
export const tellsParent = flow({ name: 'tells-parent' }, async ({ isChild = false }: { isChild?: boolean }) => {
  const { deploymentVersion, parentFlowRunId } = runtime.flowRun
  if (!isChild) await runDeployment('tells-parent/tells-parent', { parameters: { isChild: true } })
  return Completed({ message: `version ${deploymentVersion}, child of ${parentFlowRunId}` })
})
