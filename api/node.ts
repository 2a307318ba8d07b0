/**
 * Opaque ids. `id` is base64url of `Type:uuid`, or of `Type:uuid:uuid of its flow run` for what lives in its run's partition; it is good for `node(id:)`.
 * `uuid` is the raw one. Arguments take either, because people paste what they see.
 */
import { brandWithType } from '@pothos/core'
import { isUuid } from '../core/ids.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { Invalid } from './errors.ts'

const NODE_TYPES = [
  'ApiKey',
  'Artifact',
  'AuditRow',
  'Block',
  'BlockType',
  'ConcurrencyLimit',
  'Deployment',
  'Event',
  'Flow',
  'FlowRun',
  'Operation',
  'Schedule',
  'ServiceAccount',
  'TaskRun',
  'Variable',
  'WorkPool',
  'WorkQueue',
  'Worker',
  'Workspace',
] as const
/** Types that have an id. */
export type NodeType = (typeof NODE_TYPES)[number]
/** Types whose id also names their flow run. */
type ChildNodeType = 'Artifact' | 'TaskRun'

interface NodeId {
  type: NodeType
  uuid: string
  /** Of an Artifact or a TaskRun. */
  flowRunId: string | null
}

/** The opaque id of a thing. */
export const encodeId = (type: Exclude<NodeType, ChildNodeType>, uuid: string): string => encode(`${type}:${uuid}`)
/** The opaque id of a thing that lives in its flow run's partition. */
export const encodeChildId = (type: ChildNodeType, uuid: string, flowRunId: string): string => encode(`${type}:${uuid}:${flowRunId}`)

const encode = (text: string): string => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** The uuid inside an opaque id of this type, or the raw uuid itself; throws Invalid with the place. */
export function decodeId(type: NodeType, id: string, path: string[]): string {
  const lower = id.trim().toLowerCase()
  if (isUuid(lower)) return lower
  const node = parseId(id.trim())
  if (node?.type === type) return node.uuid
  throw notAnId(type, id, node, path)
}

/** Both uuids inside an opaque id of this type; throws Invalid with the place. The raw uuid does not say in which run it is. */
export function decodeChildId(type: ChildNodeType, id: string, path: string[]): { id: string; flowRunId: string } {
  const node = parseId(id.trim())
  if (node?.type === type && node.flowRunId !== null) return { id: node.uuid, flowRunId: node.flowRunId }
  throw notAnId(type, id, node, path)
}

function notAnId(type: NodeType, id: string, found: NodeId | null, path: string[]): Invalid {
  const what = found ? `an id of a ${found.type}` : JSON.stringify(id.slice(0, 60))
  return new Invalid([{ path, message: `expected an id of a ${type}, got ${what}`, expected: `id of a ${type}` }])
}

/** Null for any text that we did not make. */
export function parseId(id: string): NodeId | null {
  if (!/^[A-Za-z0-9_-]{1,200}={0,2}$/.test(id)) return null
  let text: string
  try {
    text = atob(id.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return null
  }
  const [type, uuid = '', flowRunId = null, ...rest] = text.split(':')
  if (!NODE_TYPES.includes(type as NodeType) || !isUuid(uuid) || rest.length > 0) return null
  const isChild = type === 'Artifact' || type === 'TaskRun'
  if (isChild ? flowRunId === null || !isUuid(flowRunId) : flowRunId !== null) return null
  return { type: type as NodeType, uuid, flowRunId }
}

type Finder = (context: Context, uuid: string, flowRunId: string) => Promise<object | null>

/** How nouns are found by id: null when there is no such thing in the workspace or the actor may not see it. */
const finders = new Map<NodeType, Finder>()

/** Lets `node(id:)` find things of this type. `flowRunId` is empty for types whose id does not name one. */
export function findNodesOf(type: NodeType, find: Finder): void {
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
      const node = parseId(id.trim())
      const find = node && finders.get(node.type)
      if (!node || !find)
        throw new Invalid([
          { path: ['id'], message: `expected an opaque id, got ${JSON.stringify(id.slice(0, 60))}`, expected: 'the `id` of a node' },
        ])
      const found = await find(context, node.uuid, node.flowRunId ?? '')
      // A copy, because what was loaded is shared and may be shown as another type elsewhere.
      const value = found && { ...found }
      if (value) brandWithType(value, node.type as never)
      return value
    },
  }),
)
