import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir version`. */
export function declare(noun: Command): void {
  leaf(noun, [['weir version -o json', '']], () => import('./show.ts'))
}
