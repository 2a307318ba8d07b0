/** The filter of flow-run lists, as live views, lists and later bulk commands take it. */
import type { FlowRunFilter as Filter } from '../../db/queries/flow-runs/flow-run-filter.ts'
import { builder } from '../builder.ts'
import { Invalid } from '../errors.ts'
import { decodeId } from '../node.ts'
import { DateTimeFilter, DurationFilter, IdFilter, readReference, ReferenceFilter, StateFilter, StringFilter, TagsFilter } from '../filters.ts'

export const FlowRunFilter = builder.inputRef<Filter>('FlowRunFilter').implement({
  description: 'Which flow runs; everything given must hold. At most 100 conditions, 10 levels deep.',
  fields: (t) => ({
    id: t.field({ type: IdFilter, description: 'By its own id.' }),
    state: t.field({ type: StateFilter, description: 'By present state.' }),
    name: t.field({ type: StringFilter, description: 'By name.' }),
    tags: t.field({ type: TagsFilter, description: 'By tags.' }),
    flow: t.field({ type: ReferenceFilter, description: 'Of these flows.' }),
    deployment: t.field({ type: ReferenceFilter, description: 'Of these deployments.' }),
    workPool: t.field({ type: ReferenceFilter, description: 'In these work pools.' }),
    startTime: t.field({ type: DateTimeFilter, description: 'First RUNNING.' }),
    createdAt: t.field({ type: DateTimeFilter, description: 'When it was made.' }),
    scheduledTime: t.field({ type: DateTimeFilter, description: 'When it is or was due.' }),
    duration: t.field({ type: DurationFilter, description: 'From its first RUNNING to its end, or to now; a run that has not begun matches none.' }),
    and: t.field({ type: [FlowRunFilter], description: 'All of these hold.' }),
    or: t.field({ type: [FlowRunFilter], description: 'At least one of these holds.' }),
    not: t.field({ type: FlowRunFilter, description: 'This does not hold.' }),
  }),
})

const MOST_CONDITIONS = 100
const MOST_VALUES = 200
const DEEPEST = 10

/** Ids decoded; throws Invalid when the filter is more than a statement should carry. */
export function readFlowRunFilter(filter: Filter | null | undefined): Filter | null {
  if (!filter) return null
  let conditions = 0
  const read = (one: Filter, path: string[], depth: number): Filter => {
    conditions += Object.values(one).filter((value) => value != null).length
    if (depth > DEEPEST) throw new Invalid([{ path, message: `expected at most ${DEEPEST} levels`, expected: `at most ${DEEPEST} levels` }])
    if (conditions > MOST_CONDITIONS)
      throw new Invalid([{ path, message: `expected at most ${MOST_CONDITIONS} conditions`, expected: `at most ${MOST_CONDITIONS}` }])
    refuseLongLists(one, path)
    return {
      ...one,
      id: one.id && readIds(one.id, [...path, 'id']),
      flow: readReference(one.flow, 'Flow', [...path, 'flow']),
      deployment: readReference(one.deployment, 'Deployment', [...path, 'deployment']),
      workPool: readReference(one.workPool, 'WorkPool', [...path, 'workPool']),
      and: one.and?.map((inner, index) => read(inner, [...path, 'and', String(index)], depth + 1)),
      or: one.or?.map((inner, index) => read(inner, [...path, 'or', String(index)], depth + 1)),
      not: one.not && read(one.not, [...path, 'not'], depth + 1),
    }
  }
  return read(filter, ['filter'], 1)
}

function readIds({ in: ids, endsWith }: NonNullable<Filter['id']>, path: string[]): NonNullable<Filter['id']> {
  const expected = '4 to 36 of 0-9, a-f and "-"'
  if (endsWith != null && !/^[0-9a-f-]{4,36}$/i.test(endsWith))
    throw new Invalid([{ path: [...path, 'endsWith'], message: `expected ${expected}`, expected }])
  return {
    in: ids?.map((id, index) => decodeId('FlowRun', id, [...path, 'in', String(index)])),
    endsWith: endsWith?.toLowerCase(),
  }
}

function refuseLongLists({ id, state, name, tags, flow, deployment, workPool }: Filter, path: string[]): void {
  const lists = [
    id?.in,
    state?.type?.in,
    state?.type?.notIn,
    state?.name?.in,
    name?.in,
    tags?.all,
    tags?.any,
    flow?.id,
    flow?.name,
    deployment?.id,
    deployment?.name,
    workPool?.id,
    workPool?.name,
  ]
  if (lists.some((list) => list != null && list.length > MOST_VALUES)) {
    throw new Invalid([{ path, message: `expected at most ${MOST_VALUES} values in a list`, expected: `at most ${MOST_VALUES} values` }])
  }
}
