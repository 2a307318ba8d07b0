/** Tasks that other processes run: served by task workers, or given to a work pool by a flow's runner. */
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { flow, poolRunner, task } from 'weirflow'

export const describe = task({ name: 'describe' }, (name: string, when: Date) => ({ text: `${name} at ${when.toISOString()}`, pid: process.pid }))

export const refuse = task({ name: 'refuse', retries: 1 }, (word: string, { attempt }): number => {
  throw new RangeError(`${word}, attempt ${attempt}`)
})

/** Writes down where it runs, then stays for long, unless it has been somewhere before. */
export const stay = task({ name: 'stay' }, async (file: string, first: boolean, { signal }) => {
  appendFileSync(file, `${process.pid}\n`)
  if (first) await sleep(600_000, undefined, { signal })
})

const shout = task({ name: 'shout', retries: 1 }, (word: string, when: Date, { attempt }) => {
  if (attempt === 1 && word === 'again') throw new Error('not yet')
  return `${word.toUpperCase()} ${when.getUTCFullYear()} ${attempt}`
})
const hang = task({ name: 'hang' }, () => {
  for (;;);
})

/** Its submitted tasks are runs on the pool. */
export const spread = flow({ name: 'spread', runner: poolRunner({ pool: 'small' }) }, async () => {
  const shouts = await shout.map(['again'], new Date('2026-01-01T00:00:00Z')).result()
  const refused = await refuse.with({ retries: 0 }).submit('no').result({ raise: false })
  if (shouts.join() !== 'AGAIN 2026 2') throw new Error(shouts.join())
  return refused instanceof RangeError && refused.message === 'no, attempt 1' ? 'as it should be' : Promise.reject(refused)
})

/** Its task does not end by itself. */
export const late = flow({ name: 'late', runner: poolRunner({ pool: 'small' }), timeout: '5s' }, () => hang.submit())
