import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Trying a schedule out reads nothing of the workspace, but is work all the same. */
export const schedulePermissions = {
  'schedules:preview': { roles: PEOPLE, runner: false },
  'schedules:read': { roles: PEOPLE, runner: true },
  'schedules:create': { roles: EDITORS, runner: false },
  'schedules:update': { roles: EDITORS, runner: false },
  'schedules:pause': { roles: EDITORS, runner: false },
  'schedules:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
