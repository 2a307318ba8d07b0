import { ALL, EDITORS, type PermissionTable } from '../auth/grants.ts'

/** A worker may make the pool it was told to serve (`worker start` creates a missing one). */
export const workPoolPermissions = {
  'work-pools:read': { roles: ALL, runner: false },
  'work-pools:create': { roles: [...EDITORS, 'WORKER'], runner: false },
} as const satisfies PermissionTable
