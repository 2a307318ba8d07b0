import { ALL, EDITORS, type PermissionTable } from '../auth/grants.ts'

/** Only keys made for it may take runs away to another machine. */
export const workerPermissions = {
  'workers:read': { roles: ALL, runner: false },
  'workers:connect': { roles: ['ADMIN', 'WORKER'], runner: false },
  'workers:report': { roles: ['ADMIN', 'WORKER'], runner: false },
  'workers:drain': { roles: EDITORS, runner: false },
  'workers:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
