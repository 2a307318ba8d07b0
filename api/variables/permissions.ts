import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** A flow reads and sets variables of its workspace while it runs. */
export const variablePermissions = {
  'variables:read': { roles: PEOPLE, runner: true },
  'variables:set': { roles: EDITORS, runner: true },
  'variables:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
