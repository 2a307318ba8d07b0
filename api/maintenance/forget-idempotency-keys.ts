/** The hour's duty for requests that are not sent again any more. */
import { forgetIdempotencyKeys as forget } from '../../db/queries/idempotency-keys/idempotency-keys.ts'
import type { Duty } from './duty.ts'

/** Seven days after it was used an idempotency key is new again. */
export const forgetIdempotencyKeys: Duty = {
  name: 'forget-idempotency-keys',
  async runOnce(context) {
    if (new Date(context.now).getUTCMinutes() === 0) await context.db.run(forget({ days: 7 }))
  },
}
