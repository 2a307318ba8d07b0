/** What of the run page is in its address: tab, selected task run, zoom, log filter. Reload and share give the same screen. */
import type { LogLevel } from '#lib/graphql/generated/graphql.ts'
import { LEVELS } from '#lib/logs/log-view.ts'

const RUN_TABS = ['timeline', 'task-runs', 'subflows', 'artifacts', 'events', 'parameters', 'states', 'details'] as const
/** One of them. */
export type RunTab = (typeof RUN_TABS)[number]

/** What the address of a run page says. */
export interface RunAddress {
  tab: RunTab
  /** Id of the selected task run. */
  task: string | null
  /** Part of the timeline that is shown, ms since its origin; null = all. */
  range: [number, number] | null
  level: LogLevel
  /** Searched for in the logs. */
  text: string
}

/** Whatever is missing or makes no sense is as on a fresh page. */
export function readRunAddress(search: Pick<URLSearchParams, 'get'>): RunAddress {
  const range = /^(\d{1,12})-(\d{1,12})$/.exec(search.get('range') ?? '')
  const level = search.get('level')?.toUpperCase() as LogLevel
  return {
    tab: RUN_TABS.find((tab) => tab === search.get('tab')) ?? 'timeline',
    task: search.get('task'),
    range: range && Number(range[1]) < Number(range[2]) ? [Number(range[1]), Number(range[2])] : null,
    level: LEVELS.includes(level) ? level : 'INFO',
    text: search.get('q') ?? '',
  }
}

/** The search part, without the question mark; empty on a fresh page. */
export function writeRunAddress({ tab, task, range, level, text }: RunAddress): string {
  const search = new URLSearchParams()
  if (tab !== 'timeline') search.set('tab', tab)
  if (task) search.set('task', task)
  if (range) search.set('range', `${Math.round(range[0])}-${Math.max(Math.round(range[0]) + 1, Math.round(range[1]))}`)
  if (level !== 'INFO') search.set('level', level.toLowerCase())
  if (text) search.set('q', text)
  return search.toString()
}
