import { readFileSync } from 'node:fs'
import { wrongUse } from '../../failure.ts'
import { document, type GraphqlClient } from '../../graphql.ts'
import { readObject, readParameters, readText } from '../../read-parameters.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { printJson, printJsonLine, say, styleError } from '../../terminal.ts'
import { mergePages, type Page } from './merge-pages.ts'

interface Options extends CommonOptions {
  variables?: string
  var?: string[]
  operation?: string
  paginate?: boolean
}

/** `weir api QUERY`: prints the whole answer; exit code 1 when it has errors, 3 when they say that we may not ask. A subscription is one line a message. */
export async function execute([query]: string[], options: Options): Promise<number> {
  const { client } = openSession(options)
  const fromStdin = query === undefined || query === '-'
  if (fromStdin && (options.variables === '-' || options.variables === '@-'))
    throw wrongUse('STDIN_TWICE', 'Query and variables cannot both come from stdin.', 'Put one of them in a file: @file')
  const whole = options.variables === undefined ? {} : readObject(readText(options.variables, '--variables'), '--variables')
  const variables = { ...whole, ...readParameters(options.var) }
  const text = fromStdin ? readFromStdin() : readText(query, 'query')
  if (text.trim() === '') throw wrongUse('EMPTY_QUERY', 'The query is empty.', "For example: weir api '{ viewer { actor } }'")
  if (/^\s*(#.*\n\s*)*subscription\b/.test(text)) return subscribe(client, text, variables)
  if (options.paginate) return paginate(client, text, variables, options.operation)
  const answer = await client.askRaw(text, variables, options.operation)
  printJson(answer)
  return codeOf(answer)
}

function readFromStdin(): string {
  if (process.stdin.isTTY) throw wrongUse('EMPTY_QUERY', 'No query was given.', "For example: weir api '{ viewer { actor } }', or pipe one in.")
  return readFileSync(0, 'utf8')
}

function codeOf({ errors }: Awaited<ReturnType<GraphqlClient['askRaw']>>): number {
  if (!errors || errors.length === 0) return 0
  return errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED' || extensions?.code === 'FORBIDDEN') ? 3 : 1
}

/** Asks for page after page through `$after`, and prints one answer with all rows. */
async function paginate(client: GraphqlClient, text: string, variables: Record<string, unknown>, operation: string | undefined): Promise<number> {
  if (!/\$after\s*:/.test(text))
    throw wrongUse(
      'NO_CURSOR',
      '--paginate needs a query that takes $after.',
      'For example: query ($after: String) { flowRuns(first: 200, after: $after) { … } }',
    )
  const pages: Page[] = []
  for (let after = variables['after'] ?? null; ; ) {
    const answer = await client.askRaw(text, { ...variables, after }, operation)
    if (codeOf(answer) !== 0) {
      printJson(answer)
      return codeOf(answer)
    }
    const merged = mergePages([...pages.splice(0), answer.data as Page])
    if (!merged)
      throw wrongUse(
        'NO_CURSOR',
        'The answer says nowhere whether there is more.',
        'Ask for pageInfo { hasNextPage endCursor } in one list, beside nodes or edges.',
      )
    pages.push(merged.data)
    if (!merged.hasNextPage || merged.endCursor === after) {
      printJson({ data: merged.data })
      return 0
    }
    after = merged.endCursor
  }
}

/** Messages until Ctrl-C. A stream that was lost goes on after the last cursor, where the subscription takes one. */
async function subscribe(client: GraphqlClient, text: string, variables: Record<string, unknown>): Promise<number> {
  const messages = client.follow(document<Record<string, { cursor?: string } | null>, Record<string, unknown>>(text), variables, {
    resume(last, before) {
      const cursor = Object.values(last)[0]?.cursor
      const name = ['since', 'after'].find((one) => new RegExp(`\\$${one}\\s*:`).test(text))
      return cursor && name ? { ...before, [name]: cursor } : before
    },
    onGap: (reason) => say(styleError('dim', `… ${reason} Trying again.`)),
  })
  for await (const message of messages) printJsonLine({ data: message })
  return 0
}
