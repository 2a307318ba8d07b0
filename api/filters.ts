/** Filter words that every list shares. */
import { builder } from './builder.ts'
import type { ReferenceFilter as Reference } from '../db/queries/flow-runs/flow-run-filter.ts'
import { decodeId, type NodeType } from './node.ts'
import { StateType } from './states/graphql.ts'

export const StringFilter = builder.inputType('StringFilter', {
  description: 'A text; everything given must hold.',
  fields: (t) => ({
    equals: t.string({ description: 'Exactly this.' }),
    contains: t.string({ description: 'This anywhere in it, in any case.' }),
    in: t.stringList({ description: 'One of these.' }),
  }),
})

const StateTypeFilter = builder.inputType('StateTypeFilter', {
  description: "A state's type; everything given must hold.",
  fields: (t) => ({
    in: t.field({ type: [StateType], description: 'One of these.' }),
    notIn: t.field({ type: [StateType], description: 'None of these.' }),
  }),
})

export const StateFilter = builder.inputType('StateFilter', {
  description: 'A present state; everything given must hold.',
  fields: (t) => ({
    type: t.field({ type: StateTypeFilter, description: 'By type.' }),
    name: t.field({ type: StringFilter, description: 'By name, for example `Late`.' }),
  }),
})

export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'An instant; everything given must hold.',
  fields: (t) => ({
    after: t.field({ type: 'DateTime', description: 'Then or later.' }),
    before: t.field({ type: 'DateTime', description: 'Earlier than then.' }),
  }),
})

export const DurationFilter = builder.inputType('DurationFilter', {
  description: 'A length of time; everything given must hold.',
  fields: (t) => ({
    atLeast: t.field({ type: 'Duration', description: 'This long or longer.' }),
    atMost: t.field({ type: 'Duration', description: 'This long or shorter.' }),
  }),
})

export const TagsFilter = builder.inputType('TagsFilter', {
  description: 'Tags; everything given must hold.',
  fields: (t) => ({
    all: t.stringList({ description: 'Has every one of these.' }),
    any: t.stringList({ description: 'Has at least one of these.' }),
  }),
})

export const IdFilter = builder.inputType('IdFilter', {
  description: 'An id; everything given must hold.',
  fields: (t) => ({
    in: t.idList({ description: 'One of these ids or uuids.' }),
    endsWith: t.string({ description: 'The uuid ends so: 4 to 36 of `0-9 a-f -`. Its first characters are a time, the last ones tell it apart.' }),
  }),
})

export const ReferenceFilter = builder.inputType('ReferenceFilter', {
  description: 'What it belongs to: one of these ids or one of these names.',
  fields: (t) => ({
    id: t.idList({ description: 'One of these ids or uuids.' }),
    name: t.stringList({ description: 'One of these names; deployments are named `flow/deployment`.' }),
  }),
})

/** Its ids decoded; throws Invalid with the place. */
export const readReference = (reference: Reference | null | undefined, type: NodeType, path: string[]): Reference | null | undefined =>
  reference && { ...reference, id: reference.id?.map((id, index) => decodeId(type, id, [...path, 'id', String(index)])) ?? null }
