import type { Command } from 'commander'
import { leaf } from '../../command.ts'
import { declareRun } from '../run/declare.ts'

/** Declares `weir flow …`. */
export function declare(noun: Command): void {
  leaf(noun.command('ls').description('List flows with their deployments.'), [['weir flow ls', 'what there is']], () => import('./ls.ts'))
  leaf(
    noun.command('inspect').description('Show one flow, its deployments and latest runs.').argument('<flow>', 'name'),
    [['weir flow inspect weather-etl', 'where it is deployed, and how it goes']],
    () => import('./inspect.ts'),
  )
  declareRun(noun.command('run').description('Run a flow file here and now, as "weir run" does.'), 'weir flow run')
  leaf(
    noun.command('delete').description('Delete a flow that has no deployment and no run any more.').argument('<flow>', 'name'),
    [['weir flow delete experiment', 'asks before, at a terminal']],
    () => import('./delete.ts'),
  )
}
