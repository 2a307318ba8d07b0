import { type Command, Option } from 'commander'
import { collect, leaf, wholeNumber } from '../../command.ts'

/** Declares `weir deploy`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .argument('<file:export>', 'the flow, relative to this folder; its runs start in this folder')
      .requiredOption('-n, --name <name>', 'name of the deployment')
      .requiredOption('--pool <name>', 'work pool that runs it')
      .option('-q, --queue <name>', 'queue of the pool')
      .option('-p, --param <name=value>', 'default for a parameter; JSON where it reads as JSON, text otherwise', collect)
      .option('--params <json>', 'defaults as a JSON object, @file or -')
      .option('-t, --tag <tag>', 'tag of the deployment and its runs', collect)
      .option('-e, --env <name=value>', 'environment variable of its runs', collect)
      .option(
        '--job-variable <name=value>',
        'what its runs read with runContext(), or nodeFlags; JSON where it reads as JSON, text otherwise',
        collect,
      )
      .option('--env-file <file>', 'environment variables out of a file; may be given several times (default: .env, if there is one)', collect)
      .option('--description <text>', "instead of the flow's own")
      .option('--concurrency-limit <number>', 'runs at a time', wholeNumber(1, 1_000_000))
      .addOption(
        new Option('--collision-strategy <what>', 'a run that is due while that limit is full waits, or is cancelled').choices([
          'enqueue',
          'cancel-new',
        ]),
      )
      .option('--reuse', 'a process may serve several runs, one after the other')
      .option('--no-preload', 'do not import the file before a run needs it')
      .option('--retry-on-crash <number>', 'try a crashed run again so often; more than 0 needs --on-contact-lost stop', wholeNumber(0, 1_000))
      .addOption(new Option('--on-contact-lost <what>', 'out of reach of the control plane, a run goes on or stops').choices(['continue', 'stop']))
      .option('--start-again', 'start a run again that was lost while starting')
      .option('--cron <expression>', 'run it by this schedule; may be given several times; what is not named is deleted', collect)
      .option('--interval <duration>', 'the same: seconds, or for example 15m, 6h, 1d', collect)
      .option('--rrule <text>', 'the same: a rule of RFC 5545', collect)
      .option('--timezone <name>', 'IANA name, for these schedules (default: UTC)')
      .option('--no-schedules', 'delete all of its schedules; without any of these they stay as they are')
      .option('--no-start-again', 'do not (any more); like the two above, kept as it is when not said'),
    [
      ['weir deploy flows/etl.ts:etl --name nightly --pool local', 'save it'],
      ['weir deploy flows/etl.ts:etl --name test --pool local -p cities=\'["Oslo"]\' --tag test', 'with defaults'],
      ["weir deploy flows/etl.ts:etl --name nightly --pool local --cron '0 3 * * *' --timezone Europe/Berlin", 'every night at three'],
    ],
    () => import('./save.ts'),
  )
}
