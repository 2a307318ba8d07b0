import { type Command, Option } from 'commander'
import { collect, leaf } from '../../command.ts'

/** Declares `weir api-key …`. */
export function declare(noun: Command): void {
  leaf(
    noun.command('ls').description('List the API keys that work, newest first.').option('-a, --all', 'revoked and expired ones too'),
    [['weir api-key ls --all -o json', 'every key there ever was, for a script']],
    () => import('./ls.ts'),
  )
  leaf(
    noun
      .command('create')
      .description('Create an API key for this workspace. It is printed on stdout, this once.')
      .argument('<name>', 'what it is for')
      .addOption(
        new Option('-r, --role <role>', 'admin: everything; editor: deploys and runs; viewer: reads; worker: serves work pools').choices([
          'admin',
          'editor',
          'viewer',
          'worker',
        ]),
      )
      .option('--service-account <name>', 'a key of this service account, with its role')
      .option('--scope <permission>', 'not everything that its role may: flow-runs:read, or flow-runs:*', collect)
      .option('--expires <instant>', 'until when it works: 2027-01-01T00:00:00Z, or +90d; for ever when left out'),
    [
      ['weir api-key create ci --role editor --expires +90d', 'for a build server'],
      ['weir api-key create rack-4 --role worker > worker.key', 'into a file'],
      ['weir api-key create report --role viewer --scope flow-runs:read', 'narrower than its role'],
    ],
    () => import('./create.ts'),
  )
  leaf(
    noun
      .command('rotate')
      .description('Make a key that takes the place of another, which goes on working for a while. It is printed on stdout, this once.')
      .argument('<api-key>', 'id, name, or how the key begins')
      .option('--overlap <duration>', 'how long the old one goes on: 0s to 30d; a day when left out')
      .option('--expires <instant>', 'until when the new one works; for ever when left out'),
    [['weir api-key rotate ci --overlap 1h > ci.key', 'an hour to bring the new one everywhere']],
    () => import('./rotate.ts'),
  )
  leaf(
    noun
      .command('revoke')
      .description('End an API key for good, and what was opened with it.')
      .argument('<api-key>', 'id, name, or how the key begins'),
    [['weir api-key revoke ci', 'by its name']],
    () => import('./revoke.ts'),
  )
}
