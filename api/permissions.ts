/**
 * Who may do what. Each noun lists its actions in `api/<noun>/permissions.ts`; this joins them, and `permit` is the only judge.
 * A new action is a new line there; test/api/permissions.worker.test.ts shows the whole table.
 */
import { apiKeyPermissions } from './api-keys/permissions.ts'
import { auditRowPermissions } from './audit-rows/permissions.ts'
import { artifactPermissions } from './artifacts/permissions.ts'
import { type Actor, describeActor, type Role } from './auth/actor.ts'
import type { Grant, PermissionTable } from './auth/grants.ts'
import { concurrencyLimitPermissions } from './concurrency-limits/permissions.ts'
import { blockTypePermissions } from './block-types/permissions.ts'
import { blockPermissions } from './blocks/permissions.ts'
import { deploymentPermissions } from './deployments/permissions.ts'
import { Forbidden } from './errors.ts'
import { eventPermissions } from './events/permissions.ts'
import { flowRunPermissions } from './flow-runs/permissions.ts'
import { flowPermissions } from './flows/permissions.ts'
import { logPermissions } from './logs/permissions.ts'
import { operationPermissions } from './operations/permissions.ts'
import { runInputPermissions } from './run-inputs/permissions.ts'
import { schedulePermissions } from './schedules/permissions.ts'
import { serviceAccountPermissions } from './service-accounts/permissions.ts'
import { taskRunPermissions } from './task-runs/permissions.ts'
import { variablePermissions } from './variables/permissions.ts'
import { workPoolPermissions } from './work-pools/permissions.ts'
import { workerPermissions } from './workers/permissions.ts'
import { workspacePermissions } from './workspaces/permissions.ts'

export const PERMISSIONS = {
  ...apiKeyPermissions,
  ...artifactPermissions,
  ...auditRowPermissions,
  ...concurrencyLimitPermissions,
  ...blockPermissions,
  ...blockTypePermissions,
  ...deploymentPermissions,
  ...eventPermissions,
  ...flowPermissions,
  ...flowRunPermissions,
  ...logPermissions,
  ...operationPermissions,
  ...runInputPermissions,
  ...schedulePermissions,
  ...serviceAccountPermissions,
  ...taskRunPermissions,
  ...variablePermissions,
  ...workPoolPermissions,
  ...workerPermissions,
  ...workspacePermissions,
} satisfies PermissionTable

/** `noun:verb`, as the viewer sees it. */
export type Permission = keyof typeof PERMISSIONS

/** What a runner is compared with when its grant is `own`. */
interface OwnedFlowRun {
  id: string
  parentFlowRunId: string | null
  rootFlowRunId: string | null
  /** As `describeActor` has it; null or left out = it counts for nothing. */
  createdBy?: string | null
}

/** Throws FORBIDDEN unless the actor may. `flowRun` is the run in question, where there is one. */
export function permit(actor: Actor, permission: Permission, flowRun?: OwnedFlowRun): void {
  if (!mayDo(actor, permission, flowRun)) {
    throw new Forbidden(
      `${describeActor(actor)} may not do ${permission}${actor.kind === 'runner' ? '' : ` with the role ${actor.role}${actor.kind === 'api-key' && actor.scopes !== null ? ' and its scopes' : ''}`}.`,
      {
        hint: (PERMISSIONS[permission] as Grant).onlyNamed
          ? `No role has this by itself: runs have it, and keys that name it, as \`weir api-key create NAME --role editor --scope ${permission}\` makes one.`
          : 'Use a key or sign in with a role that may; `viewer { permissions }` lists what this one may.',
      },
    )
  }
}

/** Whether the actor may; `own` without a run in question is no. */
export function mayDo(actor: Actor, permission: Permission, flowRun?: OwnedFlowRun): boolean {
  const grant: Grant = PERMISSIONS[permission]
  if (actor.kind !== 'runner')
    return grant.roles.includes(actor.role) && (grant.onlyNamed ? isNamed(actor, permission) : isInScope(actor, permission))
  if (grant.runner !== 'own') return grant.runner
  if (flowRun === undefined) return false
  // What it has started without being its parent: nobody else has the right to ask, and its code waits for it.
  return [flowRun.id, flowRun.parentFlowRunId, flowRun.rootFlowRunId].includes(actor.flowRunId) || flowRun.createdBy === describeActor(actor)
}

/** A key may be narrower than its role. */
const isInScope = (actor: Actor, permission: Permission): boolean =>
  actor.kind !== 'api-key' || actor.scopes === null || actor.scopes.some((scope) => matchesScope(scope, permission))

/** What is so sensitive that no role has it by itself: a key must name it, and `noun:*` does not. */
const isNamed = (actor: Actor, permission: Permission): boolean => actor.kind === 'api-key' && (actor.scopes?.includes(permission) ?? false)

/** `flow-runs:read` matches itself, `flow-runs:*` every verb of the noun. */
const matchesScope = (scope: string, permission: Permission): boolean =>
  scope === permission || (scope.endsWith(':*') && permission.startsWith(scope.slice(0, -1)))

/** Whether the actor may make a key that may. What only a named key has, whoever holds such a role in full may give. */
export function mayGrant(actor: Actor, permission: Permission): boolean {
  const { onlyNamed, roles }: Grant = PERMISSIONS[permission]
  if (mayDo(actor, permission)) return true
  return onlyNamed === true && actor.kind !== 'runner' && roles.includes(actor.role) && (actor.kind !== 'api-key' || actor.scopes === null)
}

/** What a key of this role and these scopes may do. */
export const permissionsWithin = (role: Role, scopes: readonly string[] | null): Permission[] =>
  (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => {
    const { roles, onlyNamed }: Grant = PERMISSIONS[permission]
    if (!roles.includes(role)) return false
    if (onlyNamed) return scopes?.includes(permission) ?? false
    return scopes === null || scopes.some((scope) => matchesScope(scope, permission))
  })

/** Everything the actor may do somewhere (a runner's own runs included), sorted. */
export const permissionsOf = (actor: Actor): Permission[] =>
  (Object.keys(PERMISSIONS) as Permission[])
    .filter((permission) => (actor.kind === 'runner' ? PERMISSIONS[permission].runner !== false : mayDo(actor, permission)))
    .sort()
