/** Artifacts of a run. */
import {
  type ArtifactFilter as Filter,
  type ArtifactRow,
  countWorkspaceArtifacts,
  findArtifact,
  listArtifacts,
  listWorkspaceArtifacts,
} from '../../db/queries/artifacts/list-artifacts.ts'
import { builder } from '../builder.ts'
import { connectionOf, pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import type { Context } from '../context.ts'
import { Invalid, NotFound } from '../errors.ts'
import { StringFilter } from '../filters.ts'
import { loadFlowRun } from '../flow-runs/load-flow-run.ts'
import { FlowRun } from '../flow-runs/types.ts'
import { decodeChildId, encodeChildId, encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { mayDo, permit } from '../permissions.ts'
import { deleteSuccess } from '../removal.ts'
import { deleteArtifact } from './delete-artifact.ts'

const ArtifactType = builder.enumType('ArtifactType', {
  description: 'How an artifact is shown, and what its `data` is.',
  values: {
    MARKDOWN: { value: 'markdown', description: 'Text in Markdown.' },
    TABLE: { value: 'table', description: 'A list of objects, one a row.' },
    LINK: { value: 'link', description: '`{ "url", "text" }`.' },
    IMAGE: { value: 'image', description: '`{ "url" }`.' },
    PROGRESS: { value: 'progress', description: '0 to 100; the same artifact again replaces it.' },
  } as const,
})

const Artifact = builder.objectRef<ArtifactRow>('Artifact').implement({
  description: 'What a run shows to people.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (artifact) => encodeChildId('Artifact', artifact.id, artifact.flowRunId) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    key: t.exposeString('key', { nullable: true, description: 'The same key in later runs is the same thing. Null when it stands alone.' }),
    type: t.field({ type: ArtifactType, description: 'How it is shown.', resolve: (artifact) => artifact.type }),
    description: t.exposeString('description', { nullable: true, description: 'For people. Null when the author gave none.' }),
    data: t.field({ type: 'JSON', description: 'What it shows; the form depends on the type.', resolve: (artifact) => artifact.data }),
    flowRunId: t.id({ description: 'The run that made it.', resolve: (artifact) => encodeId('FlowRun', artifact.flowRunId) }),
    taskRunId: t.id({
      nullable: true,
      description: 'The task run that made it. Null when the flow itself did.',
      resolve: (artifact) => (artifact.taskRunId === null ? null : encodeChildId('TaskRun', artifact.taskRunId, artifact.flowRunId)),
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (artifact) => artifact.createdAt }),
    updatedAt: t.field({ type: 'DateTime', description: 'When it last changed.', resolve: (artifact) => artifact.updatedAt }),
  }),
})

builder.objectField(FlowRun, 'artifacts', (t) =>
  t.field({
    type: [Artifact],
    description: 'What it shows to people, oldest first. At most 500.',
    complexity: { field: 1, multiplier: 20 },
    resolve: (run, _, { actor, reader }) => {
      permit(actor, 'artifacts:read', run)
      return reader.run(listArtifacts(run.id))
    },
  }),
)

/** One artifact; null when it, or its run, is not in the workspace. */
async function loadArtifact(context: Context, { id, flowRunId }: { id: string; flowRunId: string }): Promise<ArtifactRow | null> {
  const [run, artifact] = await Promise.all([loadFlowRun(context, flowRunId), context.reader.run(findArtifact({ flowRunId, id }))])
  return run && mayDo(context.actor, 'artifacts:read', run) ? artifact : null
}

findNodesOf('Artifact', (context, id, flowRunId) => loadArtifact(context, { id, flowRunId }))

const ArtifactConnection = connectionOf<ArtifactRow>('Artifact', Artifact, 'artifacts')

const ArtifactTypeFilter = builder.inputType('ArtifactTypeFilter', {
  description: 'How artifacts are shown.',
  fields: (t) => ({ in: t.field({ type: [ArtifactType], description: 'One of these.' }) }),
})

const ArtifactFilter = builder.inputRef<Filter>('ArtifactFilter').implement({
  description: 'Which artifacts; everything given must hold.',
  fields: (t) => ({
    key: t.field({ type: StringFilter, description: 'By key.' }),
    type: t.field({ type: ArtifactTypeFilter, description: 'By how they are shown.' }),
  }),
})

builder.queryFields((t) => ({
  artifact: t.field({
    type: Artifact,
    nullable: true,
    description: 'An artifact by its opaque id. Null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'Its opaque `id` (the `uuid` does not say in which flow run it is).' }) },
    resolve: (_, { id }, context) => loadArtifact(context, decodeChildId('Artifact', id, ['id'])),
  }),
  artifacts: t.field({
    type: ArtifactConnection,
    description: 'Artifacts of all runs of the workspace, newest first. Those of one run: `flowRun { artifacts }`.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: ArtifactFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: async (_, { filter = null, ...page }, { actor, reader }, info) => {
      permit(actor, 'artifacts:list')
      const rows = reader.run(listWorkspaceArtifacts({ filter, page: pageOf(page) }))
      return { count: selects(info, 'totalCount', 'totalCountIsExact') ? reader.run(countWorkspaceArtifacts(filter)) : null, page: await rows }
    },
  }),
}))

const DeleteArtifactInput = builder.inputType('DeleteArtifactInput', {
  description: 'Which artifact.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its opaque `id`.' }) }),
})
const DeleteArtifactSuccess = deleteSuccess('DeleteArtifactSuccess', 'artifact')

builder.mutationField('deleteArtifact', (t) =>
  t.field({
    type: DeleteArtifactSuccess,
    description: 'Deletes an artifact; its run stays.',
    args: { input: t.arg({ type: DeleteArtifactInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'DeleteArtifactResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => {
      const artifact = decodeChildId('Artifact', input.id, ['id'])
      await deleteArtifact(context, artifact)
      return { deletedId: encodeChildId('Artifact', artifact.id, artifact.flowRunId) }
    },
  }),
)
