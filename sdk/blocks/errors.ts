/** What loading and saving blocks and secrets may throw. None of them carries a value. */
import { type ParameterIssue, WeirError } from '../errors.ts'

/** There is no such block, or no such secret, or nobody to ask for it. `code` tells which: `block_missing`, or the API's. */
export class BlockNotLoaded extends WeirError {
  constructor(what: string, code: string, why: string, hint?: string) {
    super(code, `${what} was not loaded: ${why}`, hint === undefined ? {} : { hint })
  }
}

/** The control plane did not take the block. `code` is the API's. */
export class BlockNotSaved extends WeirError {
  constructor(name: string, code: string, why: string, hint?: string) {
    super(code, `block ${name} was not saved: ${why}`, hint === undefined ? {} : { hint })
  }
}

/** A block's data is not what its definition here says. */
export class BlockInvalid extends WeirError {
  /** Every field that does not fit, with its path. */
  readonly issues: readonly ParameterIssue[]

  constructor(name: string, issues: readonly ParameterIssue[], hint?: string) {
    const told = issues.map(({ path, message }) => `${path.length > 0 ? path.join('.') : 'the block'}: ${message}`)
    super(
      'block_invalid',
      `block ${name} does not fit its definition\n${told.map((line) => `  ${line}`).join('\n')}`,
      hint === undefined ? {} : { hint },
    )
    this.issues = issues
  }
}
