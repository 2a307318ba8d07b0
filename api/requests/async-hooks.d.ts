/** The one module of Node's that the Worker's runtime lends it (compatibility flag `nodejs_als`). */
declare module 'node:async_hooks' {
  export class AsyncLocalStorage<Store> {
    run<Result>(store: Store, work: () => Result): Result
    getStore(): Store | undefined
  }
}
