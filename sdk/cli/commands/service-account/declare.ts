import { type Command, Option } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir service-account …`. */
export function declare(noun: Command): void {
  leaf(
    noun.command('ls').description('List service accounts: who uses the API and is no person.'),
    [['weir service-account ls', 'with how many keys each has']],
    () => import('./ls.ts'),
  )
  leaf(
    noun
      .command('create')
      .description('Create a service account. Its keys have its role at most.')
      .argument('<name>', 'name of the new service account')
      .addOption(
        new Option('-r, --role <role>', 'admin: everything; editor: deploys and runs; viewer: reads; worker: serves work pools')
          .choices(['admin', 'editor', 'viewer', 'worker'])
          .makeOptionMandatory(),
      )
      .option('--description <text>', 'for people'),
    [['weir service-account create ci --role editor', 'then: weir api-key create NAME --service-account ci']],
    () => import('./create.ts'),
  )
  leaf(
    noun.command('delete').description('Delete a service account. Its keys end with it.').argument('<service-account>', 'name or id'),
    [['weir service-account delete ci', 'asks before, at a terminal']],
    () => import('./delete.ts'),
  )
}
