import { Argument, type Command } from 'commander'
import { leaf } from '../../command.ts'

/** What a profile keeps. */
const kept = () => new Argument('<setting>', 'which one').choices(['api-url', 'api-key'])

/** Declares `weir config …`. */
export function declare(noun: Command): void {
  leaf(
    noun.command('view').description('Show the settings in force. Keys are never shown whole.').option('--show-sources', 'where each came from'),
    [['weir config view --show-sources', 'what holds here, and why']],
    () => import('./view.ts'),
  )
  leaf(
    noun
      .command('get')
      .description('Print one setting that is in force.')
      .addArgument(new Argument('<setting>', 'which one').choices(['api-url', 'api-key', 'profile', 'home']))
      .option('--reveal', 'a key as a whole'),
    [
      ['weir config get api-url', 'for a script'],
      ['curl -H "authorization: Bearer $(weir config get api-key --reveal)" …', 'for another program'],
    ],
    () => import('./get.ts'),
  )
  leaf(
    noun
      .command('set')
      .description('Set what a profile says: the active one, or --profile.')
      .addArgument(kept())
      .argument('<value>', 'the value; - = from stdin'),
    [
      ['weir config set api-url https://weir.example.com', 'a key of another address is forgotten'],
      ['weir config set api-key - < key.txt', 'unlike "weir login" it asks no control plane'],
    ],
    () => import('./set.ts'),
  )
  leaf(
    noun.command('unset').description('Forget what a profile says: the active one, or --profile.').addArgument(kept()),
    [['weir config unset api-key --profile work', '']],
    () => import('./unset.ts'),
  )
}
