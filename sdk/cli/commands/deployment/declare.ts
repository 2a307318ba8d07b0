import type { Command } from 'commander'
import { collect, leaf } from '../../command.ts'
import { declareSchedule } from './schedule/declare.ts'

/** The argument of all of them. */
const NAME = 'full name, or one half of it that only one deployment has'

/** Declares `weir deployment …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('ls')
      .description('List deployments, newest first.')
      .option('-f, --flow <name>', 'only of this flow', collect)
      .option('-p, --work-pool <name>', 'only in this work pool', collect)
      .option('-t, --tag <tag>', 'only with this tag', collect)
      .option('--paused', 'only paused ones'),
    [
      ['weir deployment ls --work-pool local', 'what runs there'],
      ["weir deployment ls -o json | jq -r '.[].name'", 'names for a script'],
    ],
    () => import('./ls.ts'),
  )
  leaf(
    noun.command('inspect').description('Show one deployment and its latest runs.').argument('<flow/deployment>', NAME),
    [['weir deployment inspect weather-etl/nightly', 'with its parameters and latest runs']],
    () => import('./inspect.ts'),
  )
  leaf(
    noun
      .command('run')
      .description('Start a flow run of a deployment. With --watch the exit code is 0 if it completed, 1 otherwise.')
      .argument('<flow/deployment>', NAME)
      .option('-p, --param <name=value>', 'a parameter; JSON where it reads as JSON, text otherwise', collect)
      .option('--params <json>', 'all parameters as a JSON object, @file or -')
      .option('-e, --env <name=value>', "environment variable of the run, over the deployment's", collect)
      .option('--job-variable <name=value>', "job variable of the run, over the deployment's; JSON where it reads as JSON, text otherwise", collect)
      .option('--name <name>', 'name of the run')
      .option('-t, --tag <tag>', 'tag of the run', collect)
      .option('--at <instant>', 'not before: 2026-01-01T06:00:00Z, or +10m')
      .option('--idempotency-key <key>', 'the same key gives the same run')
      .option('-w, --watch', 'show states and logs until it is over'),
    [
      ['weir deployment run weather-etl/nightly --watch', 'follow it to its end'],
      ['weir deployment run weather-etl/nightly -p day=2026-01-01 -p \'cities=["Oslo"]\'', 'with parameters'],
      ['weir deployment run weather-etl/nightly --params @day.json --at +10m', 'from a file, in ten minutes'],
    ],
    () => import('./run.ts'),
  )
  leaf(
    noun.command('pause').description('Let the runs of a deployment wait. What runs already goes on.').argument('<flow/deployment>', NAME),
    [['weir deployment pause weather-etl/nightly', 'until it is resumed']],
    () => import('./pause.ts'),
  )
  leaf(
    noun.command('resume').description('Let the runs of a paused deployment go again.').argument('<flow/deployment>', NAME),
    [['weir deployment resume weather-etl/nightly', 'what waited is given out at once']],
    () => import('./resume.ts'),
  )
  leaf(
    noun
      .command('delete')
      .description('Delete a deployment with its schedules. Runs of it that wait are cancelled; while one goes on, it stays. History is kept.')
      .argument('<flow/deployment>', NAME),
    [['weir deployment delete weather-etl/test', 'asks before, at a terminal']],
    () => import('./delete.ts'),
  )
  declareSchedule(noun)
}
