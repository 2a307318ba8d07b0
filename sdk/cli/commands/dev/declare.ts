import type { Command } from 'commander'
import { collect, leaf } from '../../command.ts'

/** Declares `weir dev`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .argument('[folder]', 'flows of this folder, or of one file (default: flows, else this folder)')
      .option('-r, --run [flow]', 'run it after every save; without a name the one that was saved')
      .option('-p, --param <name=value>', 'a parameter of the runs; JSON where it reads as JSON, text otherwise', collect)
      .option('--params <json>', 'all parameters as a JSON object, @file or -')
      .option('--env-file <file>', 'environment variables out of a file; may be given several times (default: .env, if there is one)', collect)
      .option('--pool <name>', 'work pool of the deployments; made when it is missing', 'dev'),
    [
      ['weir dev flows', 'watches, deploys on save as FLOW/dev, and runs on a key'],
      ['weir dev flows --run etl -p day=2026-01-01', 'runs etl after every save'],
    ],
    () => import('./develop.ts'),
  )
}
