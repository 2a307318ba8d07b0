import { PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Log lines are written by reports, never through the API. */
export const logPermissions = {
  'logs:read': { roles: PEOPLE, runner: 'own' },
} as const satisfies PermissionTable
