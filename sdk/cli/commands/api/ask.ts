import { readFileSync } from 'node:fs'
import { wrongUse } from '../../failure.ts'
import { readObject, readText } from '../../read-parameters.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { printJson } from '../../terminal.ts'

interface Options extends CommonOptions {
  variables?: string
  operation?: string
}

/** `weir api QUERY`: prints the whole answer; exit code 1 when it has errors, 3 when they say that we may not ask. */
export async function execute([query]: string[], options: Options): Promise<number> {
  const { client } = openSession(options)
  const variables = options.variables === undefined ? {} : readObject(readText(options.variables, '--variables'), '--variables')
  const text = query === undefined || query === '-' ? readFromStdin() : readText(query, 'query')
  if (text.trim() === '') throw wrongUse('EMPTY_QUERY', 'The query is empty.', "For example: weir api '{ viewer { actor } }'")
  const answer = await client.askRaw(text, variables, options.operation)
  printJson(answer)
  if (!answer.errors || answer.errors.length === 0) return 0
  return answer.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED' || extensions?.code === 'FORBIDDEN') ? 3 : 1
}

function readFromStdin(): string {
  if (process.stdin.isTTY) throw wrongUse('EMPTY_QUERY', 'No query was given.', "For example: weir api '{ viewer { actor } }', or pipe one in.")
  return readFileSync(0, 'utf8')
}
