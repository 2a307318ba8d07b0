import { type Command, Option } from 'commander'
import { collect, leaf } from '../../../command.ts'
import { withScheduleOptions } from '../../schedule/schedule-options.ts'

const DEPLOYMENT = 'full name, or one half of it that only one deployment has'
const SCHEDULE = 'its slug, or its id'

/** Declares `weir deployment schedule …`. */
export function declareSchedule(noun: Command): void {
  const schedule = noun.command('schedule').description('Create, list, pause, resume and delete the schedules of a deployment.')
  schedule.addHelpText(
    'after',
    "\nExamples:\n  weir deployment schedule create weather-etl/nightly --cron '0 9 * * 1-5' --timezone Europe/Berlin\n  weir deployment schedule ls weather-etl/nightly",
  )
  leaf(
    withScheduleOptions(schedule.command('create').description('Let a deployment run by itself.').argument('<flow/deployment>', DEPLOYMENT))
      .option('--slug <slug>', 'its name within the deployment: a-z, 0-9 and hyphens')
      .option('-p, --param <name=value>', "a parameter, over the deployment's; JSON where it reads as JSON, text otherwise", collect)
      .option('--params <json>', 'parameters as a JSON object, @file or -')
      .option('--paused', 'it begins paused')
      .addOption(new Option('--catch-up <choice>', 'what becomes of missed ones').choices(['skip', 'latest', 'all']).default('skip'))
      .option('--max-lateness <duration>', 'missed = no worker was there from its instant until so much later (default: 5m)')
      .addOption(
        new Option('--overlap <choice>', 'while an earlier one has not ended')
          .choices(['allow', 'skip', 'queue-one', 'queue-all', 'cancel-running', 'terminate-running'])
          .default('allow'),
      ),
    [
      ["weir deployment schedule create weather-etl/nightly --cron '0 9 * * 1-5' --timezone Europe/Berlin", 'weekdays at nine'],
      ['weir deployment schedule create weather-etl/nightly --interval 15m --overlap skip --slug often', 'never two at once'],
      ['weir deployment schedule create weather-etl/nightly --cron @daily -p day=yesterday --catch-up latest', 'with a parameter'],
    ],
    () => import('./create.ts'),
  )
  leaf(
    schedule.command('ls').description('List the schedules of a deployment.').argument('<flow/deployment>', DEPLOYMENT),
    [['weir deployment schedule ls weather-etl/nightly', 'when does it run next?']],
    () => import('./ls.ts'),
  )
  leaf(
    schedule
      .command('pause')
      .description('Let a schedule make no runs; those that it has made and nobody has begun are removed.')
      .argument('<flow/deployment>', DEPLOYMENT)
      .argument('<schedule>', SCHEDULE),
    [['weir deployment schedule pause weather-etl/nightly cron', 'until it is resumed']],
    () => import('./pause.ts'),
  )
  leaf(
    schedule
      .command('resume')
      .description('Let a paused schedule go on from now.')
      .argument('<flow/deployment>', DEPLOYMENT)
      .argument('<schedule>', SCHEDULE),
    [['weir deployment schedule resume weather-etl/nightly cron', 'what fell into the pause is not made up for']],
    () => import('./resume.ts'),
  )
  leaf(
    schedule
      .command('delete')
      .description('Delete a schedule and its runs that nobody has begun.')
      .argument('<flow/deployment>', DEPLOYMENT)
      .argument('<schedule>', SCHEDULE),
    [['weir deployment schedule delete weather-etl/nightly cron', 'what has begun goes on']],
    () => import('./delete.ts'),
  )
  leaf(
    schedule
      .command('clear')
      .description('Delete all schedules of a deployment and their runs that nobody has begun.')
      .argument('<flow/deployment>', DEPLOYMENT),
    [['weir deployment schedule clear weather-etl/nightly', 'it runs only when it is told to']],
    () => import('./clear.ts'),
  )
}
