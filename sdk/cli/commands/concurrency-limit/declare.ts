import { type Command, InvalidArgumentError } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'

const MOST = 1_000_000

/** Slots that come back in a second, or `none`: commander would make a text of null. */
function readDecay(text: string): number | 'none' {
  if (text === 'none') return text
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0.000_001 && value <= MOST))
    throw new InvalidArgumentError(`Expected a number from 0.000001 to ${MOST}, or none.`)
  return value
}

/** Declares `weir concurrency-limit …`. */
export function declare(noun: Command): void {
  const ofOne = (name: string, description: string) => noun.command(name).description(description).argument('<concurrency-limit>', 'its name')
  leaf(
    noun
      .command('create')
      .description('Create a limit that flows and tasks ask for by its name: so many at once, or with a decay so many over time.')
      .argument('<name>', '1 to 255 characters; tag:NAME holds tasks with that tag')
      .requiredOption('-l, --limit <number>', 'slots that may be taken at once', wholeNumber(0, MOST))
      .option('--slot-decay-per-second <number>', 'slots that come back by themselves: a rate limit', readDecay)
      .option('--inactive', 'hold nobody back for now'),
    [
      ['weir concurrency-limit create database --limit 5', "for concurrency('database', …)"],
      ['weir concurrency-limit create weather-api --limit 10 --slot-decay-per-second 2', "for rateLimit('weather-api')"],
      ['weir concurrency-limit create tag:gpu --limit 1', 'one task with the tag gpu at a time'],
    ],
    () => import('./create.ts'),
  )
  leaf(noun.command('ls').description('List concurrency limits.'), [['weir concurrency-limit ls', 'how full is each?']], () => import('./ls.ts'))
  leaf(
    ofOne('inspect', 'Show one limit: who holds its slots and until when, and who waits.'),
    [['weir concurrency-limit inspect database', 'who has them?']],
    () => import('./inspect.ts'),
  )
  leaf(
    ofOne('update', 'Change a limit. Nobody loses slots by it.')
      .option('-l, --limit <number>', 'slots that may be taken at once', wholeNumber(0, MOST))
      .option('--slot-decay-per-second <number>', 'slots that come back by themselves, or none', readDecay)
      .option('--name <name>', 'another name')
      .option('--active', 'hold back again')
      .option('--inactive', 'hold nobody back for now'),
    [
      ['weir concurrency-limit update database --limit 8', 'more at once'],
      ['weir concurrency-limit update database --inactive', 'as if it were not there'],
    ],
    () => import('./update.ts'),
  )
  leaf(
    ofOne(
      'reset',
      'Take the slots of a limit away from those who hold them. They go on, so for a while there may be more than the limit says.',
    ).option('--lease <id>', 'of one lease alone, as inspect shows it'),
    [['weir concurrency-limit reset database', 'everybody; asks before, at a terminal']],
    () => import('./reset.ts'),
  )
  leaf(
    ofOne('delete', 'Delete a limit. Its name holds nobody back any more.'),
    [['weir concurrency-limit delete database', 'asks before, at a terminal']],
    () => import('./delete.ts'),
  )
}
