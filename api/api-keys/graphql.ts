/** Doors of API keys. */
import type { ListedApiKeyRow } from '../../db/queries/api-keys/api-keys.ts'
import { builder } from '../builder.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { type CreatedApiKey, createApiKey } from './create-api-key.ts'
import { listApiKeys } from './list-api-keys.ts'
import { renameApiKey } from './rename-api-key.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { rotateApiKey } from './rotate-api-key.ts'
import { ApiKey, ApiKeyRole, loadApiKey } from './types.ts'

builder.queryField('apiKey', (t) =>
  t.field({
    type: ApiKey,
    nullable: true,
    description: 'A key by its id. Null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'Its id or uuid.' }) },
    resolve: (_, { id }, context) => loadApiKey(context, decodeId('ApiKey', id, ['id'])),
  }),
)

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
    role: t.field({ type: ApiKeyRole, description: 'What it may do. Needed, except for a key of a service account, which has the role of that.' }),
    scopes: t.stringList({
      description: 'Narrower than its role: permissions such as `flow-runs:read`, or `flow-runs:*`. Everything that the role may when left out.',
    }),
    serviceAccountId: t.id({ description: 'Whose it is, by id or uuid; nobody in particular when left out.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Until when it works; for ever when left out.' }),
    idempotencyKey: t.string({
      description: 'The same request with the same key makes no second one. At most 255 characters; remembered for seven days.',
    }),
  }),
})

const CreateApiKeySuccess = builder.objectRef<CreatedApiKey>('CreateApiKeySuccess').implement({
  description: 'The key was made.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Raw id; also part of the key. Its opaque id: `apiKey { id }`.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    key: t.exposeString('key', { description: 'The key itself. Shown once.' }),
    apiKey: t.field({ type: ApiKey, description: 'What is known of it from now on.', resolve: ({ apiKey }) => apiKey }),
  }),
})

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: CreateApiKeySuccess,
    description: 'Makes an API key for this workspace.',
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The new key.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'CreateApiKeyResult', description: 'The key, or why not.' } },
    resolve: (_, { input }, context) => createApiKey(context, input),
  }),
)

const RotateApiKeyInput = builder.inputType('RotateApiKeyInput', {
  description: 'A key that is to be replaced.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    overlap: t.field({ type: 'Duration', description: 'How long it goes on working: 0 to 30 days, a day when left out.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Until when the new one works; for ever when left out.' }),
    idempotencyKey: t.string({
      description: 'The same request with the same key makes no second one. At most 255 characters; remembered for seven days.',
    }),
  }),
})

const RotateApiKeySuccess = builder.objectRef<Awaited<ReturnType<typeof rotateApiKey>>>('RotateApiKeySuccess').implement({
  description: 'There is a new key; until the old one ends both work.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The new key itself. Shown once.' }),
    apiKey: t.field({ type: ApiKey, description: 'The new one.', resolve: ({ apiKey }) => apiKey }),
    previous: t.field({ type: ApiKey, description: 'The old one: `expiresAt` says when it ends.', resolve: ({ previous }) => previous }),
  }),
})

builder.mutationField('rotateApiKey', (t) =>
  t.field({
    type: RotateApiKeySuccess,
    description: 'Makes a key with the name, role and scopes of another, which goes on working for a while. What the old one has open ends with it.',
    args: { input: t.arg({ type: RotateApiKeyInput, required: true, description: 'Which, and for how long both work.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'RotateApiKeyResult', description: 'The new key, or why not.' } },
    resolve: (_, { input }, context) => rotateApiKey(context, input),
  }),
)

const UpdateApiKeyInput = builder.inputType('UpdateApiKeyInput', {
  description: 'Another name for a key. What it may, and until when, is settled when it is made.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    name: t.string({ required: true, description: 'What it is for: 1 to 255 characters without `/ % & < >`.' }),
  }),
})

const UpdateApiKeySuccess = builder.objectRef<{ apiKey: ListedApiKeyRow }>('UpdateApiKeySuccess').implement({
  description: 'The key is as asked.',
  fields: (t) => ({ apiKey: t.field({ type: ApiKey, description: 'As it is now.', resolve: ({ apiKey }) => apiKey }) }),
})

builder.mutationField('updateApiKey', (t) =>
  t.field({
    type: UpdateApiKeySuccess,
    description: 'Gives a key another name.',
    args: { input: t.arg({ type: UpdateApiKeyInput, required: true, description: 'Which, and its name.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'UpdateApiKeyResult', description: 'The key, or why not.' } },
    resolve: async (_, { input }, context) => ({ apiKey: await renameApiKey(context, input) }),
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
