import { EDITORS, type PermissionTable } from '../auth/grants.ts'

/** Any run may send to any other of its workspace; only the run itself (or an editor for it: a script) receives. */
export const runInputPermissions = {
  'run-inputs:send': { roles: EDITORS, runner: true },
  'run-inputs:take': { roles: EDITORS, runner: 'own' },
} as const satisfies PermissionTable
