/**
 * The way to the record, as the Worker's parts have it: each statement is a round trip that may be refused, and whose answer may be lost after it was
 * written. Parts that ask are coroutines: `const answer = yield* ask(statement)`, which throws `DatabaseAway`.
 */
import type { Life, World } from './world.ts'

export class DatabaseAway extends Error {}

export type Statement<T> = () => T
/** A part that asks the record and goes on with the answers. */
export type Story<T = void> = Generator<Statement<unknown>, T, unknown>

export function* ask<T>(statement: Statement<T>): Story<T> {
  return (yield statement) as T
}

export class Database {
  refused = false
  #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Tells a story for a life; when the life is over, the story is simply never continued. */
  tell<T>(life: Life, story: Story<T>, done: (outcome: { value: T } | { away: true }) => void): void {
    const goOn = (resume: () => IteratorResult<Statement<unknown>, T>) => {
      let next: IteratorResult<Statement<unknown>, T>
      try {
        next = resume()
      } catch (error) {
        if (!(error instanceof DatabaseAway)) throw error
        done({ away: true })
        return
      }
      if (next.done) {
        done({ value: next.value })
        return
      }
      this.#ask(life, next.value, goOn, story)
    }
    goOn(() => story.next())
  }

  #ask<T>(life: Life, statement: Statement<unknown>, goOn: (resume: () => IteratorResult<Statement<unknown>, T>) => void, story: Story<T>): void {
    const { random } = this.#world
    const away = () => goOn(() => story.throw(new DatabaseAway()))
    // The statement itself runs whoever asked for it lives or not.
    this.#world.after(random.between(1, 12), null, () => {
      if (this.refused) {
        this.#world.after(random.between(1, 2_000), life, away)
        return
      }
      const answer = statement()
      const isLost = random.chance(0.004)
      this.#world.after(isLost ? 5_000 : random.between(1, 12), life, isLost ? away : () => goOn(() => story.next(answer)))
    })
  }
}
