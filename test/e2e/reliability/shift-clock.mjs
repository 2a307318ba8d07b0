/** Preloaded into a worker and its runners: their wall clock goes wrong by SHIFT_CLOCK milliseconds, for all of their threads. The monotonic one stays. */
const shift = Number(process.env.SHIFT_CLOCK ?? 0)
const Right = Date

globalThis.Date = new Proxy(Right, {
  construct: (_, args, target) => Reflect.construct(Right, args.length === 0 ? [Right.now() + shift] : args, target),
  apply: () => new Right(Right.now() + shift).toString(),
  get: (_, name) => (name === 'now' ? () => Right.now() + shift : Reflect.get(Right, name)),
})
