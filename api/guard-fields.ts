/**
 * Permissions below the roots. A key whose scopes name one noun does not read another through it: every field that leads to a noun asks for that noun's
 * permission, wherever it stands. Roles need none of it (each may read all that its doors lead to), and a runner's own rule stands with the loaders.
 */
import { defaultFieldResolver, getNamedType, type GraphQLSchema, isObjectType } from 'graphql'
import type { Context } from './context.ts'
import { type Permission, permit } from './permissions.ts'

/** What it takes to read a thing of this type. */
const READING = {
  ApiKey: 'api-keys:read',
  Artifact: 'artifacts:read',
  AuditRow: 'audit-rows:read',
  Block: 'blocks:read',
  BlockType: 'block-types:read',
  Deployment: 'deployments:read',
  DeploymentVersion: 'deployments:read',
  Event: 'events:read',
  Flow: 'flows:read',
  FlowRun: 'flow-runs:read',
  Log: 'logs:read',
  Operation: 'operations:read',
  Schedule: 'schedules:read',
  ServiceAccount: 'service-accounts:read',
  TaskRun: 'task-runs:read',
  Variable: 'variables:read',
  WorkPool: 'work-pools:read',
  WorkQueue: 'work-pools:read',
  Worker: 'workers:read',
} as const satisfies Record<string, Permission>

/** The same schema, its fields guarded. What a mutation has just made or changed may be seen by whoever did it. */
export function guardFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type.name.endsWith('Success')) continue
    for (const field of Object.values(type.getFields())) {
      const permission = (READING as Record<string, Permission>)[getNamedType(field.type).name]
      if (permission === undefined) continue
      const { resolve = defaultFieldResolver } = field
      field.resolve = (source, args, context: Context, info) => {
        if (context.actor.kind === 'api-key' && context.actor.scopes !== null) permit(context.actor, permission)
        return resolve(source, args, context, info)
      }
    }
  }
  return schema
}
