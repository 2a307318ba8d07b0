import type { Clocks } from '../../core/fence.ts'

/** Both clocks now, in milliseconds. All processes of one machine share the monotonic one, unlike `performance.now()`. */
export const readClocks = (): Clocks => ({ wall: Date.now(), monotonic: Number(process.hrtime.bigint()) / 1e6 })
