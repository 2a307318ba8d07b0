/** Every noun of the command line; what it needs is loaded when it is meant. */
import type { Command } from 'commander'

/** One noun, or a command that stands alone. */
export interface Entry {
  name: string
  summary: string
  load(): Promise<{ declare(command: Command): void }>
}

/** In the order of `weir --help`. */
export const ENTRIES: Entry[] = [
  { name: 'server', summary: 'Start, stop and look at a control plane on this machine.', load: () => import('./commands/server/declare.ts') },
  { name: 'deploy', summary: 'Save a flow of a file as a deployment.', load: () => import('./commands/deploy/declare.ts') },
  { name: 'run', summary: 'Run a flow file here and now.', load: () => import('./commands/run/declare.ts') },
  { name: 'deployment', summary: 'List, inspect, run, pause and delete deployments.', load: () => import('./commands/deployment/declare.ts') },
  { name: 'schedule', summary: 'Show when a schedule fires.', load: () => import('./commands/schedule/declare.ts') },
  { name: 'flow-run', summary: 'List, inspect, follow, cancel and retry flow runs.', load: () => import('./commands/flow-run/declare.ts') },
  { name: 'flow', summary: 'List, inspect and run flows.', load: () => import('./commands/flow/declare.ts') },
  { name: 'task-run', summary: 'List and inspect task runs, and print their log lines.', load: () => import('./commands/task-run/declare.ts') },
  { name: 'artifact', summary: 'List and show what flow runs show to people.', load: () => import('./commands/artifact/declare.ts') },
  { name: 'work-pool', summary: 'Create, list, pause and limit work pools.', load: () => import('./commands/work-pool/declare.ts') },
  { name: 'work-queue', summary: 'Create, list, pause and limit the queues of work pools.', load: () => import('./commands/work-queue/declare.ts') },
  { name: 'worker', summary: 'Start and list workers.', load: () => import('./commands/worker/declare.ts') },
  { name: 'variable', summary: 'Set, list and delete variables.', load: () => import('./commands/variable/declare.ts') },
  { name: 'api-key', summary: 'Create, list, rotate and revoke API keys.', load: () => import('./commands/api-key/declare.ts') },
  { name: 'service-account', summary: 'Create, list and delete service accounts.', load: () => import('./commands/service-account/declare.ts') },
  { name: 'api', summary: 'Ask the GraphQL API directly.', load: () => import('./commands/api/declare.ts') },
  { name: 'login', summary: 'Check an API key and keep it in a profile.', load: () => import('./commands/login/declare.ts') },
  { name: 'logout', summary: "Forget a profile's API key.", load: () => import('./commands/logout/declare.ts') },
  { name: 'profile', summary: 'List, create, choose and delete profiles.', load: () => import('./commands/profile/declare.ts') },
  { name: 'config', summary: 'Show and change settings.', load: () => import('./commands/config/declare.ts') },
  { name: 'version', summary: 'Print the version.', load: () => import('./commands/version/declare.ts') },
  { name: 'completion', summary: 'Print the completion script for a shell.', load: () => import('./commands/completion/declare.ts') },
]
