/** The hour's duty for used sign-in tokens. */
import { forgetSignInTokens as forget } from '../../db/queries/maintenance/forget-sign-in-tokens.ts'
import type { Duty } from './duty.ts'

/** A day after its end a sign-in token needs no record of its use: its date alone refuses it. */
export const forgetSignInTokens: Duty = {
  name: 'forget-sign-in-tokens',
  async runOnce(ctx) {
    if (new Date(ctx.now).getUTCMinutes() === 0) await ctx.db.run(forget({ hours: 24 }))
  },
}
