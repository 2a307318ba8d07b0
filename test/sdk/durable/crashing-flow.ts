/** A process that runs a durable flow of twenty tasks in three branches, and is killed at the n-th boundary (CRASH_AT) that it passes. */
import { appendFileSync } from 'node:fs'
import { flow, task } from '../../../sdk/index.ts'
import { startFlow } from '../support/start-flow.ts'

const { EVENTS: events = '', CRASH_AT: crashAt, FLOW_RUN: id = '' } = process.env
const say = (line: string) => appendFileSync(events, `${line}\n`)
let boundaries = 0

/** Between two tasks: what came before has finished. */
function finished<T>(what: string, value: T): T {
  say(`finished ${what}`)
  if (++boundaries === Number(crashAt)) process.kill(process.pid, 'SIGKILL')
  return value
}

const step = task({ name: 'step' }, async (branch: string, n: number, before: number) => {
  say(`ran ${branch}${n}`)
  // Some are quick and some are not, so that branches overtake each other.
  if (n % 2 === branch.charCodeAt(0) % 2) await new Promise((resolve) => setImmediate(resolve))
  return before + n
})

async function branch(name: string): Promise<number> {
  let sum = 0
  for (let n = 1; n <= 6; n++) sum = finished(`${name}${n}`, await step(name, n, sum))
  return sum
}

const crashing = flow({ name: 'crashing', durable: 'strict' }, async () => {
  const sums = await Promise.all(['a', 'b', 'c'].map(branch))
  const total = finished(
    'z1',
    await step(
      'z',
      1,
      sums.reduce((all, sum) => all + sum),
    ),
  )
  return finished('z2', await step('z', 2, total))
})

// Whatever was reported is lost: what was finished is known by its stored results alone.
const loadKnownWork = async () => ({ generation: 0, finished: [] })
const outcome = await startFlow(crashing, { around: { loadKnownWork }, id })
say(`ended ${outcome.state.type} ${outcome.value} ${outcome.error ?? ''}`)
