/** The hour's duty for used sign-in tokens. */
import { forgetSignInTokens as forget } from '../../db/queries/maintenance/forget-sign-in-tokens.ts'
import type { Duty } from './duty.ts'

/** A day after its end a sign-in token needs no record of its use: its date alone refuses it. */
export const forgetSignInTokens: Duty = {
  name: 'forget-sign-in-tokens',
  async runOnce(context) {
    if (new Date(context.now).getUTCMinutes() === 0) await context.db.run(forget({ hours: 24 }))
  },
}
