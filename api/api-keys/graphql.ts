/** Doors of API keys. */
import type { ROLES } from '../auth/actor.ts'
import { builder } from '../builder.ts'
import { Invalid } from '../errors.ts'
import { type CreatedApiKey, createApiKey } from './create-api-key.ts'

const ApiKeyRole = builder.enumType('ApiKeyRole', {
  description: 'What a key may do; the exact table is in docs/graphql.md.',
  values: {
    ADMIN: { description: 'Everything, keys included.' },
    EDITOR: { description: 'Deploys and runs.' },
    VIEWER: { description: 'Reads.' },
    WORKER: { description: 'Serves a work pool, and nothing else.' },
  } as const satisfies Record<(typeof ROLES)[number], { description: string }>,
})

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'A new key for this workspace.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for: 1 to 255 characters without `/ % & < >`.' }),
    role: t.field({ type: ApiKeyRole, required: true, description: 'What it may do.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Until when it works; for ever when left out.' }),
  }),
})

const CreateApiKeySuccess = builder.objectRef<CreatedApiKey>('CreateApiKeySuccess').implement({
  description: 'The key was made.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Raw id; also part of the key.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    key: t.exposeString('key', { description: 'The key itself. Shown once.' }),
  }),
})

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: CreateApiKeySuccess,
    description: 'Makes an API key for this workspace.',
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The new key.' }) },
    errors: { types: [Invalid], union: { name: 'CreateApiKeyResult', description: 'The key, or why not.' } },
    resolve: (_, { input }, context) => createApiKey(context, input),
  }),
)
