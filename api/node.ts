/**
 * Opaque ids. `id` is base64url of `Type:uuid`, good for `node(id:)`; `uuid` is the raw one. Arguments take either, because people paste what they see.
 */
import { isUuid } from '../core/ids.ts'
import { brandWithType } from '@pothos/core'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { Invalid } from './errors.ts'

const NODE_TYPES = ['Artifact', 'Deployment', 'Flow', 'FlowRun', 'TaskRun', 'WorkPool', 'WorkQueue', 'Worker', 'Workspace', 'ApiKey'] as const
/** Types that have an id. */
export type NodeType = (typeof NODE_TYPES)[number]

/** The opaque id of a thing. */
export const encodeId = (type: NodeType, uuid: string): string => btoa(`${type}:${uuid}`).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** The uuid inside an opaque id of this type, or the raw uuid itself; throws Invalid with the place. */
export function decodeId(type: NodeType, id: string, path: string[]): string {
  const text = id.trim()
  const lower = text.toLowerCase()
  if (isUuid(lower)) return lower
  const parts = partsOf(text)
  if (parts && parts.type === type) return parts.uuid
  const found = parts ? `an id of a ${parts.type}` : JSON.stringify(text.slice(0, 60))
  throw new Invalid([{ path, message: `expected an id of a ${type}, got ${found}`, expected: `${type} id or uuid` }])
}

function partsOf(id: string): { type: NodeType; uuid: string } | null {
  if (!/^[A-Za-z0-9_-]{1,200}={0,2}$/.test(id)) return null
  let text: string
  try {
    text = atob(id.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return null
  }
  const [type, uuid] = text.split(':')
  return NODE_TYPES.includes(type as NodeType) && uuid !== undefined && isUuid(uuid) ? { type: type as NodeType, uuid } : null
}

/** How nouns are found by id: null when there is no such thing in the workspace or the actor may not see it. */
const finders = new Map<NodeType, (context: Context, uuid: string) => Promise<object | null>>()

/** Lets `node(id:)` find things of this type. */
export function findNodesOf(type: NodeType, find: (context: Context, uuid: string) => Promise<object | null>): void {
  finders.set(type, find)
}

export const NodeInterface = builder.interfaceRef<object>('Node').implement({
  description: 'Anything that has an id.',
  fields: (t) => ({
    id: t.id({ description: 'Opaque and stable; good for `node(id:)` and wherever an id of this type is asked for.', resolve: () => '' }),
  }),
})

builder.queryField('node', (t) =>
  t.field({
    type: NodeInterface,
    nullable: true,
    description: 'Anything by its opaque id. Null when there is no such thing in the workspace.',
    args: { id: t.arg.id({ required: true, description: 'The opaque `id` (not the `uuid`, which does not say what it is).' }) },
    resolve: async (_, { id }, context) => {
      const parts = partsOf(id)
      const find = parts && finders.get(parts.type)
      if (!parts || !find) throw new Invalid([{ path: ['id'], message: `expected an opaque id, got ${JSON.stringify(id.slice(0, 60))}`, expected: 'the `id` field of a node' }])
      const value = await find(context, parts.uuid)
      if (value) brandWithType(value, parts.type)
      return value
    },
  }),
)
