import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** People set secrets and never read them back: in clear a block is given to runs, and to keys whose scopes name `blocks:reveal`. */
export const blockPermissions = {
  'blocks:read': { roles: PEOPLE, runner: true },
  'blocks:save': { roles: EDITORS, runner: true },
  'blocks:delete': { roles: EDITORS, runner: false },
  'blocks:reveal': { roles: EDITORS, runner: true, onlyNamed: true },
} as const satisfies PermissionTable
