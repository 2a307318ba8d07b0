/** A flow that does nothing but wait for a run of another deployment. */
import { flow, runDeployment } from 'weirflow'

export const waitsForSlow = flow({ name: 'waits-for-slow' }, async () => {
  await runDeployment('slow/slow', { parameters: { steps: 1_000 } })
})
