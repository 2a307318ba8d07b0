/** The type of API keys. */
import { apiKeyPrefix } from '../../core/api-key.ts'
import { findApiKeys, type ListedApiKeyRow } from '../../db/queries/api-keys/api-keys.ts'
import type { ROLES } from '../auth/actor.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** Keys by id. */
export const apiKeyLoader = loader(findApiKeys, (key: ListedApiKeyRow) => key.id)

export const ApiKeyRole = builder.enumType('ApiKeyRole', {
  description: 'What a key may do; the exact table is in docs/graphql.md.',
  values: {
    ADMIN: { description: 'Everything, keys included.' },
    EDITOR: { description: 'Deploys and runs.' },
    VIEWER: { description: 'Reads.' },
    WORKER: { description: 'Serves a work pool, and nothing else.' },
  } as const satisfies Record<(typeof ROLES)[number], { description: string }>,
})

export const ApiKey = builder.objectRef<ListedApiKeyRow>('ApiKey').implement({
  description: 'A key for this workspace. The key itself was shown once, when it was made.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (key) => encodeId('ApiKey', key.id) }),
    uuid: t.exposeString('id', { description: 'Raw id; also part of the key.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    prefix: t.string({
      description: 'How the key begins: what tells it from others, without its secret.',
      resolve: (key, _, { cell }) => apiKeyPrefix({ cell, id: key.id }),
    }),
    role: t.field({ type: ApiKeyRole, description: 'What it may do.', resolve: (key) => key.role }),
    scopes: t.exposeStringList('scopes', {
      nullable: true,
      description: 'What it is narrowed to: permissions, or `noun:*`. Null = everything that its role may.',
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (key) => key.createdAt }),
    createdBy: t.exposeString('createdBy', { nullable: true, description: 'Who made it. Null when that is not known.' }),
    expiresAt: t.field({ type: 'DateTime', nullable: true, description: 'Until when it works. Null = for ever.', resolve: (key) => key.expiresAt }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to about a minute. Null when it never was.',
      resolve: (key) => key.lastUsedAt,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it works no more. Null when it was not revoked.',
      resolve: (key) => key.revokedAt,
    }),
  }),
})

/** The key; null when there is none. */
export async function loadApiKey({ actor, reader }: Context, id: string): Promise<ListedApiKeyRow | null> {
  permit(actor, 'api-keys:read')
  return reader.load(apiKeyLoader, id)
}

findNodesOf('ApiKey', loadApiKey)
