import type { Command } from 'commander'
import { collect, leaf } from '../../command.ts'

/** Declares `weir api`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .argument('[query]', 'GraphQL text, @file, or - (the default) for stdin')
      .option('-v, --variables <json>', 'variables as a JSON object, @file, or - for stdin')
      .option('--var <name=value>', 'one variable; JSON where it reads as JSON, text otherwise', collect)
      .option('--operation <name>', 'which operation of the text')
      .option('--paginate', 'page after page through $after, as one answer; needs pageInfo { hasNextPage endCursor }'),
    [
      ["weir api '{ viewer { workspace { name } } }'", 'ask'],
      ['weir api @query.graphql --var id=… | jq .data', 'from a file, with a variable'],
      [
        "weir api --paginate 'query ($after: String) { variables(first: 200, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }'",
        '',
      ],
      ["weir api 'subscription { flowRunsChanged { flowRuns { name state { name } } } }'", 'one line a message, until Ctrl-C'],
    ],
    () => import('./ask.ts'),
  )
}
