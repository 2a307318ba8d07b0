/** The type of variables. */
import { findVariables, type VariableRow } from '../../db/queries/variables/find-variables.ts'
import { builder } from '../builder.ts'
import { connectionOf } from '../connection.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** Variables by id. */
export const variableLoader = loader(findVariables, (variable: VariableRow) => variable.id)

export const Variable = builder.objectRef<VariableRow>('Variable').implement({
  description: 'A named JSON value that people set and runs read. Not for secrets: whoever may read the workspace sees it.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (variable) => encodeId('Variable', variable.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique in the workspace: 1 to 255 of `a-z 0-9 - _`.' }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Any JSON value; null when that is the value.',
      resolve: (variable) => variable.value,
    }),
    tags: t.exposeStringList('tags', { description: 'For finding it again.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (variable) => variable.createdAt }),
    updatedAt: t.field({ type: 'DateTime', description: 'When it last changed.', resolve: (variable) => variable.updatedAt }),
    updatedBy: t.exposeString('updatedBy', { nullable: true, description: 'Who last changed it. Null when that is not known.' }),
  }),
})

export const VariableConnection = connectionOf<VariableRow>('Variable', Variable, 'variables')

findNodesOf('Variable', async (context, uuid) => {
  permit(context.actor, 'variables:read')
  return context.reader.load(variableLoader, uuid)
})
