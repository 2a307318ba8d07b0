/** What `weirflow-server` offers: the control plane in one call. */
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts'
export { ControlPlaneError, type ControlPlaneErrorCode } from './errors.ts'
export { defaultHome } from './home.ts'
export { type LockContent, readLock } from './lock.ts'
