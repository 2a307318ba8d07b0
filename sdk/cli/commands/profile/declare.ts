import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir profile …`. */
export function declare(noun: Command): void {
  leaf(noun.command('ls').description('List profiles.'), [['weir profile ls', 'the active one is marked']], () => import('./ls.ts'))
  leaf(
    noun
      .command('create')
      .description('Create a profile. Its key comes with "weir login", or from the profile that it is copied from.')
      .argument('<name>', 'name of the new profile')
      .option('--from <profile>', 'copy this one'),
    [
      ['weir profile create work --api-url https://weir.example.com', 'then: weir login --profile work'],
      ['weir profile create test --from work', 'the same control plane and key'],
    ],
    () => import('./create.ts'),
  )
  leaf(
    noun
      .command('use')
      .description('Make a profile the active one. "local" is the control plane that runs on this machine.')
      .argument('<profile>', 'name'),
    [
      ['weir profile use work', 'from now on'],
      ['weir flow-run ls --profile work', 'or only this once'],
    ],
    () => import('./use.ts'),
  )
  leaf(
    noun.command('inspect').description('Show one profile. Keys are never shown whole.').argument('[profile]', 'the one in force when left out'),
    [['weir profile inspect work', '']],
    () => import('./inspect.ts'),
  )
  leaf(
    noun.command('delete').description('Delete a profile and the key that it holds.').argument('<profile>', 'name'),
    [['weir profile delete test', '']],
    () => import('./delete.ts'),
  )
  leaf(
    noun.command('rename').description('Give a profile another name.').argument('<profile>', 'name').argument('<new-name>', 'its new name'),
    [['weir profile rename work production', '']],
    () => import('./rename.ts'),
  )
}
