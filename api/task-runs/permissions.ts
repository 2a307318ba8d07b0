import { PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Task runs are written by reports, never through the API. */
export const taskRunPermissions = {
  'task-runs:read': { roles: PEOPLE, runner: 'own' },
} as const satisfies PermissionTable
