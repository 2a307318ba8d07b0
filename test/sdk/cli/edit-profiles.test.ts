/** `profiles.toml` as commands change it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addProfile, removeProfile, renameProfile, saveProfiles, setActive, setInProfile } from '../../../sdk/cli/edit-profiles.ts'
import { readProfiles } from '../../../sdk/client/profiles.ts'
import { temporaryFolder } from '../../support/folder.ts'

const FILE = `# mine
active = "work"

[profiles.work] # the office
api_url = "https://weir.example.com"
api_key = 'a'
# end of work

[profiles."at home"]
api_url = "http://127.0.0.1:4600"
`

/** What a reader makes of the text. */
function read(text: string) {
  const home = temporaryFolder()
  writeFileSync(join(home, 'profiles.toml'), text)
  const { active, named } = readProfiles(home)
  return { active, named: Object.fromEntries(named) }
}

test('a value takes the place of the former one, and every other line stays', () => {
  expect(setInProfile(FILE, 'work', 'api_key', 'b')).toBe(FILE.replace("api_key = 'a'", 'api_key = "b"'))
  expect(setInProfile(FILE, 'at home', 'api_key', 'k')).toBe(`${FILE.trimEnd()}\napi_key = "k"\n`)
  expect(setInProfile(FILE, 'work', 'api_key', null)).toBe(FILE.replace("api_key = 'a'\n", ''))
  expect(setInProfile(FILE, 'at home', 'api_key', null)).toBe(FILE)
})

test('profiles are added, renamed, deleted, and the active one follows', () => {
  expect(read(addProfile(FILE, 'new')).named).toHaveProperty('new', {})
  expect(addProfile(FILE, 'work')).toBe(FILE)
  const { active, named } = read(FILE)
  expect(read(renameProfile({ text: FILE, active }, 'work', 'office'))).toEqual({
    active: 'office',
    named: { office: named['work'], 'at home': named['at home'] },
  })
  expect(read(removeProfile({ text: FILE, active }, 'work'))).toEqual({ active: undefined, named: { 'at home': named['at home'] } })
  expect(read(removeProfile({ text: FILE, active }, 'at home'))).toEqual({ active: 'work', named: { work: named['work'] } })
  expect(read(setActive(FILE, 'at home')).active).toBe('at home')
  expect(setActive('', 'x')).toBe('active = "x"\n')
})

test('whatever is done to it, the file reads as if the same had been done to a map', () => {
  const names = fc.constantFrom('a', 'b', 'c-d')
  const step = fc.oneof(
    fc.record({
      is: fc.constant('set' as const),
      name: names,
      key: fc.constantFrom('api_url' as const, 'api_key' as const),
      value: fc.constantFrom('x', 'y', null),
    }),
    fc.record({ is: fc.constant('remove' as const), name: names }),
    fc.record({ is: fc.constant('use' as const), name: fc.option(names) }),
  )
  const home = temporaryFolder()
  fc.assert(
    fc.property(fc.constantFrom('', FILE), fc.array(step, { maxLength: 12 }), (begin, steps) => {
      let text: string = begin
      const wanted = read(begin) as { active: string | undefined; named: Record<string, { apiUrl?: string; apiKey?: string }> }
      for (const one of steps) {
        if (one.is === 'set') {
          text = setInProfile(text, one.name, one.key, one.value)
          wanted.named[one.name] ??= {}
          const field = one.key === 'api_url' ? 'apiUrl' : 'apiKey'
          if (one.value === null) delete wanted.named[one.name]?.[field]
          else (wanted.named[one.name] as Record<string, string>)[field] = one.value
        } else if (one.is === 'remove') {
          text = removeProfile({ text, active: wanted.active }, one.name)
          delete wanted.named[one.name]
          if (wanted.active === one.name) wanted.active = undefined
        } else {
          text = setActive(text, one.name)
          wanted.active = one.name ?? undefined
        }
      }
      writeFileSync(join(home, 'profiles.toml'), text)
      const { active, named } = readProfiles(home)
      expect({ active, named: Object.fromEntries(named) }).toEqual(wanted)
      if (begin !== '') expect(text).toContain('# mine')
    }),
  )
})

test('the file is written for its owner alone, also where it was open before', () => {
  const path = join(temporaryFolder(), 'below', 'profiles.toml')
  saveProfiles({ path }, 'one')
  writeFileSync(path, 'two', { mode: 0o644 })
  saveProfiles({ path }, 'three')
  expect(readFileSync(path, 'utf8')).toBe('three')
  expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
})
