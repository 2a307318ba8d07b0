import { type Command, Option } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'

/** Declares `weir server …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('start')
      .description('Start a control plane on this machine (needs the package weirflow-server). Ctrl-C ends it.')
      .option('--port <number>', 'port on 127.0.0.1, 0 = any free one', wholeNumber(0, 65_535), 4600)
      .option('--database-url <url>', 'a PostgreSQL (15 or later) of your own instead of the embedded one; or WEIR_DATABASE_URL')
      .option('--database-connections <number>', 'connections to it at most', wholeNumber(3, 1_000))
      .option('--retention-days <number>', 'delete runs that ended so many days ago; by default they are kept', wholeNumber(1, 36_500))
      .addOption(
        new Option('--log-level <level>', 'lowest level of lines in logs/workerd.log; debug has one for every request')
          .choices(['debug', 'info', 'warn', 'error'])
          .default('info'),
      )
      .option('--fresh', 'begin empty: what this WEIR_HOME holds is deleted')
      .option('--background', 'come back when it serves, and leave it running'),
    [
      ['weir server start', 'in this terminal'],
      ['weir server start --background --port 0', 'in the background, on any free port'],
    ],
    () => import('./start.ts'),
  )
  leaf(
    noun.command('stop').description('Stop the control plane of this WEIR_HOME.'),
    [['weir server stop', 'workers come back when it serves again']],
    () => import('./stop.ts'),
  )
  leaf(
    noun.command('status').description('Say whether a control plane runs on this WEIR_HOME, with a new sign-in link. Exit code 3 when none does.'),
    [
      ['weir server status', 'with a link that signs a browser in, once'],
      ['weir server status -o json', 'for a script, without a link'],
    ],
    () => import('./status.ts'),
  )
  leaf(
    noun
      .command('reset')
      .description('Delete everything of the control plane in this WEIR_HOME: deployments, runs, logs, keys. Profiles stay. It must not run.')
      .option('--force', 'without asking'),
    [['weir server reset', 'asks before, at a terminal']],
    () => import('./reset.ts'),
  )
  leaf(
    noun
      .command('backup')
      .description('Write the whole record to a file, while the control plane serves or not. The file can sign in: keep it as a secret.')
      .argument('<file>', 'where to; a file that is there is replaced')
      .option('--database-url <url>', 'the PostgreSQL that the control plane was started with'),
    [['weir server backup weir-2026-01-31.backup', 'of the control plane in WEIR_HOME']],
    () => import('./backup.ts'),
  )
  leaf(
    noun
      .command('restore')
      .description('Make a control plane from a backup: in an empty WEIR_HOME, of this version or an older one.')
      .argument('<file>', 'that "weir server backup" has written')
      .option('--force', 'replace the control plane that is in WEIR_HOME, for good')
      .option('--database-url <url>', 'an empty PostgreSQL (15 or later) of your own instead of the embedded one'),
    [
      ['weir server restore weir-2026-01-31.backup', 'into an empty WEIR_HOME'],
      ['weir server restore weir-2026-01-31.backup --force', 'over what is there'],
    ],
    () => import('./restore.ts'),
  )
}
