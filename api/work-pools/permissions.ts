import { ALL, EDITORS, type PermissionTable } from '../auth/grants.ts'

/** A worker may make the pool it was told to serve (`worker start` creates a missing one). */
export const workPoolPermissions = {
  'work-pools:read': { roles: ALL, runner: false },
  'work-pools:create': { roles: [...EDITORS, 'WORKER'], runner: false },
  'work-pools:update': { roles: EDITORS, runner: false },
  'work-queues:create': { roles: EDITORS, runner: false },
  'work-queues:update': { roles: EDITORS, runner: false },
  'work-pools:delete': { roles: EDITORS, runner: false },
  'work-queues:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
