/** Doors of API keys. */
import type { ListedApiKeyRow } from '../../db/queries/api-keys/api-keys.ts'
import { builder } from '../builder.ts'
import { Invalid, NotFound } from '../errors.ts'
import { type CreatedApiKey, createApiKey } from './create-api-key.ts'
import { listApiKeys } from './list-api-keys.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { ApiKey, ApiKeyRole } from './types.ts'

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKey],
    description: 'Keys of the workspace, newest first, revoked and expired ones too; at most 500.',
    complexity: { field: 1, multiplier: 20 },
    resolve: (_, __, context) => listApiKeys(context),
  }),
)

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

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'Which key.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const RevokeApiKeySuccess = builder.objectRef<{ apiKey: ListedApiKeyRow }>('RevokeApiKeySuccess').implement({
  description: 'The key is revoked.',
  fields: (t) => ({ apiKey: t.field({ type: ApiKey, description: 'As it is now.', resolve: ({ apiKey }) => apiKey }) }),
})

builder.mutationField('revokeApiKey', (t) =>
  t.field({
    type: RevokeApiKeySuccess,
    description: "Ends a key for good: requests with it are refused at once, workers' sockets and streams that it opened are closed.",
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'RevokeApiKeyResult', description: 'The key, or why not.' } },
    resolve: async (_, { input }, context) => ({ apiKey: await revokeApiKey(context, input) }),
  }),
)
