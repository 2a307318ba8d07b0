/** Names of what there is, for completion: by the word that stands for them in a command's usage, `<work-pool>` or `--pool <name>`. */
import { LOG_LEVELS } from '../../../../core/protocol/reports.ts'
import { STATE_TYPES } from '../../../../core/states.ts'
import { LOCAL_PROFILE, readProfiles } from '../../../client/profiles.ts'
import { homeOf } from '../../../client/settings.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { findFlowRun } from '../flow-run/find-flow-run.ts'
import {
  API_KEYS,
  ARTIFACTS,
  CONCURRENCY_LIMITS,
  BLOCK_TYPES,
  BLOCKS,
  DEPLOYMENTS,
  FLOW_RUNS,
  FLOWS,
  OPERATIONS,
  SCHEDULES,
  SERVICE_ACCOUNTS,
  TASK_RUNS,
  VARIABLES,
  WORK_POOLS,
  WORK_QUEUES,
} from './documents.ts'

/** What may stand at the cursor. */
export interface Candidate {
  name: string
  description?: string
}

/** `client` is made when it is needed: not everything asks an API. `words` = the arguments before. */
type Source = (client: () => GraphqlClient, words: string[]) => Promise<Candidate[]>

const named = (nodes: { name: string }[]): Candidate[] => nodes.map(({ name }) => ({ name }))

const workPools: Source = async (client) => named((await client().ask(WORK_POOLS, {})).workPools.nodes)
const flows: Source = async (client) => named((await client().ask(FLOWS, {})).flows.nodes)
const serviceAccounts: Source = async (client) => named((await client().ask(SERVICE_ACCOUNTS, {})).serviceAccounts.nodes)
const profiles: Source = async () => [...new Set([...readProfiles(homeOf()).named.keys(), LOCAL_PROFILE])].map((name) => ({ name }))
const stateTypes: Source = async () => STATE_TYPES.map((type) => ({ name: type.toLowerCase() }))
const deployments: Source = async (client) =>
  (await client().ask(DEPLOYMENTS, {})).deployments.nodes.map(({ fullName, description }) => ({ name: fullName, description: description ?? '' }))
const flowRuns: Source = async (client) =>
  (await client().ask(FLOW_RUNS, {})).flowRuns.nodes.flatMap(({ uuid, name, state }) => [
    { name, description: `${state.name} ${uuid}` },
    { name: uuid, description: `${state.name} ${name}` },
  ])

/** By the name of an argument. */
export const ARGUMENTS: Record<string, Source> = {
  'work-pool': workPools,
  'flow/deployment': deployments,
  profile: profiles,
  flow: flows,
  'concurrency-limit': async (client) => named((await client().ask(CONCURRENCY_LIMITS, {})).concurrencyLimits.nodes),
  variable: async (client) => named((await client().ask(VARIABLES, {})).variables.nodes),
  block: async (client) => (await client().ask(BLOCKS, {})).blocks.nodes.map(({ fullName }) => ({ name: fullName })),
  secret: async (client) => named((await client().ask(BLOCKS, {})).blocks.nodes.filter(({ typeSlug }) => typeSlug === 'secret')),
  'block-type': async (client) => (await client().ask(BLOCK_TYPES, {})).blockTypes.map(({ slug }) => ({ name: slug })),
  'type/name': async (client) => (await client().ask(BLOCK_TYPES, {})).blockTypes.map(({ slug }) => ({ name: `${slug}/` })),
  'flow-run': flowRuns,
  'pool/queue': async (client) =>
    (await client().ask(WORK_QUEUES, {})).workPools.nodes.flatMap((pool) => pool.queues.map(({ name }) => ({ name: `${pool.name}/${name}` }))),
  'task-run': async (client, words) => {
    const id = await findFlowRun(client(), words[0] as string)
    const nodes = (await client().ask(TASK_RUNS, { id })).flowRun?.taskRuns.nodes ?? []
    return nodes.map(({ name, state }) => ({ name, description: state.name }))
  },
  schedule: async (client, words) => {
    const schedules = (await client().ask(SCHEDULES, { name: words[0] as string })).deployment?.schedules ?? []
    return schedules.map(({ slug, words: description }) => ({ name: slug, description }))
  },
  artifact: async (client, words) => {
    const id = await findFlowRun(client(), words[0] as string)
    const artifacts = (await client().ask(ARTIFACTS, { id })).flowRun?.artifacts ?? []
    return artifacts.flatMap(({ key, type }) => (key === null ? [] : { name: key, description: type.toLowerCase() }))
  },
  operation: async (client) =>
    (await client().ask(OPERATIONS, {})).operations.nodes.map(({ uuid, kind, state, totalCount }) => ({
      name: uuid,
      description: `${kind.split('_')[0]?.toLowerCase()} ${totalCount}, ${state.toLowerCase()}`,
    })),
  'service-account': serviceAccounts,
  'api-key': async (client) =>
    (await client().ask(API_KEYS, {})).apiKeys.flatMap(({ name, role, revokedAt }) =>
      revokedAt === null ? { name, description: role.toLowerCase() } : [],
    ),
}

/** By the long name of an option. */
export const OPTIONS: Record<string, Source> = {
  '--pool': workPools,
  '--work-pool': workPools,
  '--deployment': deployments,
  '--flow': flows,
  '--flow-run': flowRuns,
  '--profile': profiles,
  '--service-account': serviceAccounts,
  '--from': profiles,
  '--state': stateTypes,
  '--level': async () => LOG_LEVELS.map((name) => ({ name })),
  '--output': async () => [{ name: 'json' }],
}
