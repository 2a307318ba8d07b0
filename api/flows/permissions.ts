import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Flows come into being with their deployments and runs. */
export const flowPermissions = {
  'flows:read': { roles: PEOPLE, runner: true },
  'flows:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
