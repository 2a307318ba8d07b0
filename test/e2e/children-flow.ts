/** Flows that wait for runs of another deployment. */
import { flow, runDeployment, waitForFlowRun } from 'weirflow'

export const waitsForSlow = flow({ name: 'waits-for-slow' }, async () => {
  await runDeployment('slow/slow', { parameters: { steps: 1_000 } })
})

/** Its run has the only place of the pool and lends it to nobody: the run that it looks at begins after it. */
export const looksAtSlow = flow({ name: 'looks-at-slow' }, async () => {
  const { flowRunId } = await runDeployment('slow/slow', { parameters: { steps: 1, seconds: 0 }, wait: false })
  const { state } = await waitForFlowRun(flowRunId, { timeout: '1ms' })
  if (state.type !== 'SCHEDULED') throw new Error(`it is ${state.name}`)
})
