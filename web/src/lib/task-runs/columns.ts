/** The task runs of a run as columns, and how an answer that holds only what has changed is put into them. */
import type { StateType } from '#lib/graphql/generated/graphql.ts'

/** Columns of equal length; `segments` and times as in the API: ms since the origin, -1 = still lasts. */
export interface Columns {
  ids: string[]
  names: string[]
  stateTypes: StateType[]
  stateNames: string[]
  messages: (string | null)[]
  segments: number[][]
  /** Positions of those whose results came in. */
  upstream: number[][]
}

/** Before anything is read. */
export const NO_TASK_RUNS: Columns = { ids: [], names: [], stateTypes: [], stateNames: [], messages: [], segments: [], upstream: [] }

/**
 * The columns with `answer` in them: a task run that was known keeps its place for good, so that rows never jump; `positions` (id → place) is kept up to
 * date. `shift` is added to every time that was known before: the origin moves once, from creation to start.
 */
export function mergeColumns(old: Columns, positions: Map<string, number>, answer: Columns, shift: number): Columns {
  const next: Columns = {
    ids: [...old.ids],
    names: [...old.names],
    stateTypes: [...old.stateTypes],
    stateNames: [...old.stateNames],
    messages: [...old.messages],
    segments: shift === 0 ? [...old.segments] : old.segments.map((flat) => shifted(flat, shift)),
    upstream: [...old.upstream],
  }
  answer.ids.forEach((id, position) => {
    let at = positions.get(id)
    if (at === undefined) {
      at = next.ids.length
      positions.set(id, at)
      next.upstream[at] = []
    }
    next.ids[at] = id
    next.names[at] = answer.names[position] ?? ''
    next.stateTypes[at] = answer.stateTypes[position] as StateType
    next.stateNames[at] = answer.stateNames[position] ?? ''
    next.messages[at] = answer.messages[position] ?? null
    next.segments[at] = answer.segments[position] ?? []
  })
  // Positions of an answer are its own; those that an earlier answer named and this one leaves out stay.
  answer.ids.forEach((id, position) => {
    const at = positions.get(id) as number
    const named = (answer.upstream[position] ?? []).map((index) => positions.get(answer.ids[index] as string)).filter((index) => index !== undefined)
    next.upstream[at] = [...new Set([...(next.upstream[at] ?? []), ...named])]
  })
  return next
}

const shifted = (flat: readonly number[], by: number): number[] => flat.map((value, index) => (index % 3 === 0 || value === -1 ? value : value + by))
