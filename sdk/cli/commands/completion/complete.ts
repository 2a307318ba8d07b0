import { type Argument, Command, type Option } from 'commander'
import { readSettings } from '../../../client/settings.ts'
import { ENTRIES } from '../../entries.ts'
import { type GraphqlClient, graphqlClient } from '../../graphql.ts'
import { splitLeading } from '../../noun-first.ts'
import { safeLine } from '../../safe-text.ts'
import { print } from '../../terminal.ts'
import { PARAMETERS } from './documents.ts'
import { ARGUMENTS, type Candidate, OPTIONS } from './names.ts'

/** Milliseconds for one answer of the API: whoever has pressed Tab waits for it. */
const PATIENCE = 800

/** What a shell offers at the cursor: file names, or these. */
type Offer = 'files' | Candidate[]

/** `weir __complete WORDS…`, as the scripts of print-script.ts ask. Says nothing at all when something is wrong. */
export async function complete(words: string[]): Promise<void> {
  const typed = words.at(-1) ?? ''
  const { leading, rest } = splitLeading(words.slice(0, -1))
  const offer = await offerFor(rest, leading, typed).catch((): Offer => [])
  if (offer === 'files') return print('files')
  print('names')
  for (const { name, description } of offer.filter((one) => one.name.startsWith(typed) && safeLine(one.name) === one.name))
    print(description ? `${name}\t${safeLine(description)}` : name)
}

/** `leading`: options of every command that were said before the noun. */
async function offerFor(before: string[], leading: string[], typed: string): Promise<Offer> {
  const [noun, ...rest] = before
  if (noun === undefined) return [...ENTRIES.map(({ name, summary }) => ({ name, description: summary })), { name: '--help' }, { name: '--version' }]
  const entry = ENTRIES.find(({ name }) => name === noun)
  if (!entry) return []
  const command = new Command(noun)
  ;(await entry.load()).declare(command)
  if (command.commands.length === 0) return offerOf(command, [...leading, ...rest], typed)
  const [verb, ...afterVerb] = rest
  if (verb === undefined) return command.commands.map((one) => ({ name: one.name(), description: one.description() }))
  const named = command.commands.find((one) => one.name() === verb)
  if (!named) return []
  // A verb may have verbs of its own: deployment schedule create.
  return named.commands.length === 0
    ? offerOf(named, [...leading, ...afterVerb], typed)
    : afterVerb.length === 0
      ? named.commands.map((one) => ({ name: one.name(), description: one.description() }))
      : offerOf(named.commands.find((one) => one.name() === afterVerb[0]) ?? new Command(), [...leading, ...afterVerb.slice(1)], typed)
}

async function offerOf(command: Command, words: string[], typed: string): Promise<Offer> {
  const { given, values, pending } = readWords(command, words)
  const client = () => {
    const { apiUrl, apiKey } = readSettings(values)
    if (apiUrl === null) throw new Error('there is nobody to ask')
    return graphqlClient(apiUrl, apiKey, PATIENCE)
  }
  if (pending?.long === '--param') return given[0] === undefined ? [] : offerParameters(client(), given[0])
  if (pending) return (await OPTIONS[pending.long ?? '']?.(client, given)) ?? choicesOf(pending) ?? 'files'
  if (typed.startsWith('-')) {
    const options = [...command.options.map(({ long, description }) => ({ name: long ?? '', description })), { name: '--help' }]
    return options.filter(({ name }) => !words.includes(name) || name === '--param' || name === '--tag')
  }
  const argument = command.registeredArguments[given.length]
  if (!argument) return []
  return (await ARGUMENTS[argument.name()]?.(client, given)) ?? choicesOf(argument) ?? 'files'
}

/** `name=` for each parameter that the deployment takes; `weir deploy` and `weir run` would have to import the flow for it. */
async function offerParameters(client: GraphqlClient, deployment: string): Promise<Candidate[]> {
  if (!deployment.includes('/')) return []
  const schema = (await client.ask(PARAMETERS, { name: deployment })).deployment?.parameterSchema
  return Object.entries(schema?.properties ?? {}).map(([name, { type }]) => ({ name: `${name}=`, description: [type ?? ''].flat().join(' | ') }))
}

const choicesOf = ({ argChoices }: Option | Argument): Candidate[] | undefined => argChoices?.map((name) => ({ name }))

/** The arguments among the words, what was said about the control plane, and the option that waits for its value. */
function readWords(command: Command, words: string[]) {
  const given: string[] = []
  const values: Record<string, string> = {}
  let pending: Option | undefined
  for (const word of words) {
    if (pending) {
      values[pending.attributeName()] = word
      pending = undefined
    } else if (word.startsWith('-') && word !== '-') {
      const option = command.options.find(({ long, short }) => word === long || word === short)
      if (option && (option.required || option.optional)) pending = option
    } else given.push(word)
  }
  return { given, values, pending }
}
