import { ADMINS, type PermissionTable } from '../auth/grants.ts'

/** Rows are written by the deeds themselves, and never changed. */
export const auditRowPermissions = {
  'audit-rows:read': { roles: ADMINS, runner: false },
} as const satisfies PermissionTable
