import type { Command } from 'commander'
import { collect, leaf } from '../../command.ts'

/** Declares `weir variable …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('set')
      .description('Make a variable, or give it another value: any JSON, at most 5,000 characters.')
      .argument('<name>', 'a-z, 0-9, "-" and "_"')
      .argument('<value>', 'JSON where it reads as JSON, text otherwise; @file, or - for stdin')
      .option('--text', 'text, also where it reads as JSON')
      .option('-t, --tag <tag>', 'instead of the tags that it has', collect),
    [
      ['weir variable set cities \'["Oslo", "Lima"]\' --tag weather', 'a list'],
      ['weir variable set zip 01234 --text', 'a text'],
      ['weir variable set thresholds @thresholds.json', 'from a file'],
    ],
    () => import('./set.ts'),
  )
  leaf(
    noun.command('get').description('Print the value of a variable: text as it is, everything else as JSON.').argument('<variable>', 'its name'),
    [['weir variable get cities | jq -r .[]', 'for a script']],
    () => import('./get.ts'),
  )
  leaf(
    noun.command('ls').description('List variables.').option('-t, --tag <tag>', 'only with this tag', collect),
    [['weir variable ls --tag weather', 'of one tag']],
    () => import('./ls.ts'),
  )
  leaf(
    noun.command('inspect').description('Show one variable: value, tags, and who last changed it.').argument('<variable>', 'its name'),
    [['weir variable inspect cities', 'who changed it?']],
    () => import('./inspect.ts'),
  )
  leaf(
    noun.command('unset').description('Delete a variable.').argument('<variable>', 'its name'),
    [['weir variable unset cities', 'flows that read it get none']],
    () => import('./unset.ts'),
  )
}
