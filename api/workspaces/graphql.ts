/** The workspace somebody is in, and who they are there. */
import type { WorkspaceRow } from '../../db/queries/workspaces/find-workspace.ts'
import { describeActor } from '../auth/actor.ts'
import { builder } from '../builder.ts'
import { Invalid } from '../errors.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permissionsOf } from '../permissions.ts'
import { createSignInLink } from './create-sign-in-link.ts'
import { loadWorkspace } from './load-workspace.ts'

const Workspace = builder.objectRef<WorkspaceRow>('Workspace').implement({
  description: 'What everything belongs to.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (workspace) => encodeId('Workspace', workspace.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'For people.' }),
    handle: t.exposeString('handle', { description: 'Unique; stands in links.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (workspace) => workspace.createdAt }),
  }),
})

findNodesOf('Workspace', async (context, uuid) => (uuid === context.workspaceId ? loadWorkspace(context) : null))

const Viewer = builder.objectRef<object>('Viewer').implement({
  description: 'Who asks.',
  fields: (t) => ({
    workspace: t.field({ type: Workspace, description: 'Where they are.', resolve: (_, __, context) => loadWorkspace(context) }),
    actor: t.string({ description: 'Who they are, for example `key "laptop"`.', resolve: (_, __, { actor }) => describeActor(actor) }),
    permissions: t.stringList({ description: 'What they may do, as `noun:verb`.', resolve: (_, __, { actor }) => permissionsOf(actor) }),
  }),
})

builder.queryField('viewer', (t) => t.field({ type: Viewer, description: 'Who asks, and where.', resolve: () => ({}) }))

const CreateSignInLinkInput = builder.inputType('CreateSignInLinkInput', {
  description: 'Who is to be signed in.',
  fields: (t) => ({ name: t.string({ description: 'Name of the person; `admin` when left out.' }) }),
})

const CreateSignInLinkSuccess = builder.objectRef<{ url: string; expiresAt: number }>('CreateSignInLinkSuccess').implement({
  description: 'A link that signs one browser in, once.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Whoever opens it first is signed in. Keep it to yourself.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Until when it works.', resolve: ({ expiresAt }) => expiresAt }),
  }),
})

builder.mutationField('createSignInLink', (t) =>
  t.field({
    type: CreateSignInLinkSuccess,
    description: 'Makes a one-time link into the workspace for a browser, with the role ADMIN.',
    args: { input: t.arg({ type: CreateSignInLinkInput, required: true, description: 'Who is to be signed in.' }) },
    errors: { types: [Invalid], union: { name: 'CreateSignInLinkResult', description: 'The link, or why not.' } },
    resolve: (_, { input }, context) => createSignInLink(context, { name: input.name ?? 'admin' }),
  }),
)
