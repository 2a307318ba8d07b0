import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir logout`. */
export function declare(noun: Command): void {
  leaf(
    noun,
    [
      ['weir logout', 'the key of the active profile is forgotten'],
      ['weir logout --profile work', 'that of another one'],
    ],
    () => import('./log-out.ts'),
  )
}
