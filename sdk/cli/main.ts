/**
 * The command line: finds the command, loads only what it needs, and turns every end into an exit code (see failure.ts).
 * A noun's commands are declared in `commands/<noun>/declare.ts`, and each verb's work is in a file of its own.
 */
import { Command, CommanderError } from 'commander'
import { ENTRIES } from './entries.ts'
import { Failure } from './failure.ts'
import { nearest } from './nearest.ts'
import { COMMON_OPTIONS, nounFirst } from './noun-first.ts'
import { safeText } from './safe-text.ts'
import { say, styleError } from './terminal.ts'

/** Runs one command line (without `node` and the script). Sets process.exitCode. */
export async function main(given: string[], version: string): Promise<void> {
  if (given[0] === '__complete') return (await import('./commands/completion/complete.ts')).complete(given.slice(1))
  if (given[0] === '__flows') return (await import('./commands/dev/read-flows.ts')).printFlows(given.slice(1))
  const argv = given[0] === 'help' ? [...given.slice(1), '--help'] : nounFirst(given)
  const program = new Command('weir')
    .description('Run flows on your own machines, orchestrated by Weir.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    // Told in `fail`, like every other error.
    .configureOutput({ outputError: () => {} })
  const wanted = argv.find((word) => !word.startsWith('-'))
  for (const entry of ENTRIES) {
    const command = program.command(entry.name).description(entry.summary).helpGroup(`${entry.group}:`)
    if (entry.name === wanted) (await entry.load()).declare(command)
  }
  for (const command of everyCommand(program)) command.exitOverride().helpCommand(false)
  program.addHelpText('after', '\nEvery command has --help with examples. Docs: docs/cli.md')
  const asJson = argv.some(
    (word, index) =>
      word === '-ojson' || word === '--output=json' || (word === 'json' && (argv[index - 1] === '-o' || argv[index - 1] === '--output')),
  )
  try {
    const [first] = argv
    if (wanted !== undefined && first?.startsWith('-') && !OWN_OPTIONS.includes(first)) throw unknownOption(first)
    if (wanted !== undefined && !ENTRIES.some((entry) => entry.name === wanted)) throw unknownCommand(wanted)
    if (argv.length === 0) program.help()
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    process.exitCode = fail(error instanceof CommanderError ? readMisuse(error, program, argv) : await readRefusal(error), asJson)
  }
}

/** What `weir` itself takes; every other option belongs to a command, or to all of them (noun-first.ts). */
const OWN_OPTIONS = ['-h', '--help', '-V', '--version']

function unknownOption(first: string): Failure {
  const near = nearest(first, [...OWN_OPTIONS, ...COMMON_OPTIONS])
  return new Failure(2, 'WRONG_USE', `Unknown option '${first}'.`, near ? `Did you mean ${near}? Help: weir --help` : 'Help: weir --help')
}

function unknownCommand(wanted: string): Failure {
  const near = nearest(
    wanted,
    ENTRIES.map((entry) => entry.name),
  )
  return new Failure(
    2,
    'UNKNOWN_COMMAND',
    `There is no command "${wanted}".`,
    near ? `Did you mean "weir ${near}"? All commands: weir --help` : 'All commands: weir --help',
  )
}

function* everyCommand(command: Command): Generator<Command> {
  yield command
  for (const sub of command.commands) yield* everyCommand(sub)
}

/** What the argument parser found wrong; null when it has shown the help that was asked for. */
function readMisuse({ code, exitCode, message }: CommanderError, program: Command, argv: string[]): Failure | null {
  if (exitCode === 0 || code === 'commander.version') return null
  const noun = program.commands.find((command) => command.name() === argv[0])
  const verb = noun?.commands.find((command) => command.name() === argv[1])
  // Without its verb a noun shows its help, and that says everything.
  if (code === 'commander.help' || code === 'commander.helpDisplayed') return new Failure(2, 'COMMAND_MISSING', '')
  const [what = message, near] = message.replace(/^error: /, '').split('\n(')
  const help = `${['weir', noun?.name(), verb?.name()].filter(Boolean).join(' ')} --help`
  return new Failure(
    2,
    code === 'commander.unknownCommand' ? 'UNKNOWN_COMMAND' : 'WRONG_USE',
    `${what[0]?.toUpperCase()}${what.slice(1)}.`.replace(/\.\.$/, '.'),
    near ? `${near.replace(/\)$/, '')} Help: ${help}` : `Help: ${help}`,
  )
}

/** What the library refuses has its reason and its hint, too. Loaded only now: a command that goes well needs none of it. */
async function readRefusal(error: unknown): Promise<unknown> {
  if (error instanceof Failure) return error
  const { WeirError } = await import('../errors.ts')
  return error instanceof WeirError ? new Failure(2, error.code.toUpperCase(), error.message, error.hint) : error
}

/** Prints what went wrong and answers the exit code. */
function fail(error: unknown, asJson: boolean): number {
  if (error === null) return 0
  if (error instanceof Failure) {
    if (error.message === '') return error.exitCode
    const { code, message, hint, requestId } = error
    if (asJson) process.stderr.write(`${JSON.stringify({ error: { code, message, hint, requestId } })}\n`)
    else {
      // Names that others wrote are part of it, and whatever was typed.
      say(`${styleError('red', 'error')}: ${safeText(message)}`)
      if (hint) say(`${styleError('dim', 'hint')}:  ${safeText(hint)}`)
      if (requestId && !`${message} ${hint}`.includes(requestId)) say(`${styleError('dim', 'request')}: ${safeText(requestId)}`)
    }
    return error.exitCode
  }
  say(`${styleError('red', 'error')}: ${process.env['WEIR_DEBUG'] ? (error as Error).stack : safeText((error as Error).message)}`)
  if (!process.env['WEIR_DEBUG']) say(`${styleError('dim', 'hint')}:  This should not happen. WEIR_DEBUG=1 shows where.`)
  return 1
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`weir flow-run ls | head`) is no error.
  if (error.code === 'EPIPE') process.exit(0)
  say(`${styleError('red', 'error')}: Cannot write the result: ${error.message}.`)
  process.exit(1)
})
