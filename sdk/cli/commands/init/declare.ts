import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir init`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .argument('[folder]', 'where to; made when it is missing (default: this folder)')
      .option('-n, --name <name>', "the project's name (default: the folder's)"),
    [
      ['weir init my-flows', 'a project with a flow, a test of it, and scripts to run both'],
      ['weir init', 'in this folder; files that are there already stay, and are named'],
    ],
    () => import('./make-project.ts'),
  )
}
