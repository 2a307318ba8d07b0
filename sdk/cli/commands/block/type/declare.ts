import type { Command } from 'commander'
import { leaf } from '../../../command.ts'

/** Declares `weir block type …`. */
export function declareType(noun: Command): void {
  const type = noun.command('type').description('Register, list and delete types of blocks.')
  type.addHelpText('after', '\nExamples:\n  weir block type register flows/blocks.ts:warehouse\n  weir block type ls')
  leaf(
    type
      .command('register')
      .description('Make types of blocks out of what defineBlock has made, or bring them up to date.')
      .argument('<file>', 'FILE:EXPORT, or FILE for all that it exports'),
    [
      ['weir block type register flows/blocks.ts:warehouse', 'one'],
      ['weir block type register flows/blocks.ts', 'all of a file'],
    ],
    () => import('./register.ts'),
  )
  leaf(
    type.command('ls').description('List types of blocks.'),
    [['weir block type ls', 'which of their fields are secret?']],
    () => import('./ls.ts'),
  )
  leaf(
    type.command('inspect').description('Show one type with its JSON Schema.').argument('<block-type>', 'its slug'),
    [['weir block type inspect warehouse', 'which fields has it?']],
    () => import('./inspect.ts'),
  )
  leaf(
    type.command('delete').description('Delete a type that no block is of.').argument('<block-type>', 'its slug'),
    [['weir block type delete warehouse', 'after its blocks']],
    () => import('./delete.ts'),
  )
}
