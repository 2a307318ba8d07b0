/** What transactions throw. */
import { WeirError } from '../errors.ts'

/** The body asked for it with `tx.rollback()`. */
export class TransactionRolledBack extends WeirError {
  constructor(transaction: string, reason: string | undefined) {
    super('transaction_rolled_back', `${transaction} was rolled back${reason === undefined ? '' : `: ${reason}`}`)
  }
}
