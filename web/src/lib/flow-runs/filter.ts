/** The filter of the run list: read from the address, written to it, and turned into the API's filter. The address is the only place where it lives. */
import { formatDuration } from '#lib/clock/format-time.ts'
import type { FlowRunFilter, StateType } from '#lib/graphql/generated/graphql.ts'
import { STATE_TYPES } from '#lib/states/state-look.ts'

/** Which runs are shown; an empty part lets everything through. */
export interface RunFilter {
  states: StateType[]
  /** A state's name instead of its type: `Late`. */
  stateName: string | null
  flows: string[]
  deployments: string[]
  pools: string[]
  tags: string[]
  text: string
  /** `1h`, `24h`, `7d`, `30d`, or `FROM..TO` of ISO instants, either may be missing; empty = any time. */
  time: string
  /** The same for when it started. */
  started: string
  /** `FROM..TO` in seconds, either may be missing; empty = however long it takes or took. */
  took: string
  /** Runs whose time has not come: left out when empty and no state is asked for. */
  upcoming: '' | Upcoming
}

/** What the address says of runs whose time has not come. */
export const UPCOMING = [
  { value: 'only', label: 'only these' },
  { value: 'shown', label: 'among the others' },
] as const
type Upcoming = (typeof UPCOMING)[number]['value']

/** Times that are relative to now; `length` in milliseconds. */
export const TIME_PRESETS = [
  { value: '1h', label: 'last hour', length: 3_600_000 },
  { value: '24h', label: 'last 24 h', length: 86_400_000 },
  { value: '7d', label: 'last 7 days', length: 7 * 86_400_000 },
  { value: '30d', label: 'last 30 days', length: 30 * 86_400_000 },
] as const

/** How long a run takes or took, from its first RUNNING on. */
export const TOOK_PRESETS = [
  { value: '..10', label: 'at most 10 s' },
  { value: '10..', label: '10 s or more' },
  { value: '60..', label: '1 minute or more' },
  { value: '600..', label: '10 minutes or more' },
  { value: '3600..', label: '1 hour or more' },
] as const

/** Views that everybody needs; each is nothing but a filter, one with an order of its own. */
export const VIEWS: readonly { label: string; search: string }[] = [
  { label: 'Until now', search: '' },
  { label: 'Upcoming', search: 'upcoming=only&sort=due' },
  { label: 'Needs me', search: 'state=failed&state=crashed&state=paused' },
  { label: 'Running', search: 'state=pending&state=running&state=cancelling' },
  { label: 'Late', search: 'name=Late' },
]

/** Values that do not exist are left out. */
export function readFilter(params: Pick<URLSearchParams, 'get' | 'getAll'>): RunFilter {
  const states = params.getAll('state').map((value) => value.toUpperCase())
  return {
    states: STATE_TYPES.filter((type) => states.includes(type)),
    stateName: params.get('name'),
    flows: params.getAll('flow'),
    deployments: params.getAll('deployment'),
    pools: params.getAll('pool'),
    tags: params.getAll('tag'),
    text: params.get('q') ?? '',
    time: params.get('time') ?? '',
    started: params.get('started') ?? '',
    took: params.get('took') ?? '',
    upcoming: UPCOMING.find(({ value }) => value === params.get('upcoming'))?.value ?? '',
  }
}

/** The search part of the address, without the question mark. */
export function writeFilter(filter: RunFilter): string {
  const params = new URLSearchParams()
  for (const state of filter.states) params.append('state', state.toLowerCase())
  if (filter.stateName) params.set('name', filter.stateName)
  for (const flow of filter.flows) params.append('flow', flow)
  for (const deployment of filter.deployments) params.append('deployment', deployment)
  for (const pool of filter.pools) params.append('pool', pool)
  for (const tag of filter.tags) params.append('tag', tag)
  if (filter.text) params.set('q', filter.text)
  if (filter.time) params.set('time', filter.time)
  if (filter.started) params.set('started', filter.started)
  if (filter.took) params.set('took', filter.took)
  if (filter.upcoming) params.set('upcoming', filter.upcoming)
  return params.toString()
}

/** Whether nothing was chosen: every run until now. */
export const isEmptyFilter = (filter: RunFilter): boolean => writeFilter(filter) === ''

/** Every run until now. */
export const NO_FILTER: RunFilter = readFilter(new URLSearchParams())

/** From and to of a `time` value; null = open. */
export function timeRange(time: string, now: number): { from: number | null; to: number | null } {
  const preset = TIME_PRESETS.find(({ value }) => value === time)
  if (preset) return { from: now - preset.length, to: null }
  const [from = '', to = ''] = time.includes('..') ? time.split('..') : []
  const read = (text: string) => (Number.isNaN(Date.parse(text)) ? null : Date.parse(text))
  return { from: read(from), to: read(to) }
}

/** From and to of a `took` value, in seconds; null = open. */
export function tookRange(took: string): { from: number | null; to: number | null } {
  const [from = '', to = ''] = took.includes('..') ? took.split('..') : []
  const read = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null)
  return { from: read(from), to: read(to) }
}

/** `500 ms – 30 s`, `1 m 30 s or more`, `at most 10 s`; null when it lets every run through. */
export function sayTook(took: string): string | null {
  const { from, to } = tookRange(took)
  const say = (seconds: number) => formatDuration(seconds * 1000)
  if (from !== null && to !== null) return `${say(from)} – ${say(to)}`
  if (from !== null) return `${say(from)} or more`
  return to === null ? null : `at most ${say(to)}`
}

/**
 * For the API. `now` fixes the relative times at the moment of asking, so that pages of one list belong together. Runs that schedules have made ahead are
 * left out unless they, or a state, are asked for; once one is late or under way it is among the others.
 */
export function toApiFilter(filter: RunFilter, now: number): FlowRunFilter | null {
  const parts = partsOf(filter, now)
  const upcoming: FlowRunFilter = {
    state: { type: { in: ['SCHEDULED'] }, name: { equals: 'Scheduled' } },
    scheduledTime: { after: new Date(now).toISOString() },
  }
  if (filter.upcoming === 'only') return Object.keys(parts).length > 0 ? { and: [parts, upcoming] } : upcoming
  if (filter.upcoming === '' && filter.states.length === 0 && filter.stateName === null) return { ...parts, not: upcoming }
  return Object.keys(parts).length > 0 ? parts : null
}

function partsOf(filter: RunFilter, now: number): FlowRunFilter {
  const parts: FlowRunFilter = {}
  if (filter.states.length > 0) parts.state = { type: { in: filter.states } }
  // Late runs are few among all that there are, and only their type has an index.
  if (filter.stateName === 'Late' && filter.states.length === 0) parts.state = { type: { in: ['SCHEDULED'] } }
  if (filter.stateName) parts.state = { ...parts.state, name: { equals: filter.stateName } }
  if (filter.flows.length > 0) parts.flow = { name: filter.flows }
  if (filter.deployments.length > 0) parts.deployment = { name: filter.deployments }
  if (filter.pools.length > 0) parts.workPool = { name: filter.pools }
  if (filter.tags.length > 0) parts.tags = { all: filter.tags }
  if (filter.text) parts.name = { contains: filter.text }
  const createdAt = instants(filter.time, now)
  if (createdAt) parts.createdAt = createdAt
  const startTime = instants(filter.started, now)
  if (startTime) parts.startTime = startTime
  const took = tookRange(filter.took)
  if (took.from !== null || took.to !== null)
    parts.duration = { ...(took.from === null ? {} : { atLeast: took.from }), ...(took.to === null ? {} : { atMost: took.to }) }
  return parts
}

function instants(time: string, now: number): NonNullable<FlowRunFilter['createdAt']> | null {
  const { from, to } = timeRange(time, now)
  if (from === null && to === null) return null
  return { ...(from === null ? {} : { after: new Date(from).toISOString() }), ...(to === null ? {} : { before: new Date(to).toISOString() }) }
}
