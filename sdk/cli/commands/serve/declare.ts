import type { Command } from 'commander'
import { collect, leaf, wholeNumber } from '../../command.ts'

/** Declares `weir serve`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .description('Deploy a flow and run its runs on this machine, until Ctrl-C: a deployment and a worker in one command.')
      .argument('<file:export>', 'the flow, relative to this folder; its runs start in this folder')
      .requiredOption('-n, --name <name>', 'name of the deployment')
      .option('--pool <name>', 'work pool, made when it is missing (default: serve-HOST)')
      .option('-l, --limit <number>', 'runs at a time', wholeNumber(1, 10_000), 10)
      .option('-p, --param <name=value>', 'default for a parameter; JSON where it reads as JSON, text otherwise', collect)
      .option('--params <json>', 'defaults as a JSON object, @file or -')
      .option('-t, --tag <tag>', 'tag of the deployment and its runs', collect)
      .option('-e, --env <name=value>', 'environment variable of its runs', collect)
      .option('--env-file <file>', 'environment variables out of a file; may be given several times (default: .env, if there is one)', collect)
      .option('--cron <expression>', 'run it by this schedule; may be given several times; what is not named is deleted', collect)
      .option('--interval <duration>', 'the same: seconds, or for example 15m, 6h, 1d', collect)
      .option('--rrule <text>', 'the same: a rule of RFC 5545', collect)
      .option('--timezone <name>', 'IANA name, for these schedules (default: UTC)')
      .option('--no-pause-on-stop', 'leave the deployment as it is at the end; otherwise it is paused while nobody serves it'),
    [
      ['weir serve flows/etl.ts:etl --name here', 'until Ctrl-C; the second one ends what runs'],
      ['weir serve flows/etl.ts:etl --name here --interval 15m --limit 1', 'every quarter of an hour, one at a time'],
    ],
    () => import('./serve.ts'),
  )
}
