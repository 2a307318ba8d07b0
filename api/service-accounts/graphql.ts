/** Service accounts: who a machine is. */
import { countServiceAccounts, listServiceAccounts, type ServiceAccountRow } from '../../db/queries/service-accounts/service-accounts.ts'
import { listKeysOfServiceAccounts } from '../../db/queries/api-keys/api-keys.ts'
import { ApiKey, ApiKeyRole } from '../api-keys/types.ts'
import { builder } from '../builder.ts'
import { connectionOf, pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId, encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { IDEMPOTENCY_KEY_DESCRIPTION } from '../once.ts'
import { permit } from '../permissions.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { createServiceAccount } from './create-service-account.ts'
import { deleteServiceAccount } from './delete-service-account.ts'
import { serviceAccountLoader } from './loader.ts'
import { updateServiceAccount } from './update-service-account.ts'

const ServiceAccount = builder.objectRef<ServiceAccountRow>('ServiceAccount').implement({
  description: 'Who a machine is, whatever key it uses at the moment: its name stands in the audit and in `createdBy`.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (account) => encodeId('ServiceAccount', account.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique in the workspace.' }),
    description: t.exposeString('description', { nullable: true, description: 'For people. Null when nobody wrote one.' }),
    role: t.field({ type: ApiKeyRole, description: 'What its keys may do at most.', resolve: (account) => account.role }),
    apiKeys: t.field({
      type: [ApiKey],
      description: 'Its keys, newest first, revoked and expired ones too; at most 500.',
      complexity: { field: 1, multiplier: 20 },
      resolve: (account, _, { actor, reader }) => {
        permit(actor, 'api-keys:read')
        return reader.run(listKeysOfServiceAccounts([account.id]))
      },
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (account) => account.createdAt }),
    createdBy: t.exposeString('createdBy', { nullable: true, description: 'Who made it. Null when that is not known.' }),
  }),
})

builder.objectField(ApiKey, 'serviceAccount', (t) =>
  t.field({
    type: ServiceAccount,
    nullable: true,
    description: 'Whose it is. Null for a key that belongs to no service account.',
    resolve: (key, _, { actor, reader }) => {
      if (key.serviceAccountId === null) return null
      permit(actor, 'service-accounts:read')
      return reader.load(serviceAccountLoader, key.serviceAccountId)
    },
  }),
)

const ServiceAccountConnection = connectionOf<ServiceAccountRow>('ServiceAccount', ServiceAccount, 'service accounts')

findNodesOf('ServiceAccount', async (context, uuid) => {
  permit(context.actor, 'service-accounts:read')
  return context.reader.load(serviceAccountLoader, uuid)
})

builder.queryFields((t) => ({
  serviceAccount: t.field({
    type: ServiceAccount,
    nullable: true,
    description: 'A service account by its id. Null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'Its id or uuid.' }) },
    resolve: (_, { id }, { actor, reader }) => {
      permit(actor, 'service-accounts:read')
      return reader.load(serviceAccountLoader, decodeId('ServiceAccount', id, ['id']))
    },
  }),
  serviceAccounts: t.field({
    type: ServiceAccountConnection,
    description: 'Service accounts of the workspace, oldest first.',
    args: pageArgs,
    complexity: pageCost,
    resolve: async (_, args, { actor, reader }, info) => {
      permit(actor, 'service-accounts:read')
      const rows = reader.run(listServiceAccounts(pageOf(args)))
      return { count: selects(info, 'totalCount', 'totalCountIsExact') ? reader.run(countServiceAccounts()) : null, page: await rows }
    },
  }),
}))

const CreateServiceAccountInput = builder.inputType('CreateServiceAccountInput', {
  description: 'A new service account.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Unique in the workspace: 1 to 255 characters without `/ % & < >`.' }),
    description: t.string({ description: 'For people; at most 10,000 characters.' }),
    role: t.field({ type: ApiKeyRole, required: true, description: 'What its keys may do at most.' }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const UpdateServiceAccountInput = builder.inputType('UpdateServiceAccountInput', {
  description: 'What is to be different about a service account; what is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    name: t.string({ description: 'Another name.' }),
    description: t.string({ description: 'For people, at most 10,000 characters; null = none.' }),
  }),
})

const success = (name: string, description: string) =>
  builder.objectRef<{ serviceAccount: ServiceAccountRow }>(name).implement({
    description,
    fields: (t) => ({
      serviceAccount: t.field({ type: ServiceAccount, description: 'As it is now.', resolve: ({ serviceAccount }) => serviceAccount }),
    }),
  })

const CreateServiceAccountSuccess = success('CreateServiceAccountSuccess', 'The service account is there. `createApiKey` makes its keys.')
const UpdateServiceAccountSuccess = success('UpdateServiceAccountSuccess', 'The service account is as asked.')
const DeleteServiceAccountInput = deleteInput('DeleteServiceAccountInput', 'service account')
const DeleteServiceAccountSuccess = deleteSuccess('DeleteServiceAccountSuccess', 'service account')

builder.mutationFields((t) => ({
  createServiceAccount: t.field({
    type: CreateServiceAccountSuccess,
    description: 'Makes a service account: a name for a machine, which stays while its keys come and go.',
    args: { input: t.arg({ type: CreateServiceAccountInput, required: true, description: 'The new one.' }) },
    errors: { types: [Invalid, Conflict], union: { name: 'CreateServiceAccountResult', description: 'The service account, or why not.' } },
    resolve: async (_, { input }, context) => ({ serviceAccount: await createServiceAccount(context, input) }),
  }),
  updateServiceAccount: t.field({
    type: UpdateServiceAccountSuccess,
    description: 'Gives a service account another name or description.',
    args: { input: t.arg({ type: UpdateServiceAccountInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'UpdateServiceAccountResult', description: 'The service account, or why not.' } },
    resolve: async (_, { input }, context) => ({ serviceAccount: await updateServiceAccount(context, input) }),
  }),
  deleteServiceAccount: t.field({
    type: DeleteServiceAccountSuccess,
    description: 'Deletes a service account. Its keys are revoked, and what they have open is closed.',
    args: { input: t.arg({ type: DeleteServiceAccountInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'DeleteServiceAccountResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => {
      const id = decodeId('ServiceAccount', input.id, ['id'])
      await deleteServiceAccount(context, id)
      return { deletedId: encodeId('ServiceAccount', id) }
    },
  }),
}))
