import { expect, test } from 'vitest'
import { proxyFor } from '../../../sdk/client/http/proxy.ts'

const PROXY = { HTTPS_PROXY: 'http://proxy.example:3128' }
const ask = (address: string, env: NodeJS.ProcessEnv) => proxyFor(new URL(address), env)?.href ?? null

test.each([
  ['https by HTTPS_PROXY', 'https://weir.example', PROXY, 'http://proxy.example:3128/'],
  ['lower case first', 'https://weir.example', { ...PROXY, https_proxy: 'http://other:1' }, 'http://other:1/'],
  ['ALL_PROXY for both', 'http://weir.example', { ALL_PROXY: 'http://all:1' }, 'http://all:1/'],
  ['http by HTTP_PROXY alone', 'http://weir.example', PROXY, null],
  ['an address without its scheme', 'https://weir.example', { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128/'],
  ['nothing set', 'https://weir.example', {}, null],
  ['an empty variable', 'https://weir.example', { HTTPS_PROXY: '' }, null],
  ['this machine', 'https://localhost:4600', PROXY, null],
  ['this machine by number', 'https://127.0.0.1:4600', PROXY, null],
  ['this machine by the longer number', 'https://[::1]:4600', PROXY, null],
  ['an exception', 'https://weir.example', { ...PROXY, NO_PROXY: 'a.example, weir.example' }, null],
  ['an exception for all below', 'https://eu.weir.example', { ...PROXY, NO_PROXY: '.weir.example' }, null],
  ['an exception with a star', 'https://eu.weir.example', { ...PROXY, NO_PROXY: '*.weir.example' }, null],
  ['a bare domain names all below', 'https://eu.weir.example', { ...PROXY, NO_PROXY: 'weir.example' }, null],
  ['another domain that ends alike', 'https://notweir.example', { ...PROXY, NO_PROXY: 'weir.example' }, 'http://proxy.example:3128/'],
  ['an exception of this port', 'https://weir.example', { ...PROXY, NO_PROXY: 'weir.example:443' }, null],
  ['an exception of another port', 'https://weir.example:8443', { ...PROXY, NO_PROXY: 'weir.example:443' }, 'http://proxy.example:3128/'],
  ['a number with colons', 'https://[fd00::1]', { ...PROXY, NO_PROXY: 'fd00::1' }, null],
  ['everything', 'https://weir.example', { ...PROXY, NO_PROXY: '*' }, null],
])('%s', (_, address, env, expected) => {
  expect(ask(address, env as NodeJS.ProcessEnv)).toBe(expected)
})

test('a proxy that cannot be asked is a setting that is wrong, and its password is not told', () => {
  const wrong = () => ask('https://weir.example', { HTTPS_PROXY: 'socks5://user:secret@proxy:1' })
  expect(wrong).toThrow(/HTTPS_PROXY \(or ALL_PROXY\) is no http/)
  expect(wrong).not.toThrow('secret')
})
