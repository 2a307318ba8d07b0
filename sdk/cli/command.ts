/** How a command is declared: its options, examples and the module that does the work, which is loaded only when it runs. */
import { type Command, InvalidArgumentError } from 'commander'

/** What a command's module exports. Answers the exit code; undefined = 0. */
interface CommandModule<Options> {
  /** `args` are texts, in the order of their declaration, unless the declaration reads them as something else. */
  execute(args: never, options: Options): Promise<number | void>
}

/** Gives a command what all have, and its action. `examples` are whole command lines with an explanation. */
export function leaf<Options>(command: Command, examples: [string, string][], load: () => Promise<CommandModule<Options>>): Command {
  const longest = Math.max(...examples.map(([line]) => line.length))
  return command
    .optionsGroup('Options of every command:')
    .option('-o, --output <format>', 'json for programs')
    .option('--no-prompt', 'never ask anything')
    .option('--api-url <url>', 'control plane (WEIR_API_URL)')
    .option('--api-key <key>', 'key for it (WEIR_API_KEY)')
    .option('--profile <name>', 'profile of ~/.weir/profiles.toml (WEIR_PROFILE)')
    .addHelpText('after', `\nExamples:\n${examples.map(([line, what]) => `  ${line.padEnd(longest)}  ${what}`.trimEnd()).join('\n')}`)
    .action(async (...given: unknown[]) => {
      const { execute } = await load()
      const args = given.slice(0, -2).flatMap((value) => (value === undefined ? [] : (value as string | string[])))
      process.exitCode = (await execute(args as never, command.opts() as Options)) ?? 0
    })
}

/** For options that may be given several times. */
export const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

/** A whole number within bounds. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`)
    return value
  }
