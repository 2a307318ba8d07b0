import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir login`. */
export function declare(noun: Command): void {
  leaf(
    noun.option('--with-token', 'read the API key from stdin instead of asking for it'),
    [
      ['weir login', 'asks for address and key'],
      ['weir login --api-url https://weir.example.com --profile work', 'into a profile of this name'],
      ['weir login --with-token --api-url https://weir.example.com < key.txt', 'without a terminal'],
    ],
    () => import('./log-in.ts'),
  )
}
