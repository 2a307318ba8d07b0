/** What a door is called in metrics and in the log: one of a fixed list, so that nobody can make another one by asking for it. */

export const DOOR_NAMES = [
  'graphql',
  'connect',
  'poll',
  'reports',
  'concurrency',
  'sign-in',
  'sign-out',
  'healthz',
  'readyz',
  'metrics',
  'pages',
  'sweep',
] as const
/** `poll`: long polls of workers, which wait on purpose; `pages`: whatever no door answers; `sweep`: the minute's, which nobody asks for. */
export type DoorName = (typeof DOOR_NAMES)[number]

const BY_PATH = new Map<string, DoorName>(
  (['graphql', 'connect', 'reports', 'concurrency', 'sign-in', 'sign-out', 'healthz', 'readyz', 'metrics'] as const).map((name) => [
    `/${name}`,
    name,
  ]),
)

/** The door at which a request arrives. */
export function doorNameOf(method: string, path: string): DoorName {
  const name = BY_PATH.get(path) ?? 'pages'
  return name === 'connect' && method === 'POST' ? 'poll' : name
}
