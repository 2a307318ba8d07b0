/** Flows and tasks that are stopped in the middle of what they do. Each writes down what happens to it, with the instant. */
import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { flow, runDeployment, task, threadRunner } from 'weirflow'

type Told = { parameters: object }
const note = (file: string, event: string) => appendFileSync(file, `${event} ${Date.now()}\n`)
/** Written each time that the hook is called. */
const hook =
  (event: string) =>
  (_: unknown, { parameters }: Told) =>
    note((parameters as { file: string }).file, event)

/** Waits, and writes down when it is told to stop. */
async function wait(file: string, who: string, signal: AbortSignal): Promise<void> {
  note(file, `${who} begins`)
  signal.addEventListener('abort', () => note(file, `${who} hears`), { once: true })
  await pause(600_000, undefined, { signal })
}

/** The run of another deployment. */
export const child = flow({ name: 'child', onCancellation: [hook('child hook')] }, ({ file }: { file: string }, { signal }) =>
  wait(file, 'child', signal),
)

const inner = flow({ name: 'inner' }, ({ file }: { file: string }, { signal }) => wait(file, 'inner', signal))
const idle = task({ name: 'idle' }, (file: string, { signal }) => wait(file, 'task', signal))
/** Hears nothing, whoever calls. */
const spin = task({ name: 'spin' }, (file: string) => {
  note(file, 'thread begins')
  for (;;);
})

/** Everything that a run may be doing at a time: a task that waits, one that computes in a thread, a subflow, a run of another deployment. */
export const family = flow(
  { name: 'family', runner: threadRunner({ threads: 2 }), onCancellation: [hook('hook')] },
  async ({ file }: { file: string }, { signal }) => {
    await Promise.all([
      wait(file, 'flow', signal),
      idle(file),
      spin.submit(file),
      inner({ file }),
      runDeployment('child/child', { parameters: { file } }),
    ])
  },
)

/** Computes past its limit, in the first attempt. */
export const computes = flow(
  { name: 'computes', timeout: '200ms', retries: 1, onFailure: [hook('failure')], onCrashed: [hook('crash')] },
  async ({ file, always = false }: { file: string; always?: boolean }) => {
    const { runContext } = await import('weirflow')
    const attempt = runContext().flowRun?.attempt ?? 0
    note(file, `attempt ${attempt}`)
    if (always || attempt === 1) for (;;);
    return 'done'
  },
)

const computing = flow({ name: 'computing' }, () => computeTask())
const computeTask = task({ name: 'compute', timeout: '200ms', retries: 1 }, () => {
  for (;;);
})

/** … and what passes its limit is a task of its subflow, beside one that has none. */
export const computesInTask = flow({ name: 'computesInTask' }, async ({ file }: { file: string }, { signal }) => {
  const beside = idle.submit(file)
  await pause(1_500, undefined, { signal })
  await computing()
  return beside
})

const [how, file = ''] = import.meta.main ? process.argv.slice(2) : []
if (how === 'computes') await computes({ file, always: true })
if (how === 'waits') await child({ file })
