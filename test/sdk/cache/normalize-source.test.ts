import { stripTypeScriptTypes } from 'node:module'
import { transformSync } from 'esbuild'
import { expect, test } from 'vitest'
import { normalizeSource } from '../../../sdk/cache/normalize-source.ts'

type AnyFunction = (...args: never[]) => unknown

const load = async (code: string): Promise<AnyFunction> =>
  ((await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { f: AnyFunction }).f

const sources = [
  `async (city: string, { signal }: { signal: AbortSignal }): Promise<number> => { const x = undefined; // why
     let y: number = 1_000; if (x as unknown) { return y! } ;
     return (await fetch('a' + "b" + \`t\${city}\`, { city, other: city, 'q': 1, ["z"]: 2 })).status }`,
  `function load<T>(this: void, a?: T, b = (1 + 2) * 3) { function inner(q: any) { return q?.a ?? (q.b || q.c) }
     const g = (z: number) => ({ z }); class K { #p = 1; static s = 2; m(): void {} get v() { return this.#p } }
     return [inner, g, K, class extends K {}, /a\\/b/g, 10n, 0xff, 'it\\'s', !0, void 0] }`,
  `async function* gen() { for await (const x of y) { yield* x } label: for (;;) { if (a) break label; else continue } do { a++ } while (a < 3);
     switch (a) { case 1: { let b = 1; break } default: b() } try { a() } catch { b() } finally { c() } delete a.b; new Foo;
     const {a: q, ...rest} = obj; { let q = 2; use(q) } throw new Error("x", { cause: e }) }`,
  `(a, b) => { if (false) { x() } var u; { const u = 1; b(u) } return typeof a === "undefined" ? (b, a) : Math.max(...[1, , 2]) }`,
  `x => x ** 2`,
  `async x => ({ ...x, __proto__: null })`,
  `({ rows = [], day: { from } }: Input, [first, ...others]: string[]) => { for (const rows of others) first(rows, from) }`,
]

test.each(sources)('a function that node strips of its types reads as the one that esbuild prints: %#', async (source) => {
  const code = `export const f = ${source}`
  const stripped = normalizeSource(await load(stripTypeScriptTypes(code)))
  for (const options of [{}, { keepNames: true, target: 'esnext' }, { minifyWhitespace: true, charset: 'utf8' as const }]) {
    const printed = await load(transformSync(code, { loader: 'ts', format: 'esm', ...options }).code)
    expect(normalizeSource(printed)).toBe(stripped)
  }
  expect(stripped).toContain('Function')
})

test('what a function does shows, how it is written does not', () => {
  const double = normalizeSource((value: number) => value * 2)
  // biome-ignore format: how it looks is what is tested
  expect(normalizeSource((n: number) => /* twice */ (n * (2)))).toBe(double)
  expect(normalizeSource((value: number) => value * 3)).not.toBe(double)
  expect(normalizeSource(async (value: number) => value * 2)).not.toBe(double)
  expect(normalizeSource((a: number, b: number) => a - b)).not.toBe(normalizeSource((a: number, b: number) => b - a))
  expect(normalizeSource(() => Number.NaN)).not.toBe(normalizeSource(() => Number.EPSILON))
})

test('methods have a source, native and bound functions have none', () => {
  const object = {
    twice(value: number) {
      return value * 2
    },
    async *pieces() {},
  }
  expect(normalizeSource(object.twice)).toContain('twice')
  expect(normalizeSource(object.pieces)).toContain('pieces')
  expect(normalizeSource(Math.max)).toBeNull()
  expect(normalizeSource(object.twice.bind(object))).toBeNull()
})
