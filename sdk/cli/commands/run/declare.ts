import type { Command } from 'commander'
import { collect, leaf } from '../../command.ts'

/** Declares `weir run`. */
export const declare = (noun: Command): void => declareRun(noun, 'weir run')

/** The same under another name, for who looks for it at its noun: `weir flow run`. */
export function declareRun(command: Command, name: string): void {
  leaf(
    command
      .argument('<file[:export]>', 'the flow; without an export the default one, or the only flow of the file')
      .option('-p, --param <name=value>', 'a parameter; JSON where it reads as JSON, text otherwise', collect)
      .option('--params <json>', 'all parameters as a JSON object, @file or -')
      .option('--env-file <file>', 'environment variables out of a file; may be given several times (default: .env, if there is one)', collect),
    [
      [`${name} flows/etl.ts:etl -p day=2026-01-01`, 'here, in this process; tracked when a control plane is configured'],
      [`${name} flows/etl.ts > result.json`, 'the value goes to stdout, everything else to stderr'],
    ],
    () => import('./run-file.ts'),
  )
}
