/** Artifacts of a run. */
import { type ArtifactRow, findArtifact, listArtifacts } from '../../db/queries/artifacts/list-artifacts.ts'
import { builder } from '../builder.ts'
import { loadFlowRun } from '../flow-runs/load-flow-run.ts'
import { FlowRun } from '../flow-runs/types.ts'
import { encodeChildId, encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'

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

findNodesOf('Artifact', async (context, id, flowRunId) => {
  const [run, artifact] = await Promise.all([loadFlowRun(context, flowRunId), context.reader.run(findArtifact({ flowRunId, id }))])
  return run && artifact
})
