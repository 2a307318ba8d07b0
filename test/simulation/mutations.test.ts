/** The simulator is only worth what it finds: each safeguard is switched off in turn, and a world must show it. */
import { expect, test } from 'vitest'
import { MUTATIONS, SAFEGUARDS } from './safeguards.ts'
import { simulate } from './simulate.ts'
import { Violation } from './truth.ts'

const WORLDS = 8_000

for (const [name, { off, theme, from = 1 }] of Object.entries(MUTATIONS)) {
  test(`the simulator notices when ${name}`, () => {
    const safeguards = { ...SAFEGUARDS, ...off }
    let found: unknown = null
    for (let world = 0; world < WORLDS && found === null; world++) {
      try {
        simulate({ seed: ((from - 1 + world) % WORLDS) + 1, steps: 2_000, safeguards, theme })
      } catch (error) {
        found = error
      }
    }
    expect(found).toBeInstanceOf(Violation)
    expect((found as Violation).message).toMatch(/again with: npm run simulate -- --seeds 1 --steps 2000 --seed \d+( --schedules \d+)?$/)
  })
}
