import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Artifacts are written by reports, never through the API; they can be deleted there. */
export const artifactPermissions = {
  'artifacts:read': { roles: PEOPLE, runner: 'own' },
  'artifacts:list': { roles: PEOPLE, runner: false },
  'artifacts:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
