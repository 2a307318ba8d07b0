import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** A flow reads, sets and deletes variables of its workspace while it runs. */
export const variablePermissions = {
  'variables:read': { roles: PEOPLE, runner: true },
  'variables:set': { roles: EDITORS, runner: true },
  'variables:delete': { roles: EDITORS, runner: true },
} as const satisfies PermissionTable
