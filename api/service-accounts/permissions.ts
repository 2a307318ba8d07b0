import { ADMINS, type PermissionTable } from '../auth/grants.ts'

/** Service accounts are whom keys belong to, so they are for administrators as keys are. */
export const serviceAccountPermissions = {
  'service-accounts:read': { roles: ADMINS, runner: false },
  'service-accounts:create': { roles: ADMINS, runner: false },
  'service-accounts:update': { roles: ADMINS, runner: false },
  'service-accounts:delete': { roles: ADMINS, runner: false },
} as const satisfies PermissionTable
