import { PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Trying a schedule out reads nothing of the workspace, but is work all the same. */
export const schedulePermissions = {
  'schedules:preview': { roles: PEOPLE, runner: false },
} as const satisfies PermissionTable
