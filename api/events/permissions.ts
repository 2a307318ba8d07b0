import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Runs emit their events with their reports, not through the API. */
export const eventPermissions = {
  'events:read': { roles: PEOPLE, runner: false },
  'events:emit': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
