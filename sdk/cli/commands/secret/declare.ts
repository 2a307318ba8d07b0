import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir secret …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('set')
      .description('Make a secret, or give it another value. The value is asked for and not shown; it is never an argument, which histories keep.')
      .argument('<secret>', 'a-z, 0-9, "-" and "_"')
      .option('--from-env <variable>', 'the value of this environment variable')
      .option('--stdin', 'what stdin says, without a line break at its end')
      .option('--json', 'the value is JSON: a number, a list, an object'),
    [
      ['weir secret set github-token', 'asks for the value'],
      ['weir secret set github-token --from-env GITHUB_TOKEN', 'in a pipeline'],
      ['weir secret set service-account --stdin < account.json', 'from a file'],
    ],
    () => import('./set.ts'),
  )
  leaf(
    noun.command('ls').description('List secrets by name. Nobody is shown their values.'),
    [['weir secret ls', 'who changed what, and when']],
    () => import('./ls.ts'),
  )
  leaf(
    noun.command('delete').description('Delete a secret.').argument('<secret>', 'its name'),
    [['weir secret delete github-token', 'runs that ask for it fail']],
    () => import('./delete.ts'),
  )
}
