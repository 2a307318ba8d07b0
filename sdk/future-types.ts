/** How types follow futures: what is accepted where a value is meant (`Accepted`), and what a caller gets of what is returned (`Resolved`). */
import type { AllowedFailure, TaskFuture, TaskFutures } from './future.ts'
import type { ReturnedState } from './states.ts'

type Primitive = string | number | boolean | bigint | symbol | null | undefined | void
/** A value, or a future of it; also inside arrays, sets, maps and plain objects (the types follow six levels down). */
export type Accepted<T> = T | TaskFuture<T> | AllowedFailure<T> | Inside<T, 5>

// Bounded, because types such as JSON contain themselves.
type Inside<T, Depth extends number> = Depth extends 0
  ? never
  : T extends Primitive | AnyFunction | Date | AbortSignal
    ? never
    : T extends Set<infer Element>
      ? Set<AcceptedWithin<Element, OneLess[Depth]>>
      : T extends Map<infer Key, infer Value>
        ? Map<Key, AcceptedWithin<Value, OneLess[Depth]>>
        : T extends readonly unknown[]
          ? { [Index in keyof T]: AcceptedWithin<T[Index], OneLess[Depth]> }
          : T extends object
            ? { [Key in keyof T]: AcceptedWithin<T[Key], OneLess[Depth]> }
            : never
type AcceptedWithin<T, Depth extends number> = T | TaskFuture<T> | AllowedFailure<T> | Inside<T, Depth>

/** What a caller gets of a returned value: states give their data, futures their values, at any depth (the types follow five levels down). */
export type Resolved<T> = true extends Holds<T, 5> ? Replaced<T> : T

type Replaced<T> = T extends Primitive | AnyFunction
  ? T
  : T extends ReturnedState<infer Data>
    ? Resolved<Data>
    : T extends TaskFuture<infer Value>
      ? Value
      : T extends AllowedFailure<infer Value>
        ? Resolved<Value>
        : T extends TaskFutures<infer Value>
          ? Value[]
          : T extends Set<infer Element>
            ? Set<Resolved<Element>>
            : T extends Map<infer Key, infer Value>
              ? Map<Key, Resolved<Value>>
              : T extends object
                ? { [Key in keyof T]: Resolved<T[Key]> }
                : T

type AnyFunction = (...args: never[]) => unknown
type OneLess = [0, 0, 1, 2, 3, 4, 5]
/** Whether something in it has to be replaced. Bounded, because types such as JSON contain themselves. */
type Holds<T, Depth extends number> = Depth extends 0
  ? false
  : T extends Primitive | AnyFunction | Date | AbortSignal
    ? false
    : T extends ReturnedState<unknown> | TaskFuture<unknown> | AllowedFailure<unknown>
      ? true
      : T extends readonly (infer Element)[] | Set<infer Element> | Map<unknown, infer Element>
        ? Holds<Element, OneLess[Depth]>
        : T extends object
          ? { [Key in keyof T]: Holds<T[Key], OneLess[Depth]> }[keyof T]
          : false
