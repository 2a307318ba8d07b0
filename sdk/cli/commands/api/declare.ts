import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir api`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .argument('[query]', 'GraphQL text, @file, or - (the default) for stdin')
      .option('-v, --variables <json>', 'variables as a JSON object, @file')
      .option('--operation <name>', 'which operation of the text'),
    [
      ["weir api '{ viewer { workspace { name } } }'", 'ask'],
      ['weir api @query.graphql -v \'{"id": "…"}\' | jq .data', 'from a file, with variables'],
    ],
    () => import('./ask.ts'),
  )
}
