import { PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Flows come into being with their deployments and runs. */
export const flowPermissions = {
  'flows:read': { roles: PEOPLE, runner: true },
} as const satisfies PermissionTable
