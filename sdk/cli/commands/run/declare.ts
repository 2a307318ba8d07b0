import type { Command } from 'commander'
import { collect, leaf } from '../../command.ts'

/** Declares `weir run`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .argument('<file[:export]>', 'the flow; without an export the default one, or the only flow of the file')
      .option('-p, --param <name=value>', 'a parameter; JSON where it reads as JSON, text otherwise', collect)
      .option('--params <json>', 'all parameters as a JSON object, @file or -'),
    [
      ['weir run flows/etl.ts:etl -p day=2026-01-01', 'here, in this process; tracked when a control plane is configured'],
      ['weir run flows/etl.ts > result.json', 'the value goes to stdout, everything else to stderr'],
    ],
    () => import('./run-file.ts'),
  )
}
