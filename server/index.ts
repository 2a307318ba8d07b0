/** What `weirflow-server` offers: the control plane in one call, and backups of it. */
export { type BackupSummary, backUp } from './backup/backup.ts'
export { type RestoreSummary, restore } from './backup/restore.ts'
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts'
export { ControlPlaneError, type ControlPlaneErrorCode } from './errors.ts'
export { defaultHome } from './home.ts'
export { type LockContent, readLock } from './lock.ts'
export { startTestControlPlane } from './start-test-control-plane.ts'
export { reset } from './reset.ts'
