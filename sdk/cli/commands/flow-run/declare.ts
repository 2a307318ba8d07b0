import { type Command, Option } from 'commander'
import { collect, leaf, wholeNumber } from '../../command.ts'
import { MOST_ROWS } from '../../read-all.ts'
import { forMany, withFilter } from './filter-flags.ts'

/** The id argument of all of them. */
const ID = 'id, name, or the last characters of the id'

/** At most what one page of the API has. */
const LONGEST_TAIL = 200

/** Declares `weir flow-run …`. */
export function declare(noun: Command): void {
  leaf(
    withFilter(noun.command('ls').description('List flow runs, newest first.')).option(
      '-n, --limit <number>',
      'how many',
      wholeNumber(1, MOST_ROWS),
      20,
    ),
    [
      ['weir flow-run ls', 'the latest 20'],
      ['weir flow-run ls --state failed,crashed -n 50', 'what went wrong'],
      ["weir flow-run ls -o json | jq -r '.[].id'", 'ids for a script'],
    ],
    () => import('./ls.ts'),
  )
  leaf(
    noun.command('inspect').description('Show one flow run: state, times, parameters, task runs.').argument('<flow-run>', ID),
    [['weir flow-run inspect 4f2a91c7', 'by the end of its id']],
    () => import('./inspect.ts'),
  )
  leaf(
    noun
      .command('logs')
      .description('Print the log lines of a flow run, oldest first.')
      .argument('<flow-run>', ID)
      .option('-f, --follow', 'go on until the run is over')
      .option('-l, --level <level>', 'this level and above: debug, info, warn, error')
      .option('--text <text>', 'only lines with this in the message, in any case')
      .option('--tail <number>', `only the last so many, at most ${LONGEST_TAIL}`, wholeNumber(1, LONGEST_TAIL))
      .option('--csv', 'time, level, source, task run, message and fields of each line, for a spreadsheet'),
    [
      ['weir flow-run logs 4f2a91c7 --follow', 'as they come'],
      ['weir flow-run logs 4f2a91c7 --level warn -o json', 'one JSON object a line'],
      ['weir flow-run logs 4f2a91c7 --csv > run.csv', 'for a spreadsheet'],
    ],
    () => import('./logs.ts'),
  )
  leaf(
    noun
      .command('watch')
      .description('Show states and log lines until the run is over. Exit code 0 if it completed, 1 otherwise.')
      .argument('<flow-run>', ID),
    [['weir flow-run watch 4f2a91c7 && ./publish.sh', 'only after a completed run']],
    () => import('./watch.ts'),
  )
  leaf(
    forMany(
      noun
        .command('cancel')
        .description('Ask a flow run to stop; after 30 s it is killed. Or many, with flags that say which.')
        .argument('[flow-run]', ID)
        .option('--reason <text>', 'shown with the state'),
    ),
    [
      ['weir flow-run cancel 4f2a91c7 --reason "wrong day"', 'the reason stands with its state'],
      ['weir flow-run cancel --flow weather-etl --state scheduled,pending', 'all that have not begun'],
    ],
    () => import('./cancel.ts'),
  )
  leaf(
    noun
      .command('pause')
      .description('Set a flow run aside that waits to be started: nobody takes it until it is resumed.')
      .argument('<flow-run>', ID),
    [['weir flow-run pause 4f2a91c7', 'it keeps the time for which it is scheduled']],
    () => import('./pause.ts'),
  )
  leaf(
    noun
      .command('suspend')
      .description(
        'Ask a running flow run for its process: it suspends where its flow calls a task next, and goes on with any worker once it is resumed.',
      )
      .argument('<flow-run>', ID),
    [['weir flow-run suspend 4f2a91c7', 'its flow must be durable; what it has finished is not run again']],
    () => import('./suspend.ts'),
  )
  leaf(
    noun
      .command('resume')
      .description('Let a paused flow run go on, with the answer that it asks for.')
      .argument('<flow-run>', ID)
      .option('-i, --input <name=value>', 'a part of the answer; JSON where it reads as JSON, text otherwise', collect)
      .option('--input-json <json>', 'the whole answer as JSON, @file or -')
      .option('-w, --watch', 'show states and logs until it is over'),
    [
      ['weir flow-run resume 4f2a91c7', 'asks, at a terminal, for what the run asks'],
      ['weir flow-run resume 4f2a91c7 -i approved=true -i note="looks good"', 'the answer'],
      ['weir flow-run resume 4f2a91c7 -i approved=true --watch', 'and see what comes of it'],
    ],
    () => import('./resume.ts'),
  )
  leaf(
    noun
      .command('set-state')
      .description('Say how a flow run has ended, whatever it is in; whoever still runs it is told to stop.')
      .argument('<flow-run>', ID)
      .addOption(new Option('--type <state>', 'how').choices(['completed', 'failed', 'cancelled', 'crashed']).makeOptionMandatory())
      .option('--name <word>', "the word people see, instead of the type's own")
      .option('--message <text>', 'why'),
    [['weir flow-run set-state 4f2a91c7 --type completed --message "done by hand"', 'it is in the audit']],
    () => import('./set-state.ts'),
  )
  leaf(
    forMany(
      noun
        .command('retry')
        .description('Run a finished flow run once more, on the version it was created with. Or many, with flags that say which.')
        .argument('[flow-run]', ID)
        .option('--on-latest', "on the deployment's latest version instead")
        .option('--from-task <name>', 'of a durable flow: use again what finished before this task; with --dry-run only say what')
        .option('-w, --watch', 'show states and logs until it is over'),
    ),
    [
      ['weir flow-run retry 4f2a91c7 --watch', 'and see how it goes'],
      ['weir flow-run retry 4f2a91c7 --from-task load --dry-run', 'what would be used again, and what would run again'],
      ['weir flow-run retry --deployment weather-etl/nightly --state failed,crashed --dry-run', 'how many it would be'],
    ],
    () => import('./retry.ts'),
  )
  leaf(
    noun.command('why').description('Say why a flow run does not run (yet), in order.').argument('<flow-run>', ID),
    [['weir flow-run why 4f2a91c7', 'what it waits for, and what would help']],
    () => import('./why.ts'),
  )
  leaf(
    forMany(
      noun
        .command('delete')
        .description('Delete a flow run that is over or has not begun, with its subflows, task runs, log lines and artifacts. Or many.')
        .argument('[flow-run]', ID),
    ),
    [
      ['weir flow-run delete 4f2a91c7', 'asks before, at a terminal'],
      ['weir flow-run delete --filter \'{"createdAt": {"before": "2026-01-01T00:00:00Z"}}\' --dry-run', 'how many it would be'],
    ],
    () => import('./delete.ts'),
  )
}
