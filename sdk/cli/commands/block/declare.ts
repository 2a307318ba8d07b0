import type { Command } from 'commander'
import { collect, leaf } from '../../command.ts'
import { declareType } from './type/declare.ts'

const NAME = 'type/name'

/** Options that say what stands in a block. */
const withData = (command: Command): Command =>
  command
    .option('-d, --data <json>', 'an object, @file or -')
    .option('-s, --set <field=value>', 'a field, over --data; JSON where it reads as JSON, text otherwise', collect)
    .option('--secret <field>', 'asks for the value of this field and does not show it', collect)
    .option('--from-env <field=variable>', 'the value of this field from the environment', collect)

/** Declares `weir block …`. */
export function declare(noun: Command): void {
  leaf(
    noun.command('ls').description('List blocks: ******** stands for what is secret.').option('-t, --type <slug>', 'only of this type'),
    [['weir block ls --type warehouse', 'of one type']],
    () => import('./ls.ts'),
  )
  leaf(
    noun.command('inspect').description('Show one block: ******** stands for what is secret.').argument('<block>', NAME),
    [['weir block inspect warehouse/main', 'who changed it?']],
    () => import('./inspect.ts'),
  )
  leaf(
    withData(noun.command('create').description('Make a block. Secret fields that it needs are asked for.').argument('<type/name>', NAME)),
    [
      ['weir block create warehouse/main -s host=db.internal -s port=5432', 'asks for the password'],
      ['weir block create warehouse/main -d @warehouse.json --from-env password=DB_PASSWORD', 'in a pipeline'],
    ],
    () => import('./create.ts'),
  )
  leaf(
    withData(noun.command('update').description('Change fields of a block; the others, secret ones too, stay.').argument('<block>', NAME)).option(
      '--name <name>',
      'another name within its type',
    ),
    [
      ['weir block update warehouse/main -s host=db2.internal', 'the password stays'],
      ['weir block update warehouse/main --secret password', 'another password'],
    ],
    () => import('./update.ts'),
  )
  leaf(
    noun.command('delete').description('Delete a block.').argument('<block>', NAME),
    [['weir block delete warehouse/old', 'runs that ask for it fail']],
    () => import('./delete.ts'),
  )
  declareType(noun)
}
