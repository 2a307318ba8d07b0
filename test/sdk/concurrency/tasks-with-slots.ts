/** Tasks that take slots of `db`, for threads, which load this module. */
import { concurrency, task } from '../../../sdk/index.ts'

/** Gives its slot back. */
export const polite = task({ name: 'polite' }, (value: number) => concurrency('db', () => value))

/** Has its slot until it is ended: it computes, and hears of nothing. */
export const deaf = task({ name: 'deaf', timeout: 300 }, () =>
  concurrency('db', () => {
    for (;;);
  }),
)
