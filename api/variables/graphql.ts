/** Doors of variables. */
import type { VariableFilter as Filter, VariableRow } from '../../db/queries/variables/find-variables.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { StringFilter, TagsFilter } from '../filters.ts'
import { IDEMPOTENCY_KEY_DESCRIPTION } from '../once.ts'
import { decodeId, encodeId } from '../node.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { deleteVariable } from './delete-variable.ts'
import { findVariable } from './find-variable.ts'
import { listVariables } from './list-variables.ts'
import { setVariable } from './set-variable.ts'
import { Variable, VariableConnection } from './types.ts'
import { updateVariable } from './update-variable.ts'

const VariableFilter = builder.inputRef<Filter>('VariableFilter').implement({
  description: 'Which variables; everything given must hold.',
  fields: (t) => ({
    name: t.field({ type: StringFilter, description: 'By name.' }),
    tags: t.field({ type: TagsFilter, description: 'By tags.' }),
  }),
})

builder.queryFields((t) => ({
  variable: t.field({
    type: Variable,
    nullable: true,
    description: 'A variable by `id` or by `name`. Null when there is none.',
    args: { id: t.arg.id({ description: 'Its id or uuid.' }), name: t.arg.string({ description: 'Its name.' }) },
    resolve: (_, { id, name }, context) => findVariable(context, { id: id == null ? null : decodeId('Variable', id, ['id']), name: name ?? null }),
  }),
  variables: t.field({
    type: VariableConnection,
    description: 'Variables of the workspace, by name.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: VariableFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: (_, { filter, ...page }, context, info) =>
      listVariables(context, { filter: filter ?? null, page: pageOf(page), count: selects(info, 'totalCount', 'totalCountIsExact') }),
  }),
}))

const CreateVariableInput = builder.inputType('CreateVariableInput', {
  description: 'A new variable.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Unique in the workspace: 1 to 255 of `a-z 0-9 - _`.' }),
    value: t.field({ type: 'JSON', description: 'Any JSON value, at most 5,000 characters; null when left out.' }),
    tags: t.stringList({ description: 'For finding it again; none when left out.' }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const SetVariableInput = builder.inputType('SetVariableInput', {
  description: 'A variable as it is to be.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Which: 1 to 255 of `a-z 0-9 - _`. Made when it is not there.' }),
    value: t.field({ type: 'JSON', description: 'Any JSON value, at most 5,000 characters; null when left out.' }),
    tags: t.stringList({ description: 'As they are when left out.' }),
  }),
})

const UpdateVariableInput = builder.inputType('UpdateVariableInput', {
  description: 'What is to be different about a variable; what is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    name: t.string({ description: 'Another name.' }),
    value: t.field({ type: 'JSON', description: 'Another value; null is one.' }),
    tags: t.stringList({ description: 'Other tags.' }),
  }),
})

const DeleteVariableInput = deleteInput('DeleteVariableInput', 'variable')
const DeleteVariableSuccess = deleteSuccess('DeleteVariableSuccess', 'variable')

const success = (name: string, description: string) =>
  builder.objectRef<{ variable: VariableRow }>(name).implement({
    description,
    fields: (t) => ({ variable: t.field({ type: Variable, description: 'As it is now.', resolve: ({ variable }) => variable }) }),
  })

const CreateVariableSuccess = success('CreateVariableSuccess', 'The variable is there.')
const UpdateVariableSuccess = success('UpdateVariableSuccess', 'The variable is as asked.')

const SetVariableSuccess = builder.objectRef<{ variable: VariableRow; created: boolean }>('SetVariableSuccess').implement({
  description: 'The variable is as asked.',
  fields: (t) => ({
    variable: t.field({ type: Variable, description: 'As it is now.', resolve: ({ variable }) => variable }),
    created: t.exposeBoolean('created', { description: 'Whether it is new.' }),
  }),
})

builder.mutationFields((t) => ({
  createVariable: t.field({
    type: CreateVariableSuccess,
    description: 'Makes a variable. One of this name must not be there yet.',
    args: { input: t.arg({ type: CreateVariableInput, required: true, description: 'The new variable.' }) },
    errors: { types: [Invalid, Conflict], union: { name: 'CreateVariableResult', description: 'The variable, or why not.' } },
    resolve: (_, { input: { value = null, ...input } }, context) => setVariable(context, { ...input, value }, { overwrite: false }),
  }),
  setVariable: t.field({
    type: SetVariableSuccess,
    description: 'Makes a variable, or changes the one of this name. The same again changes nothing.',
    args: { input: t.arg({ type: SetVariableInput, required: true, description: 'The variable as it is to be.' }) },
    errors: { types: [Invalid], union: { name: 'SetVariableResult', description: 'The variable, or why not.' } },
    resolve: (_, { input: { value = null, ...input } }, context) => setVariable(context, { ...input, value }, { overwrite: true }),
  }),
  updateVariable: t.field({
    type: UpdateVariableSuccess,
    description: 'Gives a variable another name, value or tags.',
    args: { input: t.arg({ type: UpdateVariableInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'UpdateVariableResult', description: 'The variable, or why not.' } },
    resolve: async (_, { input }, context) => ({ variable: await updateVariable(context, input) }),
  }),
  deleteVariable: t.field({
    type: DeleteVariableSuccess,
    description: 'Deletes a variable. Runs that read it afterwards get nothing.',
    args: { input: t.arg({ type: DeleteVariableInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'DeleteVariableResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => ({ deletedId: encodeId('Variable', await deleteVariable(context, input)) }),
  }),
}))
