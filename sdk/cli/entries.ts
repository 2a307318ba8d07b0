/** Every noun of the command line; what it needs is loaded when it is meant. */
import type { Command } from 'commander'

/** One noun, or a command that stands alone. */
export interface Entry {
  name: string
  /** Heading in `weir --help`. */
  group: 'Flows and their runs' | 'Where they run' | 'Control plane' | 'This command'
  summary: string
  load(): Promise<{ declare(command: Command): void }>
}

/** In the order of `weir --help`. */
export const ENTRIES: Entry[] = [
  {
    name: 'init',
    group: 'Flows and their runs',
    summary: 'Make a project with a flow and a test.',
    load: () => import('./commands/init/declare.ts'),
  },
  {
    name: 'dev',
    group: 'Flows and their runs',
    summary: 'Deploy the flows of a folder on every save, and run them on a key.',
    load: () => import('./commands/dev/declare.ts'),
  },
  { name: 'run', group: 'Flows and their runs', summary: 'Run a flow file here and now.', load: () => import('./commands/run/declare.ts') },
  {
    name: 'visualize',
    group: 'Flows and their runs',
    summary: 'Draw the graph of a flow, without running it.',
    load: () => import('./commands/visualize/declare.ts'),
  },
  {
    name: 'deploy',
    group: 'Flows and their runs',
    summary: 'Save a flow of a file as a deployment.',
    load: () => import('./commands/deploy/declare.ts'),
  },
  {
    name: 'serve',
    group: 'Flows and their runs',
    summary: 'Deploy a flow and run its runs here, until Ctrl-C.',
    load: () => import('./commands/serve/declare.ts'),
  },
  {
    name: 'deployment',
    group: 'Flows and their runs',
    summary: 'List, inspect, run, pause and delete deployments.',
    load: () => import('./commands/deployment/declare.ts'),
  },
  { name: 'schedule', group: 'Flows and their runs', summary: 'Show when a schedule fires.', load: () => import('./commands/schedule/declare.ts') },
  { name: 'flow', group: 'Flows and their runs', summary: 'List, inspect and run flows.', load: () => import('./commands/flow/declare.ts') },
  {
    name: 'flow-run',
    group: 'Flows and their runs',
    summary: 'List, inspect, follow, cancel and retry flow runs.',
    load: () => import('./commands/flow-run/declare.ts'),
  },
  {
    name: 'operation',
    group: 'Flows and their runs',
    summary: 'List, follow and stop what is done to many flow runs.',
    load: () => import('./commands/operation/declare.ts'),
  },
  {
    name: 'task-run',
    group: 'Flows and their runs',
    summary: 'List and inspect task runs, and print their log lines.',
    load: () => import('./commands/task-run/declare.ts'),
  },
  {
    name: 'artifact',
    group: 'Flows and their runs',
    summary: 'List and show what flow runs show to people.',
    load: () => import('./commands/artifact/declare.ts'),
  },
  {
    name: 'event',
    group: 'Flows and their runs',
    summary: 'Emit, list and follow events.',
    load: () => import('./commands/event/declare.ts'),
  },
  {
    name: 'work-pool',
    group: 'Where they run',
    summary: 'Create, list, pause and limit work pools.',
    load: () => import('./commands/work-pool/declare.ts'),
  },
  {
    name: 'work-queue',
    group: 'Where they run',
    summary: 'Create, list, pause and limit the queues of work pools.',
    load: () => import('./commands/work-queue/declare.ts'),
  },
  { name: 'task', group: 'Where they run', summary: 'Serve background tasks.', load: () => import('./commands/task/declare.ts') },
  { name: 'worker', group: 'Where they run', summary: 'Start and list workers.', load: () => import('./commands/worker/declare.ts') },
  {
    name: 'concurrency-limit',
    group: 'Where they run',
    summary: 'Create, list, change and empty limits that code asks for by name.',
    load: () => import('./commands/concurrency-limit/declare.ts'),
  },
  { name: 'variable', group: 'Where they run', summary: 'Set, list and delete variables.', load: () => import('./commands/variable/declare.ts') },
  {
    name: 'secret',
    group: 'Where they run',
    summary: 'Set, list and delete secrets.',
    load: () => import('./commands/secret/declare.ts'),
  },
  {
    name: 'block',
    group: 'Where they run',
    summary: 'Create, list, change and delete blocks, and register their types.',
    load: () => import('./commands/block/declare.ts'),
  },
  {
    name: 'server',
    group: 'Control plane',
    summary: 'Start, stop, back up and reset a control plane on this machine.',
    load: () => import('./commands/server/declare.ts'),
  },
  { name: 'login', group: 'Control plane', summary: 'Check an API key and keep it in a profile.', load: () => import('./commands/login/declare.ts') },
  { name: 'logout', group: 'Control plane', summary: "Forget a profile's API key.", load: () => import('./commands/logout/declare.ts') },
  {
    name: 'profile',
    group: 'Control plane',
    summary: 'List, create, choose and delete profiles.',
    load: () => import('./commands/profile/declare.ts'),
  },
  { name: 'config', group: 'Control plane', summary: 'Show and change settings.', load: () => import('./commands/config/declare.ts') },
  {
    name: 'api-key',
    group: 'Control plane',
    summary: 'Create, list, rotate and revoke API keys.',
    load: () => import('./commands/api-key/declare.ts'),
  },
  {
    name: 'service-account',
    group: 'Control plane',
    summary: 'Create, list and delete service accounts.',
    load: () => import('./commands/service-account/declare.ts'),
  },
  { name: 'audit', group: 'Control plane', summary: 'List who did what.', load: () => import('./commands/audit/declare.ts') },
  { name: 'api', group: 'Control plane', summary: 'Ask the GraphQL API directly.', load: () => import('./commands/api/declare.ts') },
  { name: 'version', group: 'This command', summary: 'Print the version.', load: () => import('./commands/version/declare.ts') },
  {
    name: 'completion',
    group: 'This command',
    summary: 'Print the completion script for a shell.',
    load: () => import('./commands/completion/declare.ts'),
  },
]
