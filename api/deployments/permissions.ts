import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** What may be run, and from where. */
export const deploymentPermissions = {
  'deployments:read': { roles: PEOPLE, runner: true },
  'deployments:save': { roles: EDITORS, runner: false },
  'deployments:pause': { roles: EDITORS, runner: false },
  'deployments:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
